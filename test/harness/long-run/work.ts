/** A long run's handlers take a while, and fail as often as the payload says. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlerContext } from '../../../src/index.ts';

export interface StepPlan {
  readonly ms?: number;
  /** Attempts that fail, from the first on. */
  readonly failures?: number;
}

/** The payload's plan for this step, or for all. */
export async function work(job: HandlerContext): Promise<string> {
  const plans = job.payload as Record<string, StepPlan | undefined>;
  const { ms = 0, failures = 0 } = plans[job.step] ?? plans['all'] ?? {};
  if (ms > 0) await sleep(ms, undefined, { signal: job.signal });
  if (job.attempt <= failures) throw new Error(`attempt ${job.attempt} fails as planned`);
  return `${job.step} by attempt ${job.attempt}`;
}
