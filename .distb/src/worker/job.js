/**
 * What passes between the orchestrator and whatever runs handlers: a job out, an outcome back. The shapes are
 * the wire format of `troupe.jobs.*` and `troupe.outcomes.*`; an in-process worker gets the same objects.
 */
export {};
