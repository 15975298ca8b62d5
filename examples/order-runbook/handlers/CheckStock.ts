/** Looks at the shelves. */

import { type HandlerContext, PermanentError } from 'troupe/worker';
import { answerOf, missing, numberOf, orderOf } from '../shop.ts';

export default async function checkStock(job: HandlerContext) {
  const order = orderOf(job);
  job.record({ items_count: order.items.length });
  await answerOf(job, 180);
  const skus = missing(order);
  if (skus.length > 0) {
    throw new PermanentError(`not enough on the shelves: ${skus.join(', ')}`, { code: 'OUT_OF_STOCK' });
  }
  return { id: `stock_${numberOf(order)}`, items: order.items };
}
