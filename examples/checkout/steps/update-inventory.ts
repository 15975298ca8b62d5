/** Reserves what was paid for. When it is not there the payment stays as it is: a person decides, then retries. */

import { type HandlerContext, RetryableError } from 'troupe/worker';
import { z } from 'zod';
import { cartSchema } from '../models/cart.ts';
import { read } from '../models/checkout.ts';
import type { Shop } from '../shop.ts';

export const reservationSchema = z.object({ reservation_id: z.string() });

export const updateInventory =
  ({ inventory }: Shop) =>
  (job: HandlerContext): z.output<typeof reservationSchema> => {
    const { items } = read(cartSchema, job.dependencies.validate_cart, 'the cart');
    const short = inventory.reserve(job.idempotencyKey, items);
    if (short.length === 0) return { reservation_id: `reservation:${job.idempotencyKey}` };
    const missing = short.map(
      ({ product_id, quantity, in_stock }) =>
        `product ${product_id}: ${quantity} ordered, ${in_stock} in stock`,
    );
    throw new RetryableError(`inventory conflict: ${missing.join('; ')}`, {
      details: short.map(({ product_id, quantity, in_stock }) => ({ product_id, quantity, in_stock })),
    });
  };
