/**
 * What interfaces (HTTP, NATS, CLI, page) may ask of a running Troupe. A caller that may see one tenant passes
 * its id; `null` is the administrator, who sees all. What a caller cannot see is refused as `not_found`.
 * Every method that refuses throws or rejects with a `Refusal`.
 */

import type {
  Fact,
  HistoryEvent,
  StepDetailView,
  StepStatus,
  TaskStatus,
  TaskView,
  WebhookView,
} from './actors/views.ts';
import type { InspectionEvent } from './publication/inspection.ts';
import type { CompiledWorkflow, WorkflowDefinition } from './workflow/definition.ts';
import type { TaskRequest } from './workflow/task-request.ts';

export type Scope = string | null;

export interface TaskQuery {
  readonly tenantId: Scope;
  readonly status?: TaskStatus;
  readonly name?: string;
  readonly correlationId?: string;
  readonly tag?: string;
  readonly limit: number;
  /** As returned in `nextCursor`; an unreadable one is refused with INVALID_CURSOR. */
  readonly cursor?: string;
}

export type TaskVerb = 'cancel' | 'pause' | 'resume' | 'retry';
export type StepVerb = 'retry' | 'skip' | 'complete';

export interface VerbOptions {
  /** Who asked: the API key's name, `cli`, …; journaled. */
  readonly by: string;
  readonly reason: string | null;
  /** For skip and complete. */
  readonly output?: unknown;
}

/** Snapshots of a task and its steps in XState's persisted form, openable by `createActor(machine, { snapshot })`. */
export interface SnapshotView {
  readonly seq: number;
  readonly task: unknown;
  readonly steps: Readonly<Record<string, unknown>>;
}

/** An actor at some moment. `accepts`: the types of the events that it would take from a person. */
export interface ActorMoment {
  /** `retrying.backoff`; the status is the part before the dot. */
  readonly state: string;
  readonly status: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly accepts: readonly string[];
  /** The types of the events that were to come by themselves, and when. */
  readonly timers: Readonly<Record<string, string>>;
}

/** A task as it was after event `seq` of its history, computed by the machines. */
export interface MomentView {
  readonly seq: number;
  /** Of the last event so far. */
  readonly last: number;
  readonly at: string;
  readonly task: ActorMoment;
  /** Those that had been spawned, by name. */
  readonly steps: Readonly<Record<string, ActorMoment>>;
  /** What is stored is something else; can only be told at the last event. */
  readonly differs: boolean;
}

export interface WhatIf {
  /** `task` or `step:<name>`. */
  readonly actor: string;
  /** Time, dice and attempt token are filled in where it has none. */
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
  readonly by: string;
}

/** What an event would lead to. */
export interface WhatIfView {
  readonly seq: number;
  readonly at: string;
  /** With all that was filled in. */
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
  readonly before: Pick<ActorMoment, 'state' | 'context'>;
  readonly after: Pick<ActorMoment, 'state' | 'context'>;
  readonly effects: readonly { readonly type: string; readonly params: unknown }[];
}

/** Tasks that ended in one second of the last minute. */
export interface SecondView {
  readonly at: string;
  readonly complete: number;
  readonly failed: number;
  /** Mean time from submission to the end; null when none ended. */
  readonly meanMs: number | null;
}

/** All that a first screen shows. What concerns the whole server is null for who sees one tenant. */
export interface Overview {
  readonly tasks: HealthStatus['tasks'];
  readonly backlog: {
    readonly queued: number;
    readonly running: number | null;
    readonly timers: number | null;
  };
  readonly oldestWaiting: HealthStatus['oldestWaiting'];
  readonly webhooks: HealthStatus['webhooks'];
  readonly throughput: {
    /** Tasks completed, over the last minute. */
    readonly perSecond: number;
    /** Oldest first, the present second excluded. */
    readonly lastMinute: readonly SecondView[];
  };
  readonly recent: readonly TaskView[];
  readonly server: Pick<HealthStatus, 'ready' | 'reason' | 'bus' | 'nats' | 'workers' | 'store'> | null;
}

