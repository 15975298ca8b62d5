/**
 * Troupe's public API, listed by hand: what is neither here nor in `src/entries` may change at any time. Importing it
 * loads no SQLite and no HTTP: `createTroupe` loads the engine when it is called, and `troupe/server` has the rest.
 */

export { watchKeys } from './api/key-rotation.ts';
export { loadKeys } from './api/keys.ts';
export { readPage } from './api/page-files.ts';
export type { Bus } from './bus/bus.ts';
export { createTroupe } from './entries/create-troupe.ts';
export {
  type NatsAddress,
  startWorker,
  type Worker,
  type WorkerOptions,
  type WorkerSettings,
} from './entries/worker.ts';
export type { ErrorCode } from './error-codes.ts';
export { type Fault, Refusal, type RefusalKind } from './errors.ts';
export type { ActorHandle } from './kernel/handle.ts';
export type {
  TenantTroupe,
  WebhookDeliveries,
  WorkflowCatalogue,
  WorkflowOperations,
} from './operations/library.ts';
export { type Run, type RunOptions, type RunTask, TaskError } from './operations/runs.ts';
export type { TaskListQuery, Tasks, Told, ToldOutput, ToldRetry } from './operations/tasks.ts';
export type { InspectionEvent } from './publication/inspection.ts';
export type { Troupe, TroupeOptions } from './troupe.ts';
export type { Orchestrator, StepVerb, TaskQuery, TaskVerb, VerbOptions } from './views/orchestrator.ts';
export type {
  AttemptView,
  ErrorView,
  Fact,
  FactName,
  HistoryEvent,
  StepDetailView,
  StepStatus,
  StepView,
  TaskStatus,
  TaskView,
  Waiting,
  WebhookView,
} from './views/tasks.ts';
export { PermanentError, RetryableError } from './worker/errors.ts';
export type { Handler, HandlerContext, HandlerEntry, Job, Outcome, OutcomeError } from './worker/job.ts';
export { type StepFailure, type WorkflowBuilder, workflow } from './workflow/builder.ts';
export { type DefinedWorkflow, defineWorkflow, type StepJob } from './workflow/define.ts';
export type { StepDefinition, WorkflowDefinition } from './workflow/definition.ts';
export {
  type FileFault,
  type FileOptions,
  loadWorkflow,
  parseWorkflowFile,
  type WorkflowFile,
} from './workflow/file.ts';
export { type FileFormat, formatOf } from './workflow/file-format.ts';
export { parseTaskRequest, type TaskRequest, type TaskRequestInput } from './workflow/task-request.ts';
