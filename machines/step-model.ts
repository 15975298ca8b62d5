/** A step keeps this context, may be told these events and fails with these errors. */

import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import type { Stopping } from './step-stopping.ts';

/** An error behind another, as its cause, or inside it. */
export interface InnerError {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly stack?: string;
  readonly details?: unknown;
}

/** A called server has answered this. */
export interface ErrorResponse {
  readonly status: number;
  /** Only the headers worth keeping are here, by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON where it is JSON, else text. */
  readonly body: unknown;
  /** The body was longer than is kept. */
  readonly truncated?: boolean;
}

export interface StepError {
  readonly name: string;
  readonly message: string;
  /** A number that was thrown as a code is kept as its text. */
  readonly code: string | null;
  readonly retryable: boolean;
  readonly retryAfter?: number | string;
  readonly details?: unknown;
  readonly stack?: string;
  /** The chain of causes, the nearest first. */
  readonly causes?: readonly InnerError[];
  /** An AggregateError has these inside. */
  readonly errors?: readonly InnerError[];
  readonly response?: ErrorResponse;
}

/** Where it differs from `DEFAULT_STEP_POLICY`; kept small because every snapshot carries it. */
export interface StepPolicy {
  readonly maxAttempts?: number;
  readonly timeoutMs?: number;
  /** Longest wait for a worker; without it a step waits for ever. */
  readonly startTimeoutMs?: number;
  /** Longest time from the first start of a set of attempts to the end of the last. */
  readonly withinMs?: number;
  readonly backoff?: Backoff;
  readonly optional?: boolean;
  /** Its task may be taken back: it remembers whether its outcome is unknown, and its attempts end before that. */
  readonly compensable?: true;
  /** The time between an answer that is not waited for and the next question. */
  readonly everyMs?: number;
}

export const DEFAULT_STEP_POLICY = { maxAttempts: 3, timeoutMs: 60_000, backoff: DEFAULT_BACKOFF } as const;

/**
 * An attempt whose worker died this often is taken for the cause of the deaths and counts as failed: a loop has an
 * end, and a machine that restarts a hundred times on a bad day fails no work by it.
 */
export const MAX_LOSSES = 1_000;

/**
 * Workers elsewhere that may fall silent under one attempt: the last of them has it counted as failed, so that a job
 * which ends its workers does not walk through all there are.
 */
export const MAX_WORKER_DEATHS = 3;

export interface StepInput {
  readonly at: number;
  readonly policy: StepPolicy;
  /** Executions in an earlier life: a failure handler may have several. */
  readonly attempt?: number;
  /** The step that it takes back. */
  readonly compensates?: string;
}

export interface StepContext {
  readonly policy: StepPolicy;
  /** Executions so far, over all sets; numbers the attempts. */
  readonly attempt: number;
  /** Executions before the present set: a retry by a person begins a fresh one. */
  readonly base: number;
  readonly token?: string;
  /** The present attempt was sent to a worker elsewhere. */
  readonly remote?: boolean;
  /** When that worker first gave a sign of being at it. */
  readonly takenAt?: number;
  /** The worker calls itself so, if it says so. */
  readonly worker?: string;
  /** How often its job had been delivered by then, if it says so: above 1 somebody had it before. */
  readonly delivery?: number;
  /** Workers elsewhere that fell silent under the present attempt, by name; null for one that gave none. */
  readonly silentWorkers?: readonly (string | null)[];
  readonly held?: boolean;
  /** A critical step of the task failed: what runs may finish, nothing is tried again. */
  readonly halted?: boolean;
  /** Workers that died under the present attempt. */
  readonly losses?: number;
  /** Since when it waits for a worker. */
  readonly queuedAt?: number;
  readonly startedAt?: number;
  /** The first start of the present set, of a step whose attempts have so much time together. */
  readonly setAt?: number;
  readonly attemptAt?: number;
  readonly finishedAt?: number;
  /** Chosen after the last failure. */
  readonly delayMs?: number;
  readonly retryAt?: number;
  readonly error?: StepError;
  readonly output?: unknown;
  readonly resolvedBy?: string;
  /** An attempt may have done its work without telling. */
  readonly unknown?: true;
  readonly stopping?: Stopping;
  /** Answers that were not the one it waits for. */
  readonly polls?: number;
  /** The last of those, or its beginning. */
  readonly answer?: string;
}

