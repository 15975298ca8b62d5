/**
 * Tenants in competition: how long another tenant's single task takes while one tenant has a hundred thousand queued,
 * within the process and over NATS, against the same task on an idle engine.
 */

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findNatsServer } from '../../src/cli/nats-server.ts';
import { createTroupe, type Handler, parseTaskRequest, type Troupe } from '../../src/index.ts';
import { LIMITS } from '../../src/workflow/definition.ts';
import { type Figures, inFolder, oneByOne, peakMemoryMb, percentile } from './measure.ts';
import { connectBus, startBenchServer, startWorkerProcess } from './nats-parts.ts';
import { section } from './section.ts';

const HANDLER = 'work';
/** The other tenant submits so many tasks, one after the other. */
const PROBES = 50;
const BATCH = LIMITS.tasksPerBatch;
const QUICK: Handler = () => null;
/** As a handler that calls something. */
const SLOW_MS = 20;
const SLOW: Handler = () => pause(SLOW_MS, null);

const queued = parseTaskRequest({ name: HANDLER, payload: {}, tenantId: 'crowd' });
const single = parseTaskRequest({ name: HANDLER, payload: {}, tenantId: 'single' });

interface Latency {
  readonly p50Ms: number;
  readonly maxMs: number;
}

/** Sequential tasks of the other tenant. */
async function probe(troupe: Troupe): Promise<Latency> {
  const times = await oneByOne(troupe, single, PROBES);
  return { p50Ms: percentile(times, 0.5), maxMs: percentile(times, 1) };
}

async function fill(troupe: Troupe, tasks: number): Promise<void> {
  const batch = Array.from({ length: BATCH }, () => queued);
  for (let done = 0; done < tasks; done += BATCH) await troupe.submitBatch(batch);
}

interface Compared {
  readonly idle: Latency;
  readonly crowded: Latency;
}

/** Queued while nobody serves them; the process that opens the file again does. */
const inProcess = (tasks: number, run: Handler): Promise<Compared> =>
  inFolder(async (folder) => {
    const db = join(folder, 'troupe.db');
    const before = await createTroupe({ db, handlers: [] });
    await fill(before, tasks);
    await before.close();
    const handlers = [{ name: HANDLER, run, concurrency: null }];
    const troupe = await createTroupe({ db, handlers });
    const crowded = await probe(troupe);
    assertCrowded(troupe);
    await troupe.close();
    const other = await createTroupe({ db: join(folder, 'idle.db'), handlers });
    await probe(other);
    const idle = await probe(other);
    await other.close();
    return { idle, crowded };
  });

const overNats = (tasks: number): Promise<Compared> =>
  inFolder(async (folder) => {
    const server = await startBenchServer(folder);
    const worker = await startWorkerProcess(server.url, [HANDLER]);
    const open = async (name: string): Promise<Troupe> => {
      const bus = await connectBus(server.url, name);
      return createTroupe({ db: join(folder, `${name}.db`), handlers: [], bus });
    };
    try {
      const first = await open('idle');
      await probe(first);
      const idle = await probe(first);
      await first.close({ graceMs: 0 });
      const troupe = await open('crowded');
      await fill(troupe, tasks);
      const crowded = await probe(troupe);
      assertCrowded(troupe);
      await troupe.close({ graceMs: 0 });
      return { idle, crowded };
    } finally {
      await worker.stop();
      await server.stop();
    }
  });

/** Else the figures would be of an engine that had nothing else to do. */
function assertCrowded(troupe: Troupe): void {
  const { queued } = troupe.health().backlog;
  if (queued < BATCH) throw new Error(`only ${queued} tasks were left in the queue: ask for more by --tasks`);
}

const named = (name: string, { idle, crowded }: Compared): Figures => ({
  [`${name}IdleP50Ms`]: idle.p50Ms,
  [`${name}CrowdedP50Ms`]: crowded.p50Ms,
  [`${name}CrowdedMaxMs`]: crowded.maxMs,
});

await section({ tasks: 100_000 }, async ({ tasks }) => ({
  fairnessQueued: tasks,
  ...named('fairness', await inProcess(tasks, QUICK)),
  ...named('fairnessSlow', await inProcess(tasks, SLOW)),
  ...(findNatsServer() === null ? {} : named('fairnessNats', await overNats(tasks))),
  fairnessPeakMemoryMb: peakMemoryMb(),
}));
