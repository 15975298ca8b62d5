/** Reserves the items of an order. */

import type { HandlerContext } from 'troupe/worker';
import { simulatedWork } from '../simulated-work.ts';

export default async function checkInventory(job: HandlerContext) {
  await simulatedWork(job, 20);
  return {
    orderId: job.payload.orderId ?? null,
    inStock: true,
    reservationId: `reservation:${job.idempotencyKey}`,
  };
}