/** Every event says when it happened: epoch milliseconds. */
export type Timed<E> = E & { readonly at: number };

/** Columns for the journal that a handler has recorded; the machine has no use for them. */
export interface Recorded {
  readonly record?: Readonly<Record<string, string | number | boolean | null>>;
}

export type StepEvent =
  | Timed<{ type: 'step.start'; token: string; remote?: boolean }>
  | Timed<{ type: 'step.hold' }>
  | Timed<{ type: 'step.release' }>
  | Timed<{ type: 'step.halt' }>
  | Timed<{ type: 'step.retry'; held?: boolean; by?: string; reason?: string | null }>
  /** `stop`: its task is to be taken back, once its worker has stopped. */
  | Timed<{ type: 'step.cancel'; stop?: true }>
  | Timed<{ type: 'step.skip'; output?: unknown; by?: string; reason?: string | null }>
  | Timed<{ type: 'step.complete'; output: unknown; by: string; reason?: string | null }>
  | Timed<{ type: 'step.startTimeout' }>
  | Timed<{ type: 'step.within' }>
  /** The deadline of its task has passed, which was then. */
  | Timed<{ type: 'step.expire'; deadlineAt: number }>
  | Timed<{ type: 'attempt.hindered'; token: string }>
  | Timed<{ type: 'attempt.sent'; token: string }>
  | Timed<{ type: 'attempt.taken'; token: string; worker?: string; delivery?: number }>
  | Timed<{ type: 'attempt.complete'; token: string; output: unknown } & Recorded>
  /** It has an answer, which is not the one it waits for; `answer`: its JSON, at most 1,024 characters. */
  | Timed<{ type: 'attempt.unmet'; token: string; answer: string } & Recorded>
  /** `unknown`: its work may be done all the same. */
  | Timed<
      {
        type: 'attempt.failed';
        token: string;
        error: StepError;
        dice: number;
        unknown?: true;
      } & Recorded
    >
  | Timed<{
      type: 'attempt.lost';
      token: string;
      dice: number;
      remote?: boolean;
      /** Given: it was a worker elsewhere, of this name or none, and its job goes to another. */
      worker?: string | null;
      /** It has given the job back, which had been delivered to it as the so manieth. */
      returned?: boolean;
      delivery?: number;
      /** Nobody has taken its job over while it was silent this long. */
      silentMs?: number;
    }>
  | Timed<{ type: 'xstate.after.timeout.step.running'; dice: number }>
  | Timed<{ type: 'xstate.after.backoff.step.retrying.backoff' }>
  | Timed<{ type: 'xstate.after.rest.step.waiting.stopping' }>;

/**
 * How a task counts its steps. `active`: running, or ready and queued; `waiting`: only something outside any worker ends
 * it; `held`: none of these until released.
 */
export type Standing =
  | 'active'
  | 'backoff'
  | 'waiting'
  | 'held'
  | 'failed'
  | 'complete'
  | 'skipped'
  | 'cancelled';

/** Reads the standing off the state of a step or a wait, written `retrying.backoff` for `{ retrying: 'backoff' }`. */
export function standingOf(state: string): Standing {
  switch (state) {
    case 'pending.queued':
    case 'pending.ready':
    case 'retrying.queued':
    case 'running':
      return 'active';
    case 'retrying.backoff':
      return 'backoff';
    case 'waiting.listening':
    case 'waiting.children':
    case 'waiting.halted':
    case 'waiting.collecting':
    case 'waiting.ending':
    case 'waiting.stopping':
      return 'waiting';
    case 'pending.held':
    case 'retrying.held':
    case 'waiting.held':
    case 'waiting.stopped':
      return 'held';
    case 'failed':
    case 'complete':
    case 'skipped':
    case 'cancelled':
      return state;
    default:
      throw new Error(`assertion failed: ${state} is no state of a step`);
  }
}

/** The longest time an attempt of the step may take. */
export const timeoutOf = (context: StepContext): number =>
  context.policy.timeoutMs ?? DEFAULT_STEP_POLICY.timeoutMs;
