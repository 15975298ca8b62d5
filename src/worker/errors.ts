/** How a handler tells a failure worth repeating from one that is not. Anything else thrown is retryable. */

import { RETRY_AFTER_FORMS, type RetryAfter, readRetryAfter } from './retry-after.ts';

export class RetryableError extends Error {
  override readonly name = 'RetryableError';
  /** Seconds or an HTTP date; wins over the backoff formula. */
  readonly retryAfter: number | string | undefined;
  readonly details: unknown;

  /** `retryAfter` as a header has it, null for none. Throws a TypeError for what is no wait and no time. */
  constructor(
    message: string,
    facts: { retryAfter?: RetryAfter | null | undefined; details?: unknown; cause?: unknown } = {},
  ) {
    super(message, { cause: facts.cause });
    const { retryAfter = null } = facts;
    this.retryAfter = retryAfter === null ? undefined : checked(retryAfter);
    this.details = facts.details;
  }
}

function checked(retryAfter: unknown): number | string {
  const read = readRetryAfter(retryAfter);
  if (read !== null) return read;
  const shown = typeof retryAfter === 'string' ? JSON.stringify(retryAfter.slice(0, 100)) : typeof retryAfter;
  const given = typeof retryAfter === 'number' || retryAfter instanceof Date ? Number(retryAfter) : shown;
  throw new TypeError(`retryAfter must be ${RETRY_AFTER_FORMS}, not ${given}`);
}

export class PermanentError extends Error {
  override readonly name = 'PermanentError';
  readonly code: string | undefined;
  readonly details: unknown;

  constructor(
    message: string,
    facts: { code?: string | undefined; details?: unknown; cause?: unknown } = {},
  ) {
    super(message, { cause: facts.cause });
    this.code = facts.code;
    this.details = facts.details;
  }
}
