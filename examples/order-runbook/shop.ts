/** The tea shop's small world: what it sells, what is on the shelves, and systems that take a moment to answer. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type HandlerContext, PermanentError } from 'troupe/worker';

export interface Order {
  readonly id: string;
  readonly customer: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  readonly address: string;
}

const GOODS: Readonly<Record<string, { readonly priceUsd: number; readonly onShelf: number }>> = {
  MUG: { priceUsd: 12.5, onShelf: 40 },
  KETTLE: { priceUsd: 64.99, onShelf: 6 },
  TEA: { priceUsd: 8.25, onShelf: 200 },
  TEAPOT: { priceUsd: 38, onShelf: 0 },
};

/** What the step that receives the order has made of it. */
export function orderOf(job: HandlerContext): Order {
  return job.dependencies['Receive Order'] as Order;
}

/** The number in `order_001`, which everything made for the order carries on. */
export const numberOf = (order: Order): string => order.id.replace('order_', '');

export function amountUsd({ items }: Order): number {
  const cents = items.reduce((sum, { sku, quantity }) => sum + goods(sku).priceUsd * 100 * quantity, 0);
  return Math.round(cents) / 100;
}

export const missing = ({ items }: Order): string[] =>
  items.filter(({ sku, quantity }) => goods(sku).onShelf < quantity).map(({ sku }) => sku);

function goods(sku: string): { priceUsd: number; onShelf: number } {
  const found = GOODS[sku];
  if (found === undefined) throw new PermanentError(`we do not sell ${sku}`, { code: 'UNKNOWN_ITEM' });
  return found;
}

/** Another system at work. */
export async function answerOf(job: HandlerContext, durationMs: number): Promise<void> {
  await sleep(durationMs, undefined, { signal: job.signal });
}
