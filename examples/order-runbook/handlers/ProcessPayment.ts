/** Holds the amount on the card. The provider knows the hold by the job's key, so a second attempt holds nothing twice. */

import type { HandlerContext } from 'troupe/worker';
import { amountUsd, answerOf, numberOf, orderOf } from '../shop.ts';

export default async function processPayment(job: HandlerContext) {
  const order = orderOf(job);
  const amount = amountUsd(order);
  await answerOf(job, 320);
  job.record({ amount_usd: amount });
  return { id: `receipt_${numberOf(order)}`, amountUsd: amount, heldAs: job.idempotencyKey };
}
