/** Many orders at once: how many are done a second, and what each costs. */

import { join } from 'node:path';
import { createTroupe, type Troupe } from '../../src/index.ts';
import { completed, costsPer, type Figures, inFolder, measure, perSecond } from './measure.ts';
import { type LocalOrder, localOrder, orderRequest } from './order.ts';
import { section } from './section.ts';

/** Orders before the first one timed: the code of a fresh process is not compiled yet. */
const WARM_UP = 5_000;

/** Submissions not yet acknowledged: those of many clients, and not all there will ever be. */
const AT_ONCE = 1_000;

const throughput = (orders: number): Promise<Figures> =>
  inFolder(async (folder) => {
    const db = join(folder, 'troupe.db');
    const order = localOrder();
    const troupe = await createTroupe({ db, handlers: [], workflows: [order.workflow] });
    await runOrders(troupe, order, WARM_UP, 0);
    const costs = await measure(troupe, db, () => runOrders(troupe, order, orders, WARM_UP));
    await troupe.close();
    return { orders, ordersPerSecond: perSecond(orders, costs), ...costsPer('Order', orders, costs) };
  });

async function runOrders(troupe: Troupe, order: LocalOrder, count: number, before: number): Promise<void> {
  for (let submitted = 0; submitted < count; submitted += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - submitted);
    await Promise.all(Array.from({ length }, () => troupe.submit(orderRequest)));
  }
  await completed(troupe, before + count, order.notified);
}

await section({ orders: 5_000 }, ({ orders }) => throughput(orders));
