/**
 * What the shop and the task tell each other, as types that are checked where data arrives. Whole numbers may come
 * as text, as many shops send them; optional fields have defaults. Money is integer cents.
 */

import { z } from 'zod';

const whole = z
  .union(
    [z.number(), z.string().trim().regex(/^\d+$/).transform(Number)],
    'must be a whole number, or one as text',
  )
  .pipe(z.int().nonnegative());
const positive = whole.pipe(z.int().positive());
const percentage = z
  .union(
    [
      z.number(),
      z
        .string()
        .trim()
        .regex(/^\d+(\.\d+)?$/)
        .transform(Number),
    ],
    'must be a percentage',
  )
  .pipe(z.number().min(0).max(100));

export const cartSchema = z.object({
  id: positive,
  user_id: positive,
  products: z.array(z.object({ id: positive, quantity: positive })),
});

export const productSchema = z.object({
  id: positive,
  title: z.string(),
  price_cents: whole,
  discount_percentage: percentage.default(0),
  stock: whole.default(0),
});

/** A product of the cart that the catalogue has enough of. */
const validatedProductSchema = productSchema.omit({ stock: true }).extend({ quantity: positive });

export const validatedCartSchema = z.object({
  cart_id: positive,
  user_id: positive,
  products: z.array(validatedProductSchema),
});

export const orderRequestSchema = z.object({
  cart_id: positive,
  user_id: positive,
  items: z
    .array(
      z.object({
        product_id: positive,
        title: z.string(),
        quantity: positive,
        price_cents: whole,
        total_cents: whole,
        discounted_total_cents: whole,
      }),
    )
    .min(1),
  total_cents: whole,
  discounted_total_cents: whole,
  status: z.literal('placed_pending_fulfillment'),
});

export const orderSchema = z.object({
  id: positive,
  ...orderRequestSchema.shape,
  placed_at: z.iso.datetime(),
});

export const orderEventSchema = z.object({
  event_id: z.string(),
  type: z.literal('order.created'),
  order: orderSchema,
});

export const confirmationSchema = z.object({
  event_id: z.string(),
  status: z.literal('confirmed'),
  confirmed_by: z.string(),
});

export type Cart = z.output<typeof cartSchema>;
export type Product = z.output<typeof productSchema>;
export type ValidatedCart = z.output<typeof validatedCartSchema>;
export type OrderRequest = z.output<typeof orderRequestSchema>;
export type Order = z.output<typeof orderSchema>;
export type OrderEvent = z.output<typeof orderEventSchema>;
export type Confirmation = z.output<typeof confirmationSchema>;
