/**
 * Orders whose steps are all done by one worker process over a nats-server of its own: how many a second when many are
 * there, and how long one takes when it is alone. The costs are the engine's; worker and server have their own.
 */

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createTroupe, type Troupe } from '../../src/index.ts';
import {
  completed,
  costsPer,
  type Figures,
  inFolder,
  measure,
  oneByOne,
  percentile,
  perSecond,
} from './measure.ts';
import { connectBus, startBenchServer, startWorkerProcess } from './nats-parts.ts';
import { orderRequest, remoteOrder, STEPS } from './order.ts';
import { section } from './section.ts';

/** Orders before the first one timed: the code of a fresh process is not compiled yet. */
const WARM_UP_ORDERS = 1_000;
const WARM_UP_SEQUENTIAL = 30;
const LOOK_EVERY_MS = 25;

const nats = (orders: number, sequential: number): Promise<Figures> =>
  inFolder(async (folder) => {
    const server = await startBenchServer(folder);
    const worker = await startWorkerProcess(server.url, STEPS);
    const bus = await connectBus(server.url, 'bench');
    const db = join(folder, 'troupe.db');
    const troupe = await createTroupe({ db, handlers: [], workflows: [remoteOrder], bus });
    try {
      const loaded = await throughput(troupe, db, orders);
      await oneByOne(troupe, orderRequest, WARM_UP_SEQUENTIAL);
      const times = await oneByOne(troupe, orderRequest, sequential);
      return {
        ...loaded,
        natsSequentialP50Ms: percentile(times, 0.5),
        natsSequentialP95Ms: percentile(times, 0.95),
      };
    } finally {
      await troupe.close({ graceMs: 0 });
      await bus.close();
      await worker.stop();
      await server.stop();
    }
  });

async function throughput(troupe: Troupe, db: string, orders: number): Promise<Figures> {
  await runOrders(troupe, WARM_UP_ORDERS, 0);
  await published(troupe);
  const started = performance.now();
  const costs = await measure(troupe, db, () => runOrders(troupe, orders, WARM_UP_ORDERS));
  await published(troupe);
  const publishedMs = performance.now() - started;
  return {
    natsOrders: orders,
    natsOrdersPerSecond: perSecond(orders, costs),
    natsPublishedPerSecond: perSecond(orders, { ms: publishedMs }),
    ...costsPer('Order', orders, costs, 'nats'),
  };
}

async function runOrders(troupe: Troupe, count: number, before: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => troupe.submit(orderRequest)));
  await completed(troupe, before + count);
}

/** Resolves once the stream has every fact of the journal, which follows the work at its own pace. */
async function published(troupe: Troupe): Promise<void> {
  while (!/^troupe_publication_backlog 0$/m.test((await troupe.metrics()).text)) await pause(LOOK_EVERY_MS);
}

await section({ orders: 3_000, sequential: 300 }, ({ orders, sequential }) => nats(orders, sequential));
