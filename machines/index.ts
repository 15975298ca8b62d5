export { type Backoff, backoffMs, DEFAULT_BACKOFF, MAX_RETRY_AFTER_MS } from './backoff.ts';
export { checkMachine, type MachineCheck, type Promises, type Wait } from './check.ts';
export { MACHINE_MIGRATIONS, type Migration, type Migrations, type StoredSnapshot } from './migrations.ts';
export { STEP_PROMISES, TASK_PROMISES, WAIT_PROMISES } from './promises.ts';
export { stepMachine } from './step.ts';
export {
  DEFAULT_STEP_POLICY,
  type ErrorResponse,
  type InnerError,
  MAX_WORKER_DEATHS,
  type Standing,
  type StepContext,
  type StepError,
  type StepEvent,
  type StepInput,
  type StepPolicy,
  standingOf,
  timeoutOf,
} from './step-model.ts';
export { Tally } from './tally.ts';
export { taskMachine } from './task.ts';
export type { Dependent, TaskContext, TaskEvent, TaskInput } from './task-model.ts';
export { waitMachine } from './wait.ts';
export type { Asked, WaitContext, WaitEvent, WaitInput, WaitPolicy } from './wait-model.ts';
