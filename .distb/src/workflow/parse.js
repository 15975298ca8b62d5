/**
 * Unknown input to a known shape, by a zod schema, with every problem at once: each a JSON pointer into the input
 * and what to do about it. Whatever takes requests or files in (HTTP, NATS, JSON workflows) says no in these words.
 */
import { z } from 'zod';
import { Refusal } from "../errors.js";
import { LIMITS } from "./definition.js";
/** An object that names each field it does not know, and the known one that was probably meant. */
export function strict(shape) {
    const known = Object.keys(shape);
    return z.strictObject(shape, {
        error: (issue) => issue.code === 'unrecognized_keys'
            ? issue.keys.map((key) => unknownField(key, known)).join('\n')
            : undefined,
    });
}
function unknownField(key, known) {
    const hint = nearest(key, known);
    return `unknown field ${JSON.stringify(key)}${hint === null ? '' : `; did you mean "${hint}"?`}`;
}
/** Parses or refuses with `code`; `what` is the subject of the message, e.g. `the task`. */
export function parseWith(schema, input, code, what) {
    const result = schema.safeParse(input);
    if (result.success)
        return result.data;
    throw invalid(code, what, faultsOf(result.error));
}
export function invalid(code, what, faults) {
    const count = faults.length === 1 ? 'a problem' : `${faults.length} problems`;
    const [first] = faults;
    const example = first === undefined ? '' : `: ${[first.pointer, first.message].join(' ').trim()}`;
    return new Refusal('invalid', code, `${what} has ${count}${example}`, { faults });
}
export function faultsOf(error) {
    return error.issues.flatMap((issue) => {
        if (issue.code !== 'unrecognized_keys')
            return { pointer: pointerTo(issue.path), message: wording(issue.message) };
        const messages = issue.message.split('\n');
        return issue.keys.map((key, at) => ({
            pointer: pointerTo([...issue.path, key]),
            message: messages[at] ?? issue.message,
        }));
    });
}
function wording(message) {
    if (message.endsWith('received undefined'))
        return 'is required';
    return message.replace(/^Invalid input: /, '');
}
/** RFC 6901. */
function pointerTo(path) {
    return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
/** The candidate within a third of the word's letters, or null: no hint is better than a silly one. */
export function nearest(word, candidates) {
    if (word.length > LIMITS.nameLength)
        return null;
    let best = null;
    let least = Math.max(2, Math.ceil(word.length / 3)) + 1;
    for (const candidate of candidates) {
        if (Math.abs(candidate.length - word.length) >= least)
            continue;
        const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
        if (distance < least)
            [best, least] = [candidate, distance];
    }
    return best;
}
function editDistance(a, b) {
    let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
    for (let row = 1; row <= a.length; row++) {
        const current = [row];
        for (let column = 1; column <= b.length; column++) {
            const swap = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
            current.push(Math.min(swap, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
        }
        previous = current;
    }
    return previous[b.length] ?? 0;
}
