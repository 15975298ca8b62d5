/** Takes the items off the shelves. It starts when both the shelves were looked at and the card was charged. */

import type { HandlerContext } from 'troupe/worker';
import { answerOf } from '../shop.ts';

export default async function reserveStock(job: HandlerContext) {
  const { id } = job.dependencies['Check Stock'] as { id: string };
  await answerOf(job, 120);
  return { id: id.replace('stock', 'reservation') };
}
