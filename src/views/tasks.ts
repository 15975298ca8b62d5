/** Users see these shapes of tasks and steps, as HTTP promises them, read from the rows recovery reads. */

import type { Arguments } from '../workflow/arguments.ts';
import type { AskedType, WebhookType } from '../workflow/notification-types.ts';
import type { StepStatus, TaskStatus, WaitingKind, WaitsFor } from './statuses.ts';

export type { StepStatus, TaskStatus };

/** An error behind another, or inside it. */
export interface InnerErrorView {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly stack: string | null;
  readonly details: unknown;
}

export interface ErrorView {
  readonly name: string;
  readonly message: string;
  /** Text; a number that was thrown as a code is its text. */
  readonly code: string | null;
  readonly retryable: boolean;
  readonly stack: string | null;
  /** The chain of causes, the nearest first. */
  readonly causes: readonly InnerErrorView[];
  /** The errors inside an AggregateError. */
  readonly errors: readonly InnerErrorView[];
  /** The details the handler gave, or the fields of the thrown value. */
  readonly details: unknown;
  /** The answer of the server that an HTTP step called. */
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
    /** The body was longer than is kept. */
    readonly truncated: boolean;
  } | null;
}

/** An error where it stands among many. */
export interface ErrorSummary {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly retryable: boolean;
}

export interface Waiting {
  readonly kind: WaitingKind;
  readonly step?: string;
  /** The step or task waited for. */
  readonly on?: string;
  readonly taskId?: string;
  readonly handler?: string;
  /** ISO 8601; null when no clock ends it. */
  readonly until: string | null;
  readonly why: string;
}

/** A step that no worker does waits for this. */
export interface WaitView {
  readonly for: WaitsFor;
  /** The name of the signal. */
  readonly signal?: string;
  /** A signal by key must have this one; null: only those sent to the task are heard. Missing until it begins. */
  readonly key?: string | null;
  /** The question of an approval, once it is asked. */
  readonly prompt?: string;
  /** API keys that may answer an approval; missing: anybody. */
  readonly who?: readonly string[];
  /** An approval that nobody answers in time ends so. */
  readonly onTimeout?: 'approve' | 'reject' | 'fail';
}

export interface StepView {
  readonly name: string;
  readonly status: StepStatus;
  readonly handler: string;
  readonly dependsOn: readonly string[];
  /** Executions so far. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly nextAttemptAt: string | null;
  readonly critical: boolean;
  readonly optional: boolean;
  /** A failure handler: it runs after all other steps, and only if one failed. */
  readonly onFailure?: boolean | undefined;
  /** A compensation: the step that it takes back. */
  readonly compensates?: string | undefined;
  /** An attempt may have done its work without telling: its compensation runs, whatever became of it. */
  readonly unknown?: boolean | undefined;
  /** Its arguments as they are written, with their references; left out in lists, and of a step without any. */
  readonly with?: Arguments | undefined;
  readonly output: unknown;
  readonly error: ErrorView | null;
  readonly resolvedBy?: string;
  /** When a wait ends by itself; null: never. Missing of steps that somebody works at, and before it begins. */
  readonly until?: string | null;
  /** A step that has child tasks counts them, once it has begun. */
  readonly children?: ChildrenView;
  /** Left out in lists, and of a step that somebody works at. */
  readonly wait?: WaitView;
}

export interface AttemptView {
  readonly attempt: number;
  readonly status: 'running' | 'complete' | 'failed' | 'cancelled';
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly error: ErrorView | null;
  /** The delay chosen before the next attempt, milliseconds. */
  readonly backoffMs: number | null;
  /** The last worker elsewhere that said it has it, if it gave a name. */
  readonly worker?: string;
  /** Workers elsewhere that fell silent under it or gave it back, if any. */
  readonly lost?: readonly LostWorkerView[];
}

export interface LostWorkerView {
  /** null: it gave no name. */
  readonly worker: string | null;
  readonly at: string;
  readonly returned: boolean;
}

export interface StepDetailView extends StepView {
  readonly taskId: string;
  readonly attempts: readonly AttemptView[];
  /** Its attempts were given this as `job.with`. null: it has not begun, has none, or they depend on failures. */
  readonly arguments: Arguments | null;
}