/** The steps of a task, and where each stands, by index. */
export interface PlanView {
  readonly workflow: CompiledWorkflow;
  readonly statuses: readonly StepStatus[];
}

export interface PublishedFact {
  /** Resume point for `events({ after })`. */
  readonly id: string;
  readonly fact: Fact;
}

export interface HealthStatus {
  readonly ready: boolean;
  /** Why not ready, or null. */
  readonly reason: string | null;
  readonly tasks: Readonly<Record<TaskStatus, number>>;
  readonly backlog: { readonly queued: number; readonly running: number; readonly timers: number };
  /** The longest queued job: which and since when. */
  readonly oldestWaiting: { readonly taskId: string; readonly step: string; readonly since: string } | null;
  readonly webhooks: { readonly pending: number; readonly dead: number };
  readonly bus: 'in-process' | 'nats';
  readonly nats: { readonly connected: boolean; readonly server: string | null } | null;
  readonly workers: readonly {
    readonly name: string;
    readonly handlers: readonly string[];
    readonly running: number;
  }[];
  readonly store: { readonly path: string; readonly bytes: number };
}

export interface Orchestrator {
  /** `task` is read when asked for. */
  submit(
    request: TaskRequest,
  ): Promise<{ readonly taskId: string; readonly replayed: boolean; readonly task: TaskView }>;
  submitBatch(requests: readonly TaskRequest[]): Promise<{ tasks: TaskView[]; replayed: boolean }>;
  getTask(scope: Scope, id: string): TaskView;
  listTasks(query: TaskQuery): { tasks: TaskView[]; nextCursor: string | null };
  getStep(scope: Scope, id: string, step: string): StepDetailView;
  /** Oldest first; read lazily, so a long history is never held whole. */
  history(scope: Scope, id: string): Iterable<HistoryEvent>;
  snapshot(scope: Scope, id: string, seq?: number): SnapshotView;
  diagram(scope: Scope, id: string, format: 'mermaid' | 'dot'): string;
  /** The task after event `seq` of its history, or after the last. */
  moment(scope: Scope, id: string, seq?: number): MomentView;
  /** Nothing is done, and nothing stored. */
  whatIf(scope: Scope, id: string, ask: WhatIf, seq?: number): WhatIfView;
  plan(scope: Scope, id: string): PlanView;
  /**
   * What XState's inspector is told: of one task from its beginning on, of all from now on. Ends when `signal` fires.
   */
  inspect(filter: { tenantId: Scope; taskId?: string; signal: AbortSignal }): AsyncIterable<InspectionEvent>;
  overview(scope: Scope): Overview;
  taskVerb(scope: Scope, id: string, verb: TaskVerb, options: VerbOptions): Promise<TaskView>;
  stepVerb(scope: Scope, id: string, step: string, verb: StepVerb, options: VerbOptions): Promise<TaskView>;
  addDependencies(scope: Scope, id: string, dependsOn: readonly string[], by: string): Promise<TaskView>;
  /** Live facts, in commit order. With `after`, first everything stored since then. Ends when `signal` fires. */
  events(filter: {
    tenantId: Scope;
    taskId?: string;
    after?: string;
    signal: AbortSignal;
  }): AsyncIterable<PublishedFact>;
  registerWorkflow(definition: WorkflowDefinition): Promise<{ workflow: CompiledWorkflow; created: boolean }>;
  listWorkflows(): readonly CompiledWorkflow[];
  /** The given version, or the newest. */
  getWorkflow(name: string, version?: string): CompiledWorkflow;
  listWebhooks(scope: Scope, status?: WebhookView['status'], limit?: number): WebhookView[];
  redeliverWebhook(scope: Scope, id: string, by: string): Promise<WebhookView>;
  health(): HealthStatus;
  /** Prometheus exposition text and its content type. */
  metrics(): Promise<{ contentType: string; text: string }>;
  /** Graceful stop: no new work, running attempts finish or are handed back, everything committed, closed. */
  close(options?: { graceMs?: number }): Promise<void>;
}
