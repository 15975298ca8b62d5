/** The world a checkout acts upon, in one folder: a payment provider, a stock room, an order book, a mail server. */

import { join } from 'node:path';
import { orderSchema } from './models/order.ts';
import { Inventory, movementSchema } from './simulators/inventory.ts';
import { Ledger } from './simulators/ledger.ts';
import { MailSimulator, mailSchema } from './simulators/mail.ts';
import { OrderBook } from './simulators/order-book.ts';
import { executionSchema, PaymentSimulator } from './simulators/payments.ts';

export interface ShopOptions {
  /** Where the ledgers are; made at the first entry. One process at a time. */
  readonly folder: string;
  /** How long the payment provider takes to answer. */
  readonly latencyMs?: number;
  readonly now?: () => number;
}

export type Shop = ReturnType<typeof openShop>;

export function openShop({ folder, latencyMs = 0, now = Date.now }: ShopOptions) {
  return {
    payments: new PaymentSimulator(new Ledger(join(folder, 'payments.jsonl'), executionSchema), {
      now,
      latencyMs,
    }),
    inventory: new Inventory(new Ledger(join(folder, 'inventory.jsonl'), movementSchema), now),
    orders: new OrderBook(new Ledger(join(folder, 'orders.jsonl'), orderSchema), now),
    mail: new MailSimulator(new Ledger(join(folder, 'mail.jsonl'), mailSchema), now),
  };
}
