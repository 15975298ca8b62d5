/** Troupe's public API, listed by hand: what is not here may change at any time. */

export type { ActorHandle } from './actors/handle.ts';
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
} from './actors/views.ts';
export { createApp } from './api/app.ts';
export { watchKeys } from './api/key-rotation.ts';
export { loadKeys } from './api/keys.ts';
export { listen } from './api/listen.ts';
export { readPage } from './api/page-files.ts';
export type { Bus } from './bus/bus.ts';
export { type Fault, Refusal, type RefusalKind } from './errors.ts';
export type { Orchestrator, StepVerb, TaskQuery, TaskVerb, VerbOptions } from './orchestrator.ts';
export type { InspectionEvent } from './publication/inspection.ts';
export {
  type NatsAddress,
  startWorker,
  type Worker,
  type WorkerOptions,
  type WorkerSettings,
} from './remote-worker/worker.ts';
export { createTroupe, type Troupe, type TroupeOptions } from './troupe.ts';
export { PermanentError, RetryableError } from './worker/errors.ts';
export type { Handler, HandlerContext, HandlerEntry, Job, Outcome, OutcomeError } from './worker/job.ts';
export { type DefinedWorkflow, defineWorkflow, type StepJob } from './workflow/define.ts';
export type { StepDefinition, WorkflowDefinition } from './workflow/definition.ts';
export {
  type FileFault,
  type FileFormat,
  type FileOptions,
  formatOf,
  loadWorkflow,
  parseWorkflowFile,
  type WorkflowFile,
} from './workflow/file.ts';
export { parseTaskRequest, type TaskRequest } from './workflow/task-request.ts';
