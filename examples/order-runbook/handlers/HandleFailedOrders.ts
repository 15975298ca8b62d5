/** Runs last, for an order of which something failed: releases the card and puts the order down for another try. */

import type { HandlerContext } from 'troupe/worker';
import { answerOf } from '../shop.ts';

interface Failure {
  readonly step: string;
  readonly error: { readonly code: string | null; readonly message: string };
}

export default async function handleFailedOrders(job: HandlerContext) {
  const failures = job.dependencies['failed_orders'] as readonly Failure[];
  await answerOf(job, 90);
  job.record({ because: failures.map(({ step, error }) => `${step}: ${error.message}`).join('; ') });
  // The provider knows the hold by the key of the job that asked for it; where there is none, nothing is released.
  return { id: 'second_try_1', release: `${job.taskId}/Process Payment` };
}
