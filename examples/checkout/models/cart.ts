/** A cart with its prices. Money is whole cents throughout, so that no sum depends on the order of its parts. */

import { z } from 'zod';
import type { Product } from './product.ts';

const cents = z.int().nonnegative();

const lineSchema = z.object({
  product_id: z.int(),
  name: z.string(),
  quantity: z.int().positive(),
  unit_price_cents: cents,
  line_total_cents: cents,
});

export const cartSchema = z.object({
  items: z.array(lineSchema),
  subtotal_cents: cents,
  tax_cents: cents,
  shipping_cents: cents,
  total_cents: cents,
});

export type CartLine = z.output<typeof lineSchema>;
export type Cart = z.output<typeof cartSchema>;

const TAX_PERCENT = 8;

/** The first row whose weight is not exceeded; every item weighs half a pound. */
const SHIPPING = [
  { upToLb: 2, cents: 599 },
  { upToLb: 10, cents: 999 },
  { upToLb: Number.POSITIVE_INFINITY, cents: 1_499 },
] as const;
const ITEM_LB = 0.5;

export function lineOf(product: Product, quantity: number): CartLine {
  const { id, name, price_cents } = product;
  return {
    product_id: id,
    name,
    quantity,
    unit_price_cents: price_cents,
    line_total_cents: price_cents * quantity,
  };
}

export function cartOf(items: readonly CartLine[]): Cart {
  const subtotal = items.reduce((sum, line) => sum + line.line_total_cents, 0);
  const weightLb = items.reduce((sum, line) => sum + line.quantity * ITEM_LB, 0);
  // Half a cent goes up.
  const tax = Math.floor((subtotal * TAX_PERCENT + 50) / 100);
  const shipping = SHIPPING.find(({ upToLb }) => weightLb <= upToLb)?.cents ?? 0;
  return {
    items: [...items],
    subtotal_cents: subtotal,
    tax_cents: tax,
    shipping_cents: shipping,
    total_cents: subtotal + tax + shipping,
  };
}
