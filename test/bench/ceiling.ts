/**
 * The ceiling: what the machines' turns, their JSON and the group commits of a run of the engine cost by themselves.
 * The engine does some orders; its journal tells every event each machine took, and in which commit. The same events
 * are then given to the same machines, and the same rows written by the same statements in the same transactions, with
 * no mailbox, queue, worker, timer, cache or fact. Engine and ceiling take turns; the ratio of their medians is what
 * everything else costs. That both stores hold the same bytes is checked.
 */

import { join } from 'node:path';
import { createTroupe } from '../../src/index.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { compareStores } from './ceiling/compare.ts';
import { readTape, type Tape } from './ceiling/tape.ts';
import { playCommit } from './ceiling/turns.ts';
import {
  type Costs,
  completed,
  type Figures,
  inFolder,
  measure,
  median,
  peakMemoryMb,
  perSecond,
} from './measure.ts';
import { localOrder, orderRequest } from './order.ts';
import { section } from './section.ts';

const WARM_UP = 500;

interface Round {
  readonly engine: Costs;
  readonly ceiling: Pick<Costs, 'ms' | 'cpuMs' | 'commits'>;
}

const round = (orders: number): Promise<Round> =>
  inFolder(async (folder) => {
    const db = join(folder, 'engine.db');
    const engine = await runEngine(db, orders);
    const tape = readTape(db);
    const bare = join(folder, 'ceiling.db');
    const ceiling = play(bare, tape, WARM_UP);
    compareStores(db, bare);
    return { engine, ceiling };
  });

async function runEngine(db: string, orders: number): Promise<Costs> {
  const order = localOrder();
  const troupe = await createTroupe({ db, handlers: [], workflows: [order.workflow] });
  const run = async (count: number, before: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, () => troupe.submit(orderRequest)));
    await completed(troupe, before + count, order.notified);
  };
  await run(WARM_UP, 0);
  const costs = await measure(troupe, db, () => run(orders, WARM_UP));
  await troupe.close();
  return costs;
}

/** Timed from the commit on that stores the first task after those of the warm-up. */
function play(db: string, tape: Tape, warmUp: number): Round['ceiling'] {
  const store = new SqliteStore(db);
  const actors = new Map();
  const from = tape.commits.findIndex((commit) => commit.some(({ task }) => task.no > warmUp));
  for (const commit of tape.commits.slice(0, from)) playCommit(store, actors, commit);
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  for (const commit of tape.commits.slice(from)) playCommit(store, actors, commit);
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpuBefore);
  store.close();
  return { ms, cpuMs: (user + system) / 1_000, commits: tape.commits.length - from };
}

await section({ orders: 5_000, rounds: 3 }, async ({ orders, rounds }): Promise<Figures> => {
  const all: Round[] = [];
  while (all.length < rounds) all.push(await round(orders));
  const of = (read: (round: Round) => number): number => median(all.map(read));
  const engine = of((round) => perSecond(orders, round.engine));
  const ceiling = of((round) => perSecond(orders, round.ceiling));
  return {
    engineOrdersPerSecond: engine,
    ceilingOrdersPerSecond: ceiling,
    engineShareOfCeiling: engine / ceiling,
    engineCpuMsPerOrder: of((round) => round.engine.cpuMs / orders),
    ceilingCpuMsPerOrder: of((round) => round.ceiling.cpuMs / orders),
    engineFsyncsPerOrder: of((round) => round.engine.commits / orders),
    ceilingFsyncsPerOrder: of((round) => round.ceiling.commits / orders),
    ceilingDiskBytesPerOrder: of((round) => round.engine.diskBytes / orders),
    ceilingPeakMemoryMb: peakMemoryMb(),
  };
});
