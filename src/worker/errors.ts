/** How a handler tells a failure worth repeating from one that is not. Anything else thrown is retryable. */

export class RetryableError extends Error {
  override readonly name = 'RetryableError';
  /** Seconds or an HTTP date; wins over the backoff formula. */
  readonly retryAfter: number | string | undefined;
  readonly details: unknown;

  constructor(
    message: string,
    facts: { retryAfter?: number | string; details?: unknown; cause?: unknown } = {},
  ) {
    super(message, { cause: facts.cause });
    this.retryAfter = facts.retryAfter;
    this.details = facts.details;
  }
}

export class PermanentError extends Error {
  override readonly name = 'PermanentError';
  readonly code: string | undefined;
  readonly details: unknown;

  constructor(message: string, facts: { code?: string; details?: unknown; cause?: unknown } = {}) {
    super(message, { cause: facts.cause });
    this.code = facts.code;
    this.details = facts.details;
  }
}
