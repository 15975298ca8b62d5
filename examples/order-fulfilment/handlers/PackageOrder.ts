/** Packs an order; the packing table has room for three at once. */

import type { HandlerContext } from 'troupe/worker';
import { simulatedWork } from '../simulated-work.ts';

export const concurrency = 3;

export default async function packageOrder(job: HandlerContext) {
  await simulatedWork(job, 30);
  return { orderId: job.payload.orderId ?? null, packageId: `package:${job.idempotencyKey}` };
}
