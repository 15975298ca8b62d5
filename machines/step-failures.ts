/** The ways in which an attempt fails, as errors of its step. */

import { failure } from './failure-codes.ts';
import {
  type InnerError,
  MAX_WORKER_DEATHS,
  type StepContext,
  type StepError,
  type StepEvent,
  timeoutOf,
} from './step-model.ts';

type Failure = { readonly error: StepError; readonly dice: number };

/** Finds the failure that an event tells of: reported, timed out, or its worker died once too often. */
export function failureOf(context: StepContext, event: StepEvent): Failure | null {
  switch (event.type) {
    case 'attempt.failed':
      return event;
    case 'attempt.lost': {
      const { worker, silentMs, dice } = event;
      if (worker === undefined) return { error: workerLost(context.losses ?? 0), dice };
      const silent = [...(context.silentWorkers ?? []), worker];
      if (silent.length >= MAX_WORKER_DEATHS) return { error: workerDied(silent), dice };
      return { error: heartbeatTimeout(worker, silentMs ?? 0), dice };
    }
    case 'xstate.after.timeout.step.running':
      return { error: timedOut(timeoutOf(context)), dice: event.dice };
    default:
      return null;
  }
}

const workerLost = (losses: number): StepError =>
  failure('WorkerLost', 'WORKER_LOST', `the worker died under this attempt ${losses + 1} times`);

const nameOf = (worker: string | null): string => (worker === null ? 'a worker' : `worker ${worker}`);

const workerDied = (silent: readonly (string | null)[]): StepError =>
  failure(
    'WorkerDied',
    'WORKER_DIED',
    `${silent.length} workers fell silent under this attempt: ${silent.map(nameOf).join(', ')}`,
  );

const heartbeatTimeout = (worker: string | null, silentMs: number): StepError =>
  failure(
    'HeartbeatTimeout',
    'HEARTBEAT_TIMEOUT',
    `${worker === null ? 'the worker' : nameOf(worker)} gave no sign for ${silentMs} ms`,
  );

const timedOut = (timeoutMs: number): StepError =>
  failure('TimeoutError', 'TIMEOUT', `the attempt took longer than ${timeoutMs} ms`);

export const notStarted = (withinMs: number): StepError =>
  failure('StartTimeout', 'START_TIMEOUT', `no worker took the attempt within ${withinMs} ms`);

/** The deadline of a task has passed: the error of the task, or of one of its steps. */
export function deadlineError(at: number, of: 'task' | 'step', before: StepError | undefined): StepError {
  const who = of === 'task' ? 'it' : 'its task';
  const message = `${who} was to be over by ${new Date(at).toISOString()}`;
  return { ...failure('DeadlineExceeded', 'DEADLINE', message), ...asCauses(before) };
}

/** An earlier failure as the cause of a later one, with its own causes behind it. */
export function asCauses(error: StepError | undefined): Pick<StepError, 'causes'> {
  if (error === undefined) return {};
  const { name, message, code, stack, details, causes = [] } = error;
  const cause: InnerError = {
    name,
    message,
    code,
    ...(stack === undefined ? {} : { stack }),
    ...(details === undefined ? {} : { details }),
  };
  return { causes: [cause, ...causes] };
}

type Lost = Extract<StepEvent, { type: 'attempt.lost' }>;

/** Its job is still with the bus, which gives it to another worker: it is not sent again. */
export const isElsewhere = (event: StepEvent): event is Lost =>
  event.type === 'attempt.lost' && event.worker !== undefined;
