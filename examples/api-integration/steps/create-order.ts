/**
 * Works out what an order costs and places it with the shop. The shop keys orders by the job's idempotency key, so an
 * attempt that repeats another, whose answer was lost, gets the order that is there.
 */

import { type HandlerContext, PermanentError, RetryableError } from 'troupe/worker';
import {
  type Order,
  type OrderRequest,
  orderSchema,
  type ValidatedCart,
  validatedCartSchema,
} from '../models.ts';
import { read } from './read.ts';

export const createOrder =
  (shopUrl: string) =>
  async (job: HandlerContext): Promise<Order> => {
    const cart = read(validatedCartSchema, job.dependencies.validate_products, 'the validated cart');
    const response = await fetch(`${shopUrl}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': job.idempotencyKey },
      body: JSON.stringify(orderOf(cart)),
      signal: job.signal,
    }).catch((cause: unknown) => {
      throw new RetryableError(`the shop at ${shopUrl} cannot be reached`, { cause });
    });
    if (!response.ok) throw await failureOf(response);
    return read(orderSchema, await response.json(), 'the order');
  };

function orderOf({ cart_id, user_id, products }: ValidatedCart): OrderRequest {
  const items = products.map(({ id, title, quantity, price_cents, discount_percentage }) => {
    const total = price_cents * quantity;
    return {
      product_id: id,
      title,
      quantity,
      price_cents,
      total_cents: total,
      discounted_total_cents: total - discountCents(total, discount_percentage),
    };
  });
  return {
    cart_id,
    user_id,
    items,
    total_cents: sum(items.map(({ total_cents }) => total_cents)),
    discounted_total_cents: sum(items.map(({ discounted_total_cents }) => discounted_total_cents)),
    status: 'placed_pending_fulfillment',
  };
}

/** Half a cent goes to the customer. Counted in hundredths of a percent, which are whole where percents are not. */
const discountCents = (totalCents: number, percentage: number): number =>
  Math.round((totalCents * Math.round(percentage * 100)) / 10_000);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const WORTH_ANOTHER_TRY = new Set([408, 425, 429]);

/** Told apart as the orchestrator does for its own HTTP steps. */
async function failureOf(response: Response): Promise<Error> {
  const { status } = response;
  const message = `the shop answered ${status} to the order`;
  const details = { status, body: (await response.text()).slice(0, 2_000) };
  if (status < 500 && !WORTH_ANOTHER_TRY.has(status)) {
    return new PermanentError(message, { code: `HTTP_${status}`, details });
  }
  const retryAfter = response.headers.get('retry-after');
  return new RetryableError(message, { details, ...(retryAfter === null ? {} : { retryAfter }) });
}
