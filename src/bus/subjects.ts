/**
 * The only place that builds or parses Troupe's subjects. Every name a user may choose becomes exactly one token,
 * so no name can reach another subject, and what was built parses back to the same names.
 */

import { Refusal } from '../errors.ts';
import type { StreamSpec } from './bus.ts';

export const FACTS = [
  'pending',
  'running',
  'retrying',
  'waiting',
  'complete',
  'failed',
  'cancelled',
  'skipped',
  'paused',
  'resumed',
  'blocked',
  'reminded',
] as const;
export const RPC_CALLS = [
  'submit',
  'get',
  'list',
  'cancel',
  'compensate',
  'pause',
  'resume',
  'retry',
  'signal',
  'skip',
  'complete',
  'reject',
  'extend',
] as const;

export type FactName = (typeof FACTS)[number];
export type RpcCall = (typeof RPC_CALLS)[number];

/** The meaning of a subject. */
export type Address =
  | { readonly kind: 'submit'; readonly tenantId: string }
  | { readonly kind: 'rejected'; readonly tenantId: string }
  /** For all tasks of the tenant that wait for a signal of this name with the key in the message. */
  | { readonly kind: 'signal'; readonly tenantId: string; readonly name: string }
  | { readonly kind: 'rpc'; readonly tenantId: string; readonly call: RpcCall }
  /** The same, asked of all orchestrators: the one that has the task answers, and no other. */
  | { readonly kind: 'rpcOwner'; readonly tenantId: string; readonly call: RpcCall }
  | { readonly kind: 'job'; readonly tenantId: string; readonly agent: string; readonly handler: string }
  | {
      readonly kind: 'outcome';
      readonly node: string;
      readonly tenantId: string;
      readonly taskId: string;
      readonly step: string;
    }
  /** Asked by a worker whose job says that its inputs are too large for it: it gets them in parts. */
  | {
      readonly kind: 'inputs';
      readonly node: string;
      readonly tenantId: string;
      readonly taskId: string;
      readonly step: string;
    }
  /** Given the parts of an outcome that is too large for one message. */
  | {
      readonly kind: 'upload';
      readonly node: string;
      readonly tenantId: string;
      readonly taskId: string;
      readonly step: string;
    }
  /** Tells workers that attempts of this node are over: cancelled, timed out, resolved by hand. */
  | { readonly kind: 'release'; readonly node: string }
  | {
      readonly kind: 'taskFact';
      readonly tenantId: string;
      readonly taskId: string;
      readonly fact: FactName;
    }
  | {
      readonly kind: 'stepFact';
      readonly tenantId: string;
      readonly taskId: string;
      readonly step: string;
      readonly fact: FactName;
    }
  | { readonly kind: 'channel'; readonly tenantId: string; readonly channel: string }
  | { readonly kind: 'inspect'; readonly tenantId: string; readonly taskId: string };

/** How each is written, after the prefix. No two have the same literals at the same length. */
const LAYOUTS: Readonly<Record<Address['kind'], string>> = {
  submit: 'submit.<tenantId>',
  rejected: 'rejected.<tenantId>',
  signal: 'signal.<tenantId>.<name>',
  rpc: 'rpc.<tenantId>.<call>',
  rpcOwner: 'rpc.<tenantId>.<call>.owner',
  job: 'jobs.<tenantId>.<agent>.<handler>',
  outcome: 'outcomes.<node>.<tenantId>.<taskId>.<step>',
  inputs: 'inputs.<node>.<tenantId>.<taskId>.<step>',
  upload: 'uploads.<node>.<tenantId>.<taskId>.<step>',
  release: 'releases.<node>',
  taskFact: 'events.<tenantId>.<taskId>.task.<fact>',
  stepFact: 'events.<tenantId>.<taskId>.step.<step>.<fact>',
  channel: 'channels.<tenantId>.<channel>',
  inspect: 'inspect.<tenantId>.<taskId>',
};

/** Each stream keeps the subjects that begin with this. */
const STREAMS = {
  submit: 'submit',
  signals: 'signal',
  jobs: 'jobs',
  outcomes: 'outcomes',
  events: 'events',
} as const;

/** A token of a layout: a literal, or the field whose name stands there. */
type Part = { readonly literal: string } | { readonly field: string };

const PARTS: ReadonlyMap<string, readonly Part[]> = new Map(
  Object.entries(LAYOUTS).map(([kind, layout]) => [kind, layout.split('.').map(toPart)]),
);

