/** The shop's own orders: numbered in the order they were made, one for a key. */

import type { Order } from '../models/order.ts';
import type { Ledger } from './ledger.ts';

export class OrderBook {
  readonly #ledger: Ledger<Order>;
  readonly #now: () => number;

  constructor(ledger: Ledger<Order>, now: () => number) {
    this.#ledger = ledger;
    this.#now = now;
  }

  create(order: Omit<Order, 'order_id' | 'at'>): Order {
    const [existing] = this.#ledger.of(order.key);
    if (existing !== undefined) return existing;
    const number = String(this.#ledger.all().length + 1).padStart(6, '0');
    const created = { ...order, order_id: `ORD-${number}`, at: new Date(this.#now()).toISOString() };
    this.#ledger.append(created);
    return created;
  }

  all(): readonly Order[] {
    return this.#ledger.all();
  }
}
