/**
 * What interfaces (HTTP, NATS, CLI, page) may ask of a running Troupe. A caller that may see one tenant passes
 * its id; `null` is the administrator, who sees all. What a caller cannot see is refused as `not_found`.
 * Every method that refuses throws or rejects with a `Refusal`.
 */

import type { MomentView, WhatIf, WhatIfView } from './actors/moment-views.ts';
import type { HealthStatus, Overview } from './actors/overview-views.ts';
import type {
  Fact,
  HistoryEvent,
  StepDetailView,
  StepStatus,
  TaskStatus,
  TaskSummary,
  TaskView,
  WebhookView,
} from './actors/views.ts';
import type { InspectionEvent } from './publication/inspection.ts';
import type { CompiledWorkflow, WorkflowDefinition } from './workflow/definition.ts';
import type { WorkflowSource } from './workflow/file.ts';
import type { TaskRequest } from './workflow/task-request.ts';

export type { ActorMoment, MomentView, WhatIf, WhatIfView } from './actors/moment-views.ts';
export type { HealthStatus, Overview, SecondView } from './actors/overview-views.ts';

export type Scope = string | null;

export interface TaskQuery {
  readonly tenantId: Scope;
  readonly status?: TaskStatus;
  readonly name?: string;
  readonly correlationId?: string;
  readonly tag?: string;
  /** Submitted at this moment or later: ISO 8601. */
  readonly createdAfter?: string;
  /** Submitted earlier than this: ISO 8601. */
  readonly createdBefore?: string;
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

export interface Orchestrator {
  /** `task` is read when asked for. */
  submit(
    request: TaskRequest,
  ): Promise<{ readonly taskId: string; readonly replayed: boolean; readonly task: TaskView }>;
  submitBatch(requests: readonly TaskRequest[]): Promise<{ tasks: TaskView[]; replayed: boolean }>;
  getTask(scope: Scope, id: string): TaskView;
  listTasks(query: TaskQuery): { tasks: TaskView[]; nextCursor: string | null };
  /** The same tasks, each at a cost that does not grow with what its steps gave back. */
  summarizeTasks(query: TaskQuery): { tasks: TaskSummary[]; nextCursor: string | null };
  getStep(scope: Scope, id: string, step: string): StepDetailView;
  /** Those after event `after`, oldest first; read lazily, so a long history is never held whole. */
  history(scope: Scope, id: string, after?: number): Iterable<HistoryEvent>;
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
  /** `source`: the file it was written as, kept as it is. */
  registerWorkflow(
    definition: WorkflowDefinition,
    source?: WorkflowSource,
  ): Promise<{ workflow: CompiledWorkflow; created: boolean }>;
  listWorkflows(): readonly CompiledWorkflow[];
  /** The given version, or the newest. */
  getWorkflow(name: string, version?: string): CompiledWorkflow;
  /** Null of one that did not come as a file. */
  workflowSource(hash: string): WorkflowSource | null;
  listWebhooks(scope: Scope, status?: WebhookView['status'], limit?: number): WebhookView[];
  redeliverWebhook(scope: Scope, id: string, by: string): Promise<WebhookView>;
  health(): HealthStatus;
  /** Prometheus exposition text and its content type. */
  metrics(): Promise<{ contentType: string; text: string }>;
  /** Graceful stop: no new work, running attempts finish or are handed back, everything committed, closed. */
  close(options?: { graceMs?: number }): Promise<void>;
}
