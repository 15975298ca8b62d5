/** What the example handlers have in common: work that takes a moment, stops when told to, and fails on request. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type HandlerContext, RetryableError } from 'troupe/worker';

/** A task posted with `{"fail": true}` fails at every attempt, to show retries. */
export async function simulatedWork(job: HandlerContext, durationMs: number): Promise<void> {
  await sleep(durationMs, undefined, { signal: job.signal });
  if (job.payload.fail === true) {
    throw new RetryableError(`${job.handler} was asked to fail`, { details: { attempt: job.attempt } });
  }
}
