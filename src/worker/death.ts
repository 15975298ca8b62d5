/** How a process ended in which handlers ran, and what that is called where it counts as a failure. */

import { failure } from '../../machines/failure-codes.ts';
import { boundError } from './bound-error.ts';
import type { Outcome, OutcomeError } from './job.ts';

export interface Death {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** `exit code 7`, `signal SIGKILL`. */
export const deathText = ({ exitCode, signal }: Death): string =>
  signal === null ? `exit code ${exitCode ?? 'unknown'}` : `signal ${signal}`;

/** The failed attempt of whoever ended its process. */
export function died(
  token: string,
  death: Death,
  known: { readonly stack?: string | undefined; readonly memoryMb?: number | null } = {},
): Outcome {
  const { stack, memoryMb = null } = known;
  const memory = memoryMb === null ? '' : ` (it had ${memoryMb} MB of memory)`;
  const message = `the process that ran this attempt ended with ${deathText(death)}${memory}; find in the handler what ends it`;
  const error: OutcomeError = {
    ...failure('WorkerDied', 'WORKER_DIED', message),
    details: { exitCode: death.exitCode, signal: death.signal },
    ...(stack === undefined ? {} : { stack }),
  };
  return { token, status: 'failed', error: boundError(error) };
}
