export { type Backoff, backoffMs, DEFAULT_BACKOFF, MAX_RETRY_AFTER_MS } from './backoff.ts';
export { checkMachine, type MachineCheck, type Promises, type Wait } from './check.ts';
export { MACHINE_MIGRATIONS, type Migration, type Migrations, type StoredSnapshot } from './migrations.ts';
export { STEP_PROMISES, TASK_PROMISES } from './promises.ts';
export {
  DEFAULT_STEP_POLICY,
  type Standing,
  type StepContext,
  type StepError,
  type StepEvent,
  type StepInput,
  type StepPolicy,
  standingOf,
  stepMachine,
  timeoutOf,
} from './step.ts';
export {
  type Dependent,
  type TaskContext,
  type TaskEvent,
  type TaskInput,
  taskMachine,
} from './task.ts';
