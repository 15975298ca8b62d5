/** Refuses at the door what nobody could deliver; no try after the first would change that. */

import { type HandlerContext, PermanentError } from 'troupe/worker';
import { answerOf, type Order } from '../shop.ts';

export default async function receiveOrder(job: HandlerContext): Promise<Order> {
  const order = job.payload as unknown as Order;
  await answerOf(job, 60);
  job.record({ customer: order.customer });
  if (order.address === '') throw new PermanentError('the order has no address', { code: 'NO_ADDRESS' });
  if (order.items.length === 0) throw new PermanentError('the order has no items', { code: 'NO_ITEMS' });
  return order;
}