function toPart(token: string): Part {
  return token.startsWith('<') ? { field: token.slice(1, -1) } : { literal: token };
}

/** In a pattern: any name. Asked for by name, so that a forgotten tenant never means all tenants. */
export const ANY = Symbol('any');
type Any = typeof ANY;
type WithAny<A> = { readonly [K in keyof A]: K extends 'kind' ? A[K] : A[K] | Any };
type Widened<A> = A extends Address ? WithAny<A> : never;
export type AddressPattern = Widened<Address>;

export class Subjects {
  readonly #prefix: string;

  /** One lower-case token: stream names are its upper case, and must not meet another prefix's. */
  constructor(prefix = 'troupe') {
    if (!/^[a-z0-9_-]+$/.test(prefix)) {
      throw new Refusal(
        'INVALID_PREFIX',
        `The subject prefix ${JSON.stringify(prefix)} must be one word of a-z, 0-9, "_" and "-"; set TROUPE_PREFIX.`,
      );
    }
    this.#prefix = prefix;
  }

  of(address: Address): string {
    return this.#write(address);
  }

  pattern(address: AddressPattern): string {
    return this.#write(address);
  }

  /** Facts of a task and of all its steps. */
  eventsPattern(scope: { readonly tenantId: string | Any; readonly taskId: string | Any }): string {
    return `${this.#prefix}.events.${toToken(scope.tenantId)}.${toToken(scope.taskId)}.>`;
  }

  stream(of: keyof typeof STREAMS): StreamSpec {
    return { name: `${this.#prefix}_${of}`.toUpperCase(), pattern: `${this.#prefix}.${STREAMS[of]}.>` };
  }

  /** null for what `of` would not have written: foreign, of another prefix, or encoded in another way. */
  parse(subject: string): Address | null {
    const [prefix, ...tokens] = subject.split('.');
    if (prefix !== this.#prefix) return null;
    for (const [kind, parts] of PARTS) {
      const address = read(kind, parts, tokens);
      if (address !== null) return address;
    }
    return null;
  }

  #write(address: AddressPattern): string {
    const names: Readonly<Record<string, string | Any>> = address;
    let written = this.#prefix;
    for (const part of PARTS.get(address.kind) ?? []) {
      written += `.${'literal' in part ? part.literal : toToken(names[part.field])}`;
    }
    return written;
  }
}

/** Every byte of the UTF-8 form outside `A–Z a–z 0–9 _ -` becomes `%XX`. */
export function encodeName(name: string): string {
  if (typeof name !== 'string' || name === '')
    throw invalidName(name, 'must be text of at least one character');
  if (/^[\w-]+$/.test(name)) return name;
  try {
    return encodeURIComponent(name).replace(/[.!~*'()]/g, percent);
  } catch (cause) {
    // Half of a surrogate pair has no UTF-8 form; the usual substitute would make two names one.
    throw invalidName(name, 'holds half of a surrogate pair; send well-formed Unicode', cause);
  }
}

/** null for a token `encodeName` would not have written. */
export function decodeName(token: string): string | null {
  try {
    const name = decodeURIComponent(token);
    return encodeName(name) === token ? name : null;
  } catch {
    // Both throw only for a token that names nothing, which is the answer.
    return null;
  }
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function invalidName(name: unknown, why: string, cause?: unknown): Refusal {
  return new Refusal('INVALID_NAME', `The name ${JSON.stringify(name)} ${why}.`, { cause });
}

function toToken(name: string | Any | undefined): string {
  if (name === ANY) return '*';
  if (name === undefined) throw invalidName(name, 'must be text of at least one character');
  return encodeName(name);
}

function read(kind: string, parts: readonly Part[], tokens: readonly string[]): Address | null {
  if (parts.length !== tokens.length) return null;
  const names: Record<string, string> = { kind };
  for (const [index, part] of parts.entries()) {
    const token = tokens[index] ?? '';
    if ('literal' in part) {
      if (token !== part.literal) return null;
      continue;
    }
    const { field } = part;
    const name = decodeName(token);
    if (name === null) return null;
    if (field === 'fact' && !FACTS.some((fact) => fact === name)) return null;
    if (field === 'call' && !RPC_CALLS.some((call) => call === name)) return null;
    names[field] = name;
  }
  // The layout of a kind has exactly that kind's fields.
  return names as Address;
}
