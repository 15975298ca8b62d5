/**
 * What passes between the orchestrator and whatever runs handlers: a job out, an outcome back. The shapes are
 * the wire format of `troupe.jobs.*` and `troupe.outcomes.*`; an in-process worker gets the same objects.
 */

/** Attempts at once, unless said otherwise: handlers wait for others mostly, and a commit is shared by those there are. */
export const DEFAULT_CONCURRENCY = 200;

export interface Job {
  readonly taskId: string;
  readonly step: string;
  /** Numbered from 1. */
  readonly attempt: number;
  /** Names this attempt; an outcome with another token is stale and changes nothing. */
  readonly token: string;
  readonly tenantId: string;
  readonly handler: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Outputs of the steps this one depends on, by step name; null for a skipped one. */
  readonly dependencies: Readonly<Record<string, unknown>>;
  /** `<taskId>/<step>`: the same for all attempts of a step, to hand to payment providers and the like. */
  readonly idempotencyKey: string;
  /** ISO 8601: when the attempt times out. */
  readonly deadline: string;
  /** W3C Trace Context of the attempt, to send along with whatever it calls. */
  readonly traceparent?: string;
}

export interface OutcomeError {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly retryable: boolean;
  /** Seconds, or an HTTP date; as given by the handler or the server it called. */
  readonly retryAfter?: number | string;
  readonly details?: unknown;
}

/** Columns a handler adds to the record of its execution: `{ amount_usd: 89.99 }`. */
export type ExecutionRecord = Readonly<Record<string, string | number | boolean | null>>;

export type Outcome = { readonly token: string; readonly record?: ExecutionRecord } & (
  | { readonly status: 'complete'; readonly output: unknown }
  | { readonly status: 'failed'; readonly error: OutcomeError }
);

/** What a handler is called with. */
export interface HandlerContext extends Job {
  /** Fires when the attempt times out, its task is cancelled, or the process drains. */
  readonly signal: AbortSignal;
  /** Adds columns to the record of this execution; they are journaled with its outcome. */
  record(columns: ExecutionRecord): void;
}

export type Handler = (job: HandlerContext) => unknown;

/** A handler with what limits it. */
export interface HandlerEntry {
  readonly name: string;
  readonly run: Handler;
  /** Most attempts of it at once in this process, or null for no limit of its own. */
  readonly concurrency: number | null;
}
