/** The handlers by the names order_processing.yaml calls them, acting upon one shop. */

import type { Handler } from 'troupe/worker';
import type { Shop } from '../shop.ts';
import { createOrder } from './create-order.ts';
import { processPayment } from './process-payment.ts';
import { sendConfirmation } from './send-confirmation.ts';
import { updateInventory } from './update-inventory.ts';
import { validateCart } from './validate-cart.ts';

export const checkoutHandlers = (shop: Shop): Readonly<Record<string, Handler>> => ({
  validate_cart: validateCart,
  process_payment: processPayment(shop),
  update_inventory: updateInventory(shop),
  create_order: createOrder(shop),
  send_confirmation: sendConfirmation(shop),
});