export interface ParentView {
  readonly taskId: string;
  readonly step: string;
  /** Which of the children of the step, from 0. */
  readonly index: number;
}

export interface ChildrenView {
  readonly total: number;
  /** Spawned so far. */
  readonly next: number;
  readonly open: number;
  readonly done: number;
  readonly lost: number;
}

export interface CompensationView {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
}

export interface TaskView {
  readonly id: string;
  readonly name: string;
  readonly workflow: {
    readonly namespace: string;
    readonly name: string;
    readonly version: string;
    readonly hash: string;
  } | null;
  readonly tenantId: string;
  readonly status: TaskStatus;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Outputs of the steps nothing depends on, by name, once complete. */
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly error: (ErrorView & { readonly step: string | null }) | null;
  readonly priority: number;
  readonly retryCount: number;
  readonly maxRetries: number | null;
  readonly correlationId: string | null;
  readonly tags: readonly string[];
  readonly dependencies: readonly {
    readonly name: string;
    /** null while a dependency by name is unresolved. */
    readonly taskId: string | null;
    readonly status: TaskStatus | 'unresolved';
  }[];
  readonly idempotencyKey: string | null;
  readonly notificationUrl: string | null;
  /** It is told of these too. */
  readonly notificationTypes: readonly AskedType[];
  readonly initiator: string | null;
  readonly reason: string | null;
  readonly sourceSystem: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** The task and the step whose child it is; null for a root. */
  readonly parent: ParentView | null;
  /** The task at the top of its family: its own id for a root. */
  readonly rootId: string;
  /** When it must be, or had to be, over: ISO 8601; null when it may take as long as it likes. */
  readonly deadline: string | null;
  /** Why it ends: what it has done is being taken back, or has been; null while nothing is. */
  readonly ending: 'cancel' | 'deadline' | 'failure' | null;
  /** Steps that are taken back: null before that begins. */
  readonly compensation: CompensationView | null;
  /** True once it is over, and all that it had done is taken back. */
  readonly compensated: boolean | 'partly';
  readonly waitingFor: readonly Waiting[];
  readonly steps: readonly StepView[];
}

/** A task of a list: without its steps and what went in and came out, however many they are. */
export interface TaskSummary extends Omit<TaskView, 'steps' | 'payload' | 'result' | 'waitingFor' | 'error'> {
  readonly error: (ErrorSummary & { readonly step: string | null }) | null;
  /** States that no step is in are left out. */
  readonly stepCounts: Readonly<Partial<Record<StepStatus, number>>>;
  /** The first few. */
  readonly waitingFor: readonly Waiting[];
  readonly waitingForCount: number;
}

/** One journal entry as `GET /tasks/:id/history` gives it. */
export interface HistoryEvent {
  readonly seq: number;
  readonly at: string;
  /** `task`, `step:<name>` or `webhook:<n>`. */
  readonly actor: string;
  readonly event: string;
  readonly from: string | null;
  readonly to: string;
  readonly attempt: number | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export type FactName =
  | 'pending'
  | 'running'
  | 'retrying'
  | 'waiting'
  | 'reminded'
  | 'complete'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'paused'
  | 'resumed'
  | 'blocked';

/** A fact is published after a commit; one journal entry makes at most one. */
export interface Fact {
  readonly taskId: string;
  readonly tenantId: string;
  /** The journal `seq` of its cause within the task: a consumer skips repeats by it. */
  readonly seq: number;
  readonly at: string;
  /** `task` or `step:<name>`. */
  readonly actor: string;
  readonly fact: FactName;
  readonly attempt: number | null;
  readonly output: unknown;
  /** In short: the step has it whole. */
  readonly error:
    | (ErrorSummary & { readonly retryAfter?: number | string; readonly details?: unknown })
    | null;
  /** A step waits for this: the clock, a signal, a person, or child tasks. With the facts `waiting` and `reminded` of steps. */
  readonly for?: WaitsFor;
  /** With `for`: when it ends by itself; null: never. */
  readonly until?: string | null;
  /** With `for`: the question; null where none is asked. */
  readonly prompt?: string | null;
}

export interface WebhookView {
  readonly id: string;
  readonly taskId: string;
  readonly tenantId: string;
  readonly url: string;
  readonly type: WebhookType;
  readonly status: 'pending' | 'retrying' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly createdAt: string;
  readonly error: ErrorView | null;
}
