/** The stock room: what was there at first, plus what was delivered, less what is reserved. Never below zero. */

import { z } from 'zod';
import { PRODUCTS } from '../models/product.ts';
import type { Ledger } from './ledger.ts';

/** A movement: goods reserved for an order (negative) or delivered (positive), several products at once. */
export const movementSchema = z.object({
  key: z.string(),
  at: z.string(),
  changes: z.array(z.object({ product_id: z.int(), quantity: z.int() })),
});

export type Movement = z.output<typeof movementSchema>;

export interface Wanted {
  readonly product_id: number;
  readonly quantity: number;
}

export interface Shortage extends Wanted {
  readonly in_stock: number;
}

export class Inventory {
  readonly #ledger: Ledger<Movement>;
  readonly #now: () => number;
  #stock: Map<number, number> | null = null;

  constructor(ledger: Ledger<Movement>, now: () => number) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /** All of it or nothing, once a key: what is missing, or an empty list when it is reserved. */
  reserve(key: string, wanted: readonly Wanted[]): readonly Shortage[] {
    if (this.#ledger.of(key).length > 0) return [];
    const stock = this.stock();
    const short = wanted
      .map((item) => ({ ...item, in_stock: stock.get(item.product_id) ?? 0 }))
      .filter((item) => item.quantity > item.in_stock);
    if (short.length > 0) return short;
    this.#move(
      key,
      wanted.map(({ product_id, quantity }) => ({ product_id, quantity: -quantity })),
    );
    return [];
  }

  deliver(item: Wanted): void {
    this.#move(`delivery/${this.#ledger.all().length + 1}`, [item]);
  }

  /** By product id. */
  stock(): ReadonlyMap<number, number> {
    return this.#counted();
  }

  #move(key: string, changes: Movement['changes']): void {
    const stock = this.#counted();
    this.#ledger.append({ key, at: new Date(this.#now()).toISOString(), changes });
    count(stock, changes);
  }

  #counted(): Map<number, number> {
    if (this.#stock === null) {
      this.#stock = new Map(PRODUCTS.map(({ id, stock }) => [id, stock]));
      for (const { changes } of this.#ledger.all()) count(this.#stock, changes);
    }
    return this.#stock;
  }
}

function count(stock: Map<number, number>, changes: Movement['changes']): void {
  for (const { product_id, quantity } of changes)
    stock.set(product_id, (stock.get(product_id) ?? 0) + quantity);
}
