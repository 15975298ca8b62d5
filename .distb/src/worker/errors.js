/** How a handler tells a failure worth repeating from one that is not. Anything else thrown is retryable. */
export class RetryableError extends Error {
    name = 'RetryableError';
    /** Seconds or an HTTP date; wins over the backoff formula. */
    retryAfter;
    details;
    constructor(message, facts = {}) {
        super(message, { cause: facts.cause });
        this.retryAfter = facts.retryAfter;
        this.details = facts.details;
    }
}
export class PermanentError extends Error {
    name = 'PermanentError';
    code;
    details;
    constructor(message, facts = {}) {
        super(message, { cause: facts.cause });
        this.code = facts.code;
        this.details = facts.details;
    }
}
