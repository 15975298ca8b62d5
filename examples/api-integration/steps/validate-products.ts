/** Matches a cart with the catalogue: every product must exist, with enough in stock for all lines that ask for it. */

import { type HandlerContext, PermanentError } from 'troupe/worker';
import { z } from 'zod';
import { type Cart, cartSchema, type Product, productSchema, type ValidatedCart } from '../models.ts';
import { read } from './read.ts';

export function validateProducts(job: HandlerContext): ValidatedCart {
  const cart = read(cartSchema, job.dependencies.fetch_cart, 'the cart');
  const catalogue = read(z.array(productSchema), job.dependencies.fetch_products, 'the catalogue');
  return validateCart(cart, catalogue);
}

/** Throws a PermanentError that names everything wrong with the cart: no retry puts goods on a shelf. */
function validateCart(cart: Cart, catalogue: readonly Product[]): ValidatedCart {
  if (cart.products.length === 0)
    throw new PermanentError(`cart ${cart.id} is empty`, { code: 'EMPTY_CART' });
  const known = new Map(catalogue.map((product) => [product.id, product]));
  const problems: string[] = [];
  const products: ValidatedCart['products'] = [];
  for (const [id, quantity] of quantities(cart)) {
    const product = known.get(id);
    if (product === undefined) problems.push(`there is no product ${id}`);
    else if (product.stock < quantity) {
      problems.push(`product ${id} has ${product.stock} in stock, the cart asks for ${quantity}`);
    } else {
      const { stock: _, ...sold } = product;
      products.push({ ...sold, quantity });
    }
  }
  if (problems.length === 0) return { cart_id: cart.id, user_id: cart.user_id, products };
  throw new PermanentError(`cart ${cart.id} cannot be ordered: ${problems.join('; ')}`, {
    code: 'PRODUCTS_NOT_AVAILABLE',
    details: { problems },
  });
}

/** By product: the same one may stand in several lines. */
function quantities(cart: Cart): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { id, quantity } of cart.products) sums.set(id, (sums.get(id) ?? 0) + quantity);
  return sums;
}
