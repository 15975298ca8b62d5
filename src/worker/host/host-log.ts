/** The log tells what becomes of the processes that run handlers. */

import type { Logger } from 'pino';
import { deathText } from '../death.ts';
import type { Job } from '../job.ts';
import type { LateError } from './messages.ts';
import type { End, Loaded } from './process-events.ts';
import type { Verdict } from './suspects.ts';

export function logLate(log: Logger, { handler, taskId: task, step, error }: LateError): void {
  log.warn({ handler, task, step, error }, 'a handler failed after its attempt was over');
}

/** `job`: what runs there, if it is known. */
export function logBlocked(log: Logger, job: Job | undefined, stack: string | null): void {
  const { handler, taskId: task, step } = job ?? {};
  log.warn(
    { handler, task, step, stack },
    'a handler keeps its process busy, so that nothing else runs there: an endless loop, or long work without await',
  );
}

export function logDeath(log: Logger, end: End, guilty: Verdict['guilty']): void {
  const about = { death: deathText(end.death), attempts: end.jobs.length };
  if (guilty === null) {
    log.warn(about, 'a process of handlers ended; what ran in it runs again');
    return;
  }
  const { handler, taskId: task, step, attempt } = guilty.job;
  log.warn({ ...about, handler, task, step, attempt }, 'a handler ended its process');
}

export function logUnloadable(
  log: Logger,
  { message: why, faults }: Extract<Loaded, { kind: 'refused' }>,
): void {
  log.error({ why, faults }, 'the handlers cannot be loaded');
}
