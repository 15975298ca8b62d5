/** Tells the customer what was paid and where the parcel is. */

import type { HandlerContext } from 'troupe/worker';
import { answerOf } from '../shop.ts';

export default async function notifyCustomer(job: HandlerContext) {
  const receipt = job.dependencies['Process Payment'] as { amountUsd: number };
  await answerOf(job, 80);
  job.record({ paid_usd: receipt.amountUsd });
  return 'sent';
}
