/** What the outside world saw of the checkouts, and how to mend what its simulators were asked to break. */

import { type createApp, HttpProblem } from 'troupe/server';
import { z } from 'zod';
import { PRODUCTS } from '../models/product.ts';
import type { Shop } from '../shop.ts';
import { jsonBody } from './body.ts';

const known = new Set(PRODUCTS.map(({ id }) => id));

const repairSchema = z
  .strictObject({
    /** A payment token that goes through from now on. */
    token: z.string().min(1).optional(),
    /** A mailbox that takes mail from now on. */
    email: z.string().min(1).optional(),
    /** Goods that arrive. */
    delivery: z
      .strictObject({
        product_id: z.int().refine((id) => known.has(id), 'there is no such product'),
        quantity: z.int().min(1).max(1_000_000),
      })
      .optional(),
  })
  .refine((repair) => Object.keys(repair).length > 0, 'say what to repair: token, email or delivery');

export function simulatorRoutes(app: ReturnType<typeof createApp>, shop: Shop): void {
  const world = () => {
    const stock = shop.inventory.stock();
    return {
      payments: shop.payments.executions(),
      products: PRODUCTS.map((product) => ({ ...product, stock: stock.get(product.id) ?? 0 })),
      orders: shop.orders.all(),
      mail: shop.mail.sent(),
    };
  };

  app.get('/simulators', (c) => c.json(world()));

  app.post('/simulators/repair', async (c) => {
    const { token, email, delivery } = parse(await jsonBody(c));
    if (token !== undefined) shop.payments.repair(token);
    if (email !== undefined) shop.mail.repair(email);
    if (delivery !== undefined) shop.inventory.deliver(delivery);
    return c.json({ success: true });
  });
}

function parse(body: unknown): z.output<typeof repairSchema> {
  const result = repairSchema.safeParse(body);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part)}`).join(''),
    message,
  }));
  throw new HttpProblem(422, 'INVALID_REPAIR', faults.map(({ message }) => message).join('; '), { faults });
}
