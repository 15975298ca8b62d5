/** How long a failed attempt asks to be left alone, in whichever form it is said, as outcomes carry it. */

import { httpDate, httpDateMs } from '../outbound/http-date.ts';
import { timeMs } from '../workflow/time-text.ts';

export type RetryAfter = number | string | Date;

export const RETRY_AFTER_FORMS =
  'a number of seconds (at most a year), an HTTP date, an ISO 8601 time with its zone, or a Date';

/** A time further away was meant otherwise: milliseconds for seconds, say. */
const MOST_MS = 365 * 86_400_000;

/** Seconds, or an HTTP date; null for what is none of the forms. */
export function readRetryAfter(value: unknown, nowMs = Date.now()): number | string | null {
  if (typeof value === 'number') return isWait(value * 1_000) ? value : null;
  const atMs =
    value instanceof Date ? value.getTime() : typeof value === 'string' ? momentOf(value, nowMs) : null;
  if (typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value.trim()))
    return isWait(Number(value) * 1_000) ? value.trim() : null;
  // A moment is bounded where it is compared with the clock of the task.
  return atMs === null || Number.isNaN(atMs) ? null : httpDate(atMs);
}

const isWait = (ms: number): boolean => ms >= 0 && ms <= MOST_MS;

const momentOf = (text: string, nowMs: number): number | null =>
  httpDateMs(text.trim(), nowMs) ?? timeMs(text.trim());

/** For an outcome; without one, the backoff decides. */
export function retryAfterField(value: unknown): { readonly retryAfter?: number | string } {
  const retryAfter = readRetryAfter(value);
  return retryAfter === null ? {} : { retryAfter };
}
