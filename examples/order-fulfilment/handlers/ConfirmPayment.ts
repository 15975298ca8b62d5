/** Charges for an order. A real one would hand `idempotencyKey` to its provider, so that no retry charges twice. */

import type { HandlerContext } from 'troupe/worker';
import { simulatedWork } from '../simulated-work.ts';

export default async function confirmPayment(job: HandlerContext) {
  await simulatedWork(job, 50);
  return {
    orderId: job.payload.orderId ?? null,
    paid: true,
    amount: job.payload.amount ?? null,
    chargeId: `charge:${job.idempotencyKey}`,
  };
}
