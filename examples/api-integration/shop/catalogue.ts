/** The shop's sample data. Some numbers are text and some fields are missing, as in the answers of real shops. */

export const CARTS: Readonly<Record<string, unknown>> = {
  1: {
    id: 1,
    user_id: 33,
    products: [
      { id: 1, quantity: 2 },
      { id: 2, quantity: 1 },
    ],
  },
  2: {
    id: '2',
    user_id: '7',
    products: [
      { id: '3', quantity: '2' },
      { id: '3', quantity: '3' },
    ],
  },
  3: {
    id: 3,
    user_id: 12,
    products: [
      { id: 3, quantity: 4 },
      { id: 3, quantity: 3 },
    ],
  },
  4: {
    id: 4,
    user_id: 12,
    products: [
      { id: 99, quantity: 1 },
      { id: 4, quantity: 1 },
    ],
  },
  5: { id: 5, user_id: 40, products: [] },
};

export const PRODUCTS: readonly unknown[] = [
  { id: 1, title: 'Teapot', price_cents: 1_999, discount_percentage: 12.5, stock: 10 },
  { id: 2, title: 'Tea towel', price_cents: 750, stock: 40 },
  { id: '3', title: 'Cup', price_cents: '425', discount_percentage: '10', stock: '6' },
  { id: 4, title: 'Samovar', price_cents: 24_900 },
];
