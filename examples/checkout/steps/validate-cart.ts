/** Every product must be one that is sold; prices and the total are the shop's, whatever the customer was shown. */

import { type HandlerContext, PermanentError } from 'troupe/worker';
import { type Cart, cartOf, lineOf } from '../models/cart.ts';
import { checkoutSchema, read } from '../models/checkout.ts';
import { productOf } from '../models/product.ts';

export function validateCart(job: HandlerContext): Cart {
  const { cart_items } = read(checkoutSchema, job.payload, 'the checkout');
  const quantities = new Map<number, number>();
  for (const { product_id, quantity } of cart_items)
    quantities.set(product_id, (quantities.get(product_id) ?? 0) + quantity);

  const lines = [...quantities].map(([id, quantity]) => ({ id, quantity, product: productOf(id) }));
  const wrong = lines.flatMap(({ id, product }) => {
    if (product === undefined) return [`there is no product ${id}`];
    return product.active ? [] : [`product ${id} (${product.name}) is no longer sold`];
  });
  if (wrong.length > 0) throw new PermanentError(wrong.join('; '), { code: 'INVALID_CART' });
  return cartOf(
    lines.flatMap(({ product, quantity }) => (product === undefined ? [] : [lineOf(product, quantity)])),
  );
}
