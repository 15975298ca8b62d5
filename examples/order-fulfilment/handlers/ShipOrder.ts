/** Hands an order to the carrier. */

import type { HandlerContext } from 'troupe/worker';
import { simulatedWork } from '../simulated-work.ts';

export default async function shipOrder(job: HandlerContext) {
  await simulatedWork(job, 40);
  return {
    orderId: job.payload.orderId ?? null,
    shipped: true,
    trackingNumber: `tracking:${job.idempotencyKey}`,
  };
}
