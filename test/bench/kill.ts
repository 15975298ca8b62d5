/**
 * Orders under way in a process that is killed (SIGKILL) when some share of them is complete: how long from the kill
 * until another process, started at once on the same store, has done them all, and how many attempts were repeated.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createTroupe, type Troupe } from '../../src/index.ts';
import { LIMITS } from '../../src/workflow/definition.ts';
import { type Figures, inFolder } from './measure.ts';
import { orderRequest, remoteOrder } from './order.ts';
import { costsOfProcesses, type ProcessCosts } from './other-process.ts';
import { scriptOf, section } from './section.ts';

const kill = (orders: number, percent: number): Promise<Figures> =>
  inFolder(async (folder) => {
    const db = join(folder, 'troupe.db');
    const ids = await store(db, orders);
    const first = startChild(db, (orders * percent) / 100);
    await told(first);
    first.kill('SIGKILL');
    const killed = performance.now();
    await once(first, 'exit');
    const second = startChild(db, orders);
    const [{ readyAfterMs }] = (await told(second)) as [{ readyAfterMs: number }];
    const ms = performance.now() - killed;
    const costs: ProcessCosts = costsOfProcesses(second.pid === undefined ? [] : [second.pid]);
    second.disconnect();
    await once(second, 'exit');
    const troupe = await createTroupe({ db, handlers: [] });
    const repeatedAttempts = lostAttempts(troupe, ids);
    await troupe.close();
    return {
      killOrders: orders,
      killToAllDoneMs: ms,
      killReadyAfterMs: readyAfterMs,
      killRepeatedAttempts: repeatedAttempts,
      killCpuMs: costs.cpuMs,
      killPeakMemoryMb: costs.peakMemoryMb,
    };
  });

/** The orders wait in the store: no handler is served here. */
async function store(db: string, orders: number): Promise<string[]> {
  const troupe = await createTroupe({ db, handlers: [], workflows: [remoteOrder] });
  const ids: string[] = [];
  while (ids.length < orders) {
    const count = Math.min(orders - ids.length, LIMITS.tasksPerBatch);
    const { tasks } = await troupe.submitBatch(Array.from({ length: count }, () => orderRequest));
    ids.push(...tasks.map(({ id }) => id));
  }
  await troupe.close({ graceMs: 0 });
  return ids;
}

/** Sends a message when so many orders are complete. */
function startChild(db: string, complete: number): ChildProcess {
  return fork(scriptOf('kill-child'), [db, String(Math.ceil(complete))]);
}

/** The child's message; rejects when it ends without one. */
const told = (child: ChildProcess): Promise<unknown[]> =>
  Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the child ended with ${code}`))),
  ]);

/** Attempts whose worker died under them: each ran twice. */
const lostAttempts = (troupe: Troupe, ids: readonly string[]): number =>
  ids.reduce(
    (sum, id) => sum + [...troupe.history(null, id)].filter(({ event }) => event === 'attempt.lost').length,
    0,
  );

await section({ orders: 1_000, percent: 30 }, ({ orders, percent }) => kill(orders, percent));
