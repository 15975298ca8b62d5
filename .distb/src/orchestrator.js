/**
 * What interfaces (HTTP, NATS, CLI, page) may ask of a running Troupe. A caller that may see one tenant passes
 * its id; `null` is the administrator, who sees all. What a caller cannot see is refused as `not_found`.
 * Every method that refuses throws or rejects with a `Refusal`.
 */
export {};
