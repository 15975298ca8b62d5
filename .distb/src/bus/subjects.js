/**
 * The only place that builds or parses Troupe's subjects. Every name a user may choose becomes exactly one token,
 * so no name can reach another subject, and what was built parses back to the same names.
 */
import { Refusal } from "../errors.js";
export const FACTS = [
    'pending',
    'running',
    'retrying',
    'complete',
    'failed',
    'cancelled',
    'skipped',
    'paused',
    'resumed',
    'blocked',
];
export const RPC_CALLS = ['submit', 'get', 'list', 'cancel', 'pause', 'resume', 'retry'];
/** How each is written, after the prefix. No two have the same literals at the same length. */
const LAYOUTS = {
    submit: 'submit.<tenantId>',
    rejected: 'rejected.<tenantId>',
    rpc: 'rpc.<tenantId>.<call>',
    job: 'jobs.<tenantId>.<agent>.<handler>',
    outcome: 'outcomes.<node>.<tenantId>.<taskId>.<step>',
    taskFact: 'events.<tenantId>.<taskId>.task.<fact>',
    stepFact: 'events.<tenantId>.<taskId>.step.<step>.<fact>',
    channel: 'channels.<tenantId>.<channel>',
    inspect: 'inspect.<tenantId>.<taskId>',
};
/** In a pattern: any name. Asked for by name, so that a forgotten tenant never means all tenants. */
export const ANY = Symbol('any');
export class Subjects {
    #prefix;
    /** One lower-case token: stream names are its upper case, and must not meet another prefix's. */
    constructor(prefix = 'troupe') {
        if (!/^[a-z0-9_-]+$/.test(prefix)) {
            throw new Refusal('invalid', 'INVALID_PREFIX', `The subject prefix ${JSON.stringify(prefix)} must be one word of a-z, 0-9, "_" and "-"; set TROUPE_PREFIX.`);
        }
        this.#prefix = prefix;
    }
    of(address) {
        return this.#write(address);
    }
    pattern(address) {
        return this.#write(address);
    }
    /** Facts of a task and of all its steps. */
    eventsPattern(scope) {
        return `${this.#prefix}.events.${toToken(scope.tenantId)}.${toToken(scope.taskId)}.>`;
    }
    stream(of) {
        return { name: `${this.#prefix}_${of}`.toUpperCase(), pattern: `${this.#prefix}.${of}.>` };
    }
    /** null for what `of` would not have written: foreign, of another prefix, or encoded in another way. */
    parse(subject) {
        const [prefix, ...tokens] = subject.split('.');
        if (prefix !== this.#prefix)
            return null;
        for (const [kind, layout] of Object.entries(LAYOUTS)) {
            const address = read(kind, layout.split('.'), tokens);
            if (address !== null)
                return address;
        }
        return null;
    }
    #write(address) {
        const names = address;
        const written = LAYOUTS[address.kind].split('.').map((part) => {
            const field = fieldOf(part);
            return field === null ? part : toToken(names[field]);
        });
        return [this.#prefix, ...written].join('.');
    }
}
/** Every byte of the UTF-8 form outside `A–Z a–z 0–9 _ -` becomes `%XX`. */
export function encodeName(name) {
    if (typeof name !== 'string' || name === '')
        throw invalidName(name, 'must be text of at least one character');
    if (/^[\w-]+$/.test(name))
        return name;
    try {
        return encodeURIComponent(name).replace(/[.!~*'()]/g, percent);
    }
    catch (cause) {
        // Half of a surrogate pair has no UTF-8 form; the usual substitute would make two names one.
        throw invalidName(name, 'holds half of a surrogate pair; send well-formed Unicode', cause);
    }
}
/** null for a token `encodeName` would not have written. */
export function decodeName(token) {
    try {
        const name = decodeURIComponent(token);
        return encodeName(name) === token ? name : null;
    }
    catch {
        // Both throw only for a token that names nothing, which is the answer.
        return null;
    }
}
function percent(character) {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
function invalidName(name, why, cause) {
    return new Refusal('invalid', 'INVALID_NAME', `The name ${JSON.stringify(name)} ${why}.`, { cause });
}
function toToken(name) {
    if (name === ANY)
        return '*';
    if (name === undefined)
        throw invalidName(name, 'must be text of at least one character');
    return encodeName(name);
}
/** The field a part of a layout stands for, or null for a literal. */
function fieldOf(part) {
    return part.startsWith('<') ? part.slice(1, -1) : null;
}
function read(kind, layout, tokens) {
    if (layout.length !== tokens.length)
        return null;
    const names = { kind };
    for (const [index, part] of layout.entries()) {
        const token = tokens[index] ?? '';
        const field = fieldOf(part);
        const name = field === null ? token : decodeName(token);
        if (name === null || (field === null && token !== part))
            return null;
        if (field === 'fact' && !FACTS.some((fact) => fact === name))
            return null;
        if (field === 'call' && !RPC_CALLS.some((call) => call === name))
            return null;
        if (field !== null)
            names[field] = name;
    }
    // The layout of a kind has exactly that kind's fields.
    return names;
}
