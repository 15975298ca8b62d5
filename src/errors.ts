/**
 * The ways Troupe says no. Each refusal is an operating error with a stable code and facts; interfaces map its
 * kind to their own vocabulary (HTTP status, exit code), so the rule that refuses knows nothing of transports.
 */

import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

export type RefusalKind =
  | 'malformed'
  | 'invalid'
  | 'not_found'
  | 'forbidden'
  | 'gone'
  | 'conflict'
  | 'too_large'
  | 'limited'
  | 'unavailable';

/** One thing wrong with a request: where it is, and what to do about it. */
export interface Fault {
  /** A JSON pointer (RFC 6901) into it; for a file `line:column`, counted from 1. */
  readonly pointer: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** An answer of megabytes helps nobody to mend what is wrong. */
const MOST_FAULTS = 1_000;

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: RefusalKind;
  /** Stable, upper-case, e.g. `UNKNOWN_DEPENDENCY`; tests and clients match on this. */
  readonly code: ErrorCode;
  /** At most the first thousand; one more entry then says how many there are besides. */
  readonly faults: readonly Fault[];
  readonly retryAfterSeconds: number | null;

  constructor(
    code: ErrorCode,
    message: string,
    facts: { faults?: readonly Fault[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.kind = ERROR_CODES[code];
    this.code = code;
    this.faults = theFirst(facts.faults ?? []);
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
  }
}

/** Tells whether a thrown value is the refusal with this code. */
export const isRefusal = (error: unknown, code: ErrorCode): error is Refusal =>
  error instanceof Refusal && error.code === code;

function theFirst(faults: readonly Fault[]): readonly Fault[] {
  const more = faults.length - MOST_FAULTS;
  if (more <= 0) return faults;
  return [...faults.slice(0, MOST_FAULTS), { pointer: '', message: `and ${more} more` }];
}

/** Anything may be thrown; this is what it says. */
export const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);

export const problemCount = (faults: readonly unknown[]): string =>
  faults.length === 1 ? 'a problem' : `${faults.length} problems`;

/** A programmer's mistake: fails the turn it happens in, never the process. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
