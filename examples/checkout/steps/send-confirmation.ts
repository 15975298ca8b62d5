/** Tells the customer, once. A mail that cannot be delivered is tried again; the order stands all the same. */

import { type HandlerContext, RetryableError } from 'troupe/worker';
import { read } from '../models/checkout.ts';
import { type Order, orderSchema } from '../models/order.ts';
import type { Shop } from '../shop.ts';

export const sendConfirmation =
  ({ mail }: Shop) =>
  (job: HandlerContext): { sent_to: string } => {
    const order = read(orderSchema, job.dependencies.create_order, 'the order');
    const { email } = order.customer;
    const subject = `Your order ${order.order_id}`;
    if (!mail.send({ key: job.idempotencyKey, to: email, subject, body: bodyOf(order) })) {
      throw new RetryableError(`the mailbox ${email} takes no mail`);
    }
    return { sent_to: email };
  };

function bodyOf({ customer, items, total_cents }: Order): string {
  const lines = items.map(({ quantity, name, line_total_cents }) => {
    return `${quantity} × ${name}  ${dollars(line_total_cents)}`;
  });
  return [`Dear ${customer.name},`, ...lines, `Total with tax and shipping: ${dollars(total_cents)}`].join(
    '\n',
  );
}

const dollars = (cents: number): string => `$${(cents / 100).toFixed(2)}`;
