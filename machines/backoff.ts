/**
 * How long to wait before the next attempt: one pure function, with the time and the dice passed in, so that a
 * replayed journal chooses the same delay.
 */

export interface Backoff {
  /** After attempt n: `exponential` base·2ⁿ, `linear` base·n, `fixed` base. */
  readonly strategy: 'exponential' | 'linear' | 'fixed';
  readonly baseMs: number;
  readonly maxMs: number;
  /** `equal`: between half and the whole of the delay; `full`: between nothing and the whole of it. */
  readonly jitter: 'equal' | 'full' | 'none';
}

export const DEFAULT_BACKOFF: Backoff = {
  strategy: 'exponential',
  baseMs: 1_000,
  maxMs: 30_000,
  jitter: 'equal',
};

/** A server may ask for a longer wait than the formula's, but not for an unbounded one. */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/** Beyond a year a Retry-After is taken for a mistake (milliseconds for seconds, say), not for a wish. */
const ABSURD_RETRY_AFTER_MS = 365 * 86_400_000;

/**
 * Milliseconds to wait after attempt `attempt` (from 1).
 *
 * @param dice in [0, 1); chooses the jitter.
 * @param retryAfter seconds or an HTTP date (RFC 9110 §10.2.3); wins over the formula unless unusable.
 * @param at now, epoch milliseconds; what an HTTP date is measured from.
 */
export function backoffMs(
  backoff: Backoff,
  attempt: number,
  dice: number,
  retryAfter: number | string | undefined,
  at: number,
): number {
  const asked = retryAfterMs(retryAfter, at);
  if (asked !== null) return Math.min(asked, MAX_RETRY_AFTER_MS);
  const whole = Math.min(growth(backoff, attempt), backoff.maxMs);
  switch (backoff.jitter) {
    case 'equal':
      return Math.round(whole / 2 + (dice * whole) / 2);
    case 'full':
      return Math.round(dice * whole);
    case 'none':
      return whole;
  }
}

function growth(backoff: Backoff, attempt: number): number {
  switch (backoff.strategy) {
    case 'exponential':
      return backoff.baseMs * 2 ** attempt;
    case 'linear':
      return backoff.baseMs * attempt;
    case 'fixed':
      return backoff.baseMs;
  }
}

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/** Milliseconds asked for, or null when the value is missing, negative, absurd or unreadable. */
export function retryAfterMs(retryAfter: number | string | undefined, at: number): number | null {
  if (retryAfter === undefined) return null;
  const ms = typeof retryAfter === 'number' ? retryAfter * 1_000 : parseRetryAfter(retryAfter.trim(), at);
  if (!Number.isFinite(ms) || ms < 0 || ms > ABSURD_RETRY_AFTER_MS) return null;
  return Math.round(ms);
}

function parseRetryAfter(value: string, at: number): number {
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1_000;
  if (!HTTP_DATE.test(value)) return Number.NaN;
  // The obsolete asctime form names no zone; it is GMT like the others.
  return Date.parse(value.endsWith('GMT') ? value : `${value} GMT`) - at;
}
