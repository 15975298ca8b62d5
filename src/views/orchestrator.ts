/**
 * Interfaces (HTTP, NATS, CLI, page) may ask this of a running Troupe. A caller that may see one tenant passes
 * its id; `null` is the administrator, who sees all. What a caller cannot see is refused as `not_found`. Every
 * method that refuses throws or rejects with a `Refusal`.
 */

import type { InspectionEvent } from '../publication/inspection.ts';
import type { CompiledWorkflow, WorkflowDefinition } from '../workflow/definition.ts';
import type { WorkflowSource } from '../workflow/file.ts';
import type { KeyedSignalInput, TaskSignalInput } from '../workflow/signal-request.ts';
import type { TaskRequest, TaskRequestInput } from '../workflow/task-request.ts';
import type { Approval, ApprovalList, ApprovalQuery } from './approvals.ts';
import type { MomentView, WhatIf, WhatIfView } from './moments.ts';
import type { HealthStatus, Overview } from './overview.ts';
import type { SignalReceipt, SignalView, TaskSignalReceipt } from './signals.ts';
import type { WaitsFor } from './statuses.ts';
import type {
  Fact,
  HistoryEvent,
  StepDetailView,
  TaskStatus,
  TaskSummary,
  TaskView,
  WebhookView,
} from './tasks.ts';
import type { StepVerb, TaskVerb } from './verbs.ts';

export type { ActorMoment, MomentView, WhatIf, WhatIfView } from './moments.ts';
export type { HealthStatus, Overview, SecondView } from './overview.ts';

export type Scope = string | null;

export interface TaskQuery {
  readonly tenantId: Scope;
  readonly status?: TaskStatus;
  readonly name?: string;
  readonly correlationId?: string;
  readonly tag?: string;
  /** The children of this task; without it, tasks that are no children. */
  readonly parentId?: string;
  /** One of its steps waits for this. */
  readonly waitsFor?: WaitsFor;
  /** Submitted at this moment or later: ISO 8601. */
  readonly createdAfter?: string;
  /** Submitted earlier than this: ISO 8601. */
  readonly createdBefore?: string;
  /** Only these; one that is not there, or not to be seen, is left out. */
  readonly ids?: readonly string[];
  readonly limit: number;
  /** As returned in `nextCursor`; an unreadable one is refused with INVALID_CURSOR. */
  readonly cursor?: string;
}

export type { StepVerb, TaskVerb };

export interface VerbOptions {
  /** The caller: the API key's name, `cli`, …; journaled. */
  readonly by: string;
  readonly reason: string | null;
  /** For skip and complete. */
  readonly output?: unknown;
  /** For extend: the new end of the wait, ISO 8601. */
  readonly until?: string;
  /** The caller may answer what waits for others, as an administrator may. */
  readonly isTrusted?: boolean;
  /** For the retry of a task: the length of its deadline from now on, in place of the one it had. */
  readonly deadlineSeconds?: number | null;
  /** For the cancel of a task: what it has done is taken back first; false leaves the rest of that. */
  readonly compensate?: boolean | null;
}

/** Snapshots of a task and its steps in XState's persisted form, openable by `createActor(machine, { snapshot })`. */
export interface SnapshotView {
  readonly seq: number;
  readonly task: unknown;
  readonly steps: Readonly<Record<string, unknown>>;
}

/** A drawing shows a task, or a workflow alone by its hash. */
export type Drawn = { readonly id: string } | { readonly workflow: string };

/** A page has the events after `after` up to `upTo`, one a line or with commas between. */
export interface HistoryPage {
  readonly after: number;
  readonly upTo: number;
  readonly lines: boolean;
}

/** Each question is answered in writing: a drawing as its text, all else as JSON. */
export type Question =
  | { readonly ask: 'task'; readonly id: string }
  | { readonly ask: 'step'; readonly id: string; readonly step: string }
  | { readonly ask: 'tasks' | 'summaries'; readonly query: TaskQuery }
  | { readonly ask: 'snapshot' | 'moment'; readonly id: string; readonly seq?: number | undefined }
  | { readonly ask: 'whatIf'; readonly id: string; readonly event: WhatIf; readonly seq?: number | undefined }
  | ({ readonly ask: 'history'; readonly id: string } & HistoryPage)
  | { readonly ask: 'graph'; readonly of: Drawn }
  | { readonly ask: 'diagram'; readonly of: Drawn; readonly format: 'mermaid' | 'dot' | 'svg' };

/** An answer is a text, or its bytes in UTF-8. */
export type Written = string | Uint8Array<ArrayBuffer>;

export interface PublishedFact {
  /** Resume point for `events({ after })`. */
  readonly id: string;
  readonly fact: Fact;
}

/** That somebody set the version of a workflow that tasks get which name none; null: the newest again. */
export interface WorkflowChoice {
  readonly version: string | null;
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
}

export interface CurrentWorkflow {
  readonly workflow: CompiledWorkflow;
  /** Otherwise it is the newest. */
  readonly setByHand: boolean;
  /** The last first, and only so many. */
  readonly choices: readonly WorkflowChoice[];
}

