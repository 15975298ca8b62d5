/** The shop's orders, on disk: one for each idempotency key, whatever is killed and asked again. */

import Database from 'better-sqlite3';
import { type Order, type OrderRequest, orderSchema } from '../models.ts';

interface Row {
  readonly id: number;
  readonly body: string;
}

export class OrderBook {
  readonly #db: Database.Database;

  /** A file, or `:memory:`. */
  constructor(path: string) {
    this.#db = new Database(path);
    this.#db.pragma('synchronous = FULL');
    this.#db.exec(
      'CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, key TEXT UNIQUE, body TEXT NOT NULL)',
    );
  }

  place(key: string, request: OrderRequest): { order: Order; isNew: boolean } {
    const body = JSON.stringify({ ...request, placed_at: new Date().toISOString() });
    const { changes } = this.#db
      .prepare('INSERT INTO orders (key, body) VALUES (?, ?) ON CONFLICT (key) DO NOTHING')
      .run(key, body);
    const row = this.#db.prepare<[string], Row>('SELECT id, body FROM orders WHERE key = ?').get(key);
    if (row === undefined) throw new Error(`assertion failed: order ${key} was stored`);
    return { order: toOrder(row), isNew: changes === 1 };
  }

  all(): Order[] {
    return this.#db.prepare<[], Row>('SELECT id, body FROM orders ORDER BY id').all().map(toOrder);
  }

  close(): void {
    this.#db.close();
  }
}

const toOrder = ({ id, body }: Row): Order => orderSchema.parse({ id, ...JSON.parse(body) });
