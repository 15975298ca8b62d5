/**
 * A store with many finished orders in it, all of them really done: what an order costs then, against the same store
 * when it was empty. A million takes some minutes.
 */

import { join } from 'node:path';
import { createTroupe, type Troupe } from '../../src/index.ts';
import {
  type Costs,
  completed,
  costsPer,
  type Figures,
  inFolder,
  measure,
  peakMemoryMb,
  perSecond,
} from './measure.ts';
import { type LocalOrder, localOrder, orderRequest } from './order.ts';
import { section } from './section.ts';

const WARM_UP = 1_000;
const PORTION = 10_000;

const finished = (tasks: number, orders: number): Promise<Figures> =>
  inFolder(async (folder) => {
    const db = join(folder, 'troupe.db');
    const order = localOrder();
    const troupe = await createTroupe({ db, handlers: [], workflows: [order.workflow] });
    let done = 0;
    const run = async (count: number): Promise<Costs> => {
      const costs = await measure(troupe, db, () => runOrders(troupe, order, count, done));
      done += count;
      return costs;
    };
    await run(WARM_UP);
    const empty = await run(orders);
    while (done < tasks) {
      await run(Math.min(PORTION, tasks - done));
      console.error(`${done} of ${tasks} finished`);
    }
    const full = await run(orders);
    await troupe.close();
    const started = performance.now();
    const again = await createTroupe({ db, handlers: [], workflows: [order.workflow] });
    const finishedRestartMs = performance.now() - started;
    await again.close();
    return {
      finished: tasks,
      finishedEmptyOrdersPerSecond: perSecond(orders, empty),
      finishedOrdersPerSecond: perSecond(orders, full),
      finishedTimeRatio: full.ms / empty.ms,
      finishedCpuRatio: full.cpuMs / empty.cpuMs,
      ...costsPer('Order', orders, full, 'finished'),
      finishedRestartMs,
      finishedPeakMemoryMb: peakMemoryMb(),
    };
  });

async function runOrders(troupe: Troupe, order: LocalOrder, count: number, before: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => troupe.submit(orderRequest)));
  await completed(troupe, before + count, order.notified);
}

await section({ tasks: 1_000_000, orders: 5_000 }, ({ tasks, orders }) => finished(tasks, orders));
