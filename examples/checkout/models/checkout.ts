/** What a customer sends, as a step finds it in its job: order_processing.yaml has checked it and filled it in. */

import { PermanentError } from 'troupe/worker';
import { z } from 'zod';

export const checkoutSchema = z.object({
  cart_items: z.array(z.object({ product_id: z.int(), quantity: z.int().positive() })),
  payment_info: z.object({ token: z.string(), amount: z.number() }),
  customer_info: z.object({ email: z.string(), name: z.string() }),
});

/** What is not as expected now will not be at the next attempt. */
export function read<Value>(schema: z.ZodType<Value>, data: unknown, what: string): Value {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw new PermanentError(`${what} cannot be read: ${z.prettifyError(result.error)}`, { code: 'BAD_INPUT' });
}
