/** A paid order, as the shop stores it: what was bought, what it cost and which payment covers it. */

import { z } from 'zod';
import { cartSchema } from './cart.ts';

export const orderSchema = cartSchema.extend({
  /** Of the step that made it: an order is made once, however often the step runs. */
  key: z.string(),
  order_id: z.string(),
  at: z.string(),
  customer: z.object({ email: z.string(), name: z.string() }),
  payment_id: z.string(),
  reservation_id: z.string(),
  /** What the customer was shown before paying; may differ from `total_cents`, which is what was charged. */
  amount_given_cents: z.int(),
});

export type Order = z.output<typeof orderSchema>;
