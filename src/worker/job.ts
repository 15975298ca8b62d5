/**
 * The orchestrator and the code that runs handlers exchange these: a job out, an outcome back. The shapes are the
 * wire format of `troupe.jobs.*` and `troupe.outcomes.*`; an in-process worker gets the same objects.
 */

import type { StepError } from '../../machines/step-model.ts';
import type { Arguments } from '../workflow/arguments.ts';
import type { JobLog } from './job-log.ts';
import type { ProgressValue } from './progress.ts';

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
  /** The arguments of the step: what it says under `with`, filled in; empty for one without. */
  readonly with: Arguments;
  /** A compensation takes this step back. */
  readonly compensates?: CompensatedStep;
  /** Links by which people answer approvals of the task, by step; see `HandlerContext`. Left out where there are none. */
  readonly approvals?: Readonly<Record<string, string>>;
  /** `<taskId>/<step>`: the same for all attempts of a step, to hand to payment providers and the like. */
  readonly idempotencyKey: string;
  /** ISO 8601: when the attempt times out. */
  readonly deadline: string;
  /** W3C Trace Context of the attempt, to send along with whatever it calls. */
  readonly traceparent?: string;
  /** The step is to run in a process of its own. */
  readonly isolation?: 'process';
  /** Most memory of that process, in MB. */
  readonly memoryMb?: number;
}

/** The step that a compensation takes back. */
export interface CompensatedStep {
  readonly step: string;
  /** The output of the step, or null: its outcome may be unknown. */
  readonly output: unknown;
  /** Why it is not complete, or null. */
  readonly error: OutcomeError | null;
  /** Its attempts so far. */
  readonly attempt: number;
  /** As the step itself had it. */
  readonly idempotencyKey: string;
  /** A step with child tasks has these. */
  readonly children?: { readonly total: number; readonly done: number; readonly lost: number };
}

/** The job with its deadline so much later. */
export function postponed(job: Job, delayMs: number): Job {
  return { ...job, deadline: new Date(Date.parse(job.deadline) + delayMs).toISOString() };
}

/**
 * Tells the failure as its attempt keeps it. `retryAfter` is in seconds or an HTTP date, as the handler or a
 * server said.
 */
export type OutcomeError = StepError;

/**
 * A failure may have these fields beyond name, message, code, retryable, retryAfter and details. A job names
 * those that its orchestrator takes; one of an older version names none, and would refuse an outcome that has
 * them.
 */
export const EXTRA_ERROR_FIELDS = ['stack', 'causes', 'errors', 'response'] as const;

/** The outcome as an orchestrator takes it that accepts these extra fields of an error. */
export function acceptable(outcome: Outcome, accepts: readonly string[]): Outcome {
  if (outcome.status === 'complete') return outcome;
  const error: Partial<Record<string, unknown>> = { ...outcome.error };
  for (const field of EXTRA_ERROR_FIELDS) if (!accepts.includes(field)) delete error[field];
  return { ...outcome, error: error as unknown as OutcomeError };
}

/** Columns a handler adds to the record of its execution: `{ amount_usd: 89.99 }`. */
export type ExecutionRecord = Readonly<Record<string, string | number | boolean | null>>;

export type Outcome = { readonly token: string; readonly record?: ExecutionRecord } & (
  | { readonly status: 'complete'; readonly output: unknown }
  | { readonly status: 'failed'; readonly error: OutcomeError }
);

/** A handler is called with this. */
export interface HandlerContext extends Job {
  /**
   * The approvals of the task that anybody may answer and nobody has, by step, each with the link at which it is answered:
   * whoever has that can. One that is not asked yet has its link already. Empty where the server has no `publicUrl`.
   */
  readonly approvals: Readonly<Record<string, string>>;
  /** Fires when the attempt times out, its task is cancelled, or the process drains. */
  readonly signal: AbortSignal;
  /** Adds columns to the record of this execution; they are journaled with its outcome. */
  record(columns: ExecutionRecord): void;
  /** Writes to the log of the server, or of the worker elsewhere, with the task, the step and the attempt. */
  readonly log: JobLog;
  /**
   * Says how far the attempt has come, for those who look at its task: a share from 0 to 1 or `{ done, total }`, and a
   * few words. It may be called as often as one likes. Throws INVALID_PROGRESS for what is no share.
   */
  progress(value: ProgressValue, note?: string): void;
}

export type Handler = (job: HandlerContext) => unknown;

/** A handler with what limits it. */
export interface HandlerEntry {
  readonly name: string;
  readonly run: Handler;
  /** Most attempts of it at once in this process, or null for no limit of its own. */
  readonly concurrency: number | null;
  /** `process` gives each attempt a process of its own, where it came from a file. */
  readonly isolation?: 'process';
  /** Most memory of such a process, in MB. */
  readonly memoryMb?: number;
}
