/** What the shop sells. */

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly price_cents: number;
  /** What is on the shelf when the shop opens for the first time. */
  readonly stock: number;
  /** False: still known, no longer sold. */
  readonly active: boolean;
}

export const PRODUCTS: readonly Product[] = [
  { id: 1, name: 'Wireless Mouse', price_cents: 2_999, stock: 500, active: true },
  { id: 2, name: 'USB-C Cable', price_cents: 1_299, stock: 200, active: true },
  { id: 3, name: 'Notebook Stand', price_cents: 4_550, stock: 12, active: true },
  { id: 4, name: 'Webcam 720p', price_cents: 3_900, stock: 5, active: false },
];

export const productOf = (id: number): Product | undefined => PRODUCTS.find((product) => product.id === id);
