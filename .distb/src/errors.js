/**
 * The ways Troupe says no. Each refusal is an operating error with a stable code and facts; interfaces map its
 * kind to their own vocabulary (HTTP status, exit code), so the rule that refuses knows nothing of transports.
 */
export class Refusal extends Error {
    name = 'Refusal';
    kind;
    /** Stable, upper-case, e.g. `UNKNOWN_DEPENDENCY`; tests and clients match on this. */
    code;
    faults;
    retryAfterSeconds;
    constructor(kind, code, message, facts = {}) {
        super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
        this.kind = kind;
        this.code = code;
        this.faults = facts.faults ?? [];
        this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
    }
}
/** A programmer's mistake: fails the turn it happens in, never the process. */
export function assert(condition, message) {
    if (!condition)
        throw new Error(`assertion failed: ${message}`);
}
