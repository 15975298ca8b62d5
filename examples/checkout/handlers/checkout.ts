/** The checkout's handlers for `troupe dev`, `troupe run` and `troupe worker`; server.ts makes its own. */

import { openShop } from '../shop.ts';
import { checkoutHandlers } from '../steps/steps.ts';

export const handlers = checkoutHandlers(
  openShop({ folder: process.env.CHECKOUT_DATA ?? './.troupe/checkout' }),
);
