/** Writes the order down: the cart that was priced, the payment that covers it, the goods that are reserved. */

import type { HandlerContext } from 'troupe/worker';
import { cartSchema } from '../models/cart.ts';
import { checkoutSchema, read } from '../models/checkout.ts';
import type { Order } from '../models/order.ts';
import type { Shop } from '../shop.ts';
import { paymentSchema } from './process-payment.ts';
import { reservationSchema } from './update-inventory.ts';

export const createOrder =
  ({ orders }: Shop) =>
  ({ payload, dependencies, idempotencyKey }: HandlerContext): Order => {
    const payment = read(paymentSchema, dependencies.process_payment, 'the payment');
    const reservation = read(reservationSchema, dependencies.update_inventory, 'the reservation');
    return orders.create({
      key: idempotencyKey,
      ...read(cartSchema, dependencies.validate_cart, 'the cart'),
      customer: read(checkoutSchema, payload, 'the checkout').customer_info,
      payment_id: payment.payment_id,
      amount_given_cents: payment.amount_given_cents,
      reservation_id: reservation.reservation_id,
    });
  };