export interface Orchestrator {
  /**
   * Takes the body of `POST /tasks`. Resolves once the task is stored; `task` is read when asked for. Refuses with
   * INVALID_TASK and every fault.
   */
  submit(
    request: TaskRequest | TaskRequestInput,
  ): Promise<{ readonly taskId: string; readonly replayed: boolean; readonly task: TaskView }>;
  submitBatch(
    requests: readonly (TaskRequest | TaskRequestInput)[],
  ): Promise<{ tasks: TaskView[]; replayed: boolean }>;
  getTask(scope: Scope, id: string): TaskView;
  listTasks(query: TaskQuery): { tasks: TaskView[]; nextCursor: string | null };
  /** The same tasks, each at a cost that does not grow with what its steps gave back. */
  summarizeTasks(query: TaskQuery): { tasks: TaskSummary[]; nextCursor: string | null };
  getStep(scope: Scope, id: string, step: string): StepDetailView;
  /** Reads the entries after event `after`, oldest first, and lazily, so that a long history is never held whole. */
  history(scope: Scope, id: string, after?: number): Iterable<HistoryEvent>;
  snapshot(scope: Scope, id: string, seq?: number): SnapshotView;
  diagram(scope: Scope, id: string, format: 'mermaid' | 'dot'): string;
  /** The task after event `seq` of its history, or after the last. */
  moment(scope: Scope, id: string, seq?: number): MomentView;
  /** Nothing is done, and nothing stored. */
  whatIf(scope: Scope, id: string, ask: WhatIf, seq?: number): WhatIfView;
  /** Answers in writing; a thread reads and writes what is large, so that nobody else waits for it. */
  answer(scope: Scope, question: Question): Promise<Written>;
  /** Gives the history in writing up to the last event there is now, page by page. Refuses at once. */
  historyPages(scope: Scope, id: string, asked: HistoryPage): AsyncIterable<Written>;
  /**
   * Yields the messages for XState's inspector: of one task from its beginning on, of all from now on. Ends when
   * `signal` fires.
   */
  inspect(filter: { tenantId: Scope; taskId?: string; signal: AbortSignal }): AsyncIterable<InspectionEvent>;
  overview(scope: Scope): Promise<Overview>;
  taskVerb(scope: Scope, id: string, verb: TaskVerb, options: VerbOptions): Promise<TaskView>;
  stepVerb(scope: Scope, id: string, step: string, verb: StepVerb, options: VerbOptions): Promise<TaskView>;
  /** Sends a signal to all tasks of the tenant that wait for its key. Refuses with INVALID_SIGNAL and others. */
  signal(scope: Scope, signal: KeyedSignalInput, by: string): Promise<SignalReceipt>;
  /** Sends a signal to one task. Refuses with UNKNOWN_SIGNAL, INVALID_SIGNAL, WRONG_STATE and others. */
  signalTask(
    scope: Scope,
    id: string,
    name: string,
    signal: TaskSignalInput,
    by: string,
  ): Promise<TaskSignalReceipt>;
  /** The signals sent to a task, and those by key that it has taken, the oldest first. */
  taskSignals(scope: Scope, id: string): SignalView[];
  /** Lists what waits for a person, of all tenants or of one; the oldest task of each first. */
  listApprovals(query: ApprovalQuery): ApprovalList;
  /** Gives the question of a link by its token. Refuses with APPROVAL_NOT_FOUND or APPROVAL_OVER. */
  approval(token: string): Approval;
  /** Answers by a link. Refuses as `approval` does. */
  answerApproval(token: string, decision: 'approve' | 'reject', reason: string | null): Promise<void>;
  /** Takes back a signal to a task that is not taken yet. Refuses with SIGNAL_NOT_FOUND. */
  withdrawSignal(scope: Scope, id: string, signal: string, by: string): Promise<void>;
  addDependencies(scope: Scope, id: string, dependsOn: readonly string[], by: string): Promise<TaskView>;
  /** Live facts, in commit order. With `after`, first everything stored since then. Ends when `signal` fires. Refuses at once. */
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
  /** By namespace, name and version, the newest last. */
  listWorkflows(): readonly CompiledWorkflow[];
  /** The given version, or the current one; `name` is `namespace/name`, or a bare name that means one workflow. */
  getWorkflow(name: string, version?: string): CompiledWorkflow;
  /** Tells whether a task that names no version gets this one: the newest, unless another was set by hand. */
  isCurrentWorkflow(workflow: CompiledWorkflow): boolean;
  /** Each text that means this workflow now; the first always will. */
  namesOfWorkflow(workflow: CompiledWorkflow): string[];
  currentWorkflow(name: string): CurrentWorkflow;
  /** Null: the newest again. */
  setCurrentWorkflow(
    name: string,
    version: string | null,
    options: { readonly by: string; readonly reason: string | null },
  ): Promise<CurrentWorkflow>;
  /** Null of one that did not come as a file. */
  workflowSource(hash: string): WorkflowSource | null;
  listWebhooks(scope: Scope, status?: WebhookView['status'], limit?: number): WebhookView[];
  redeliverWebhook(scope: Scope, id: string, by: string): Promise<WebhookView>;
  health(): HealthStatus;
  /** Prometheus exposition text and its content type. */
  metrics(): Promise<{ contentType: string; text: string }>;
  /**
   * Graceful stop: no new work, running attempts finish or are handed back, everything committed, closed. With
   * `keepClaim` the store stays claimed until the process has ended: a handler that does not heed its signal runs on,
   * and the next server must not begin the same attempt beside it.
   */
  close(options?: { graceMs?: number; keepClaim?: boolean }): Promise<void>;
}
