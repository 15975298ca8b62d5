/**
 * How long another tenant's single task takes while one tenant has a hundred thousand queued: within the process and
 * over NATS, against the same task on an idle engine. `node --import tsx scripts/bench/fairness.ts [--tasks N]`.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { toPromise } from 'xstate';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import { createTroupe, type Handler, parseTaskRequest, type Troupe } from '../../src/index.ts';
import { startBenchServer, startWorkerProcess } from './nats.ts';

const HANDLER = 'work';
/** Of the other tenant, one after the other. */
const PROBES = 50;
const BATCH = 1_000;
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
  const times: number[] = [];
  for (let index = 0; index < PROBES; index++) {
    const started = performance.now();
    const { taskId } = await troupe.submit(single);
    await toPromise(troupe.actor(taskId));
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return { p50Ms: times[PROBES / 2] ?? Number.NaN, maxMs: times.at(-1) ?? Number.NaN };
}

async function fill(troupe: Troupe, tasks: number): Promise<void> {
  const batch = Array.from({ length: BATCH }, () => queued);
  for (let done = 0; done < tasks; done += BATCH) await troupe.submitBatch(batch);
}

/** Queued while nobody serves them; the process that opens the file again does. */
async function inProcess(tasks: number, run: Handler): Promise<{ idle: Latency; crowded: Latency }> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-fairness-'));
  const db = join(folder, 'troupe.db');
  try {
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
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function overNats(tasks: number): Promise<{ idle: Latency; crowded: Latency }> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-fairness-'));
  const server = await startBenchServer(folder);
  const worker = await startWorkerProcess(server.url, [HANDLER]);
  const streams = streamsOf(new Subjects());
  const open = async (name: string): Promise<Troupe> => {
    const bus = await connectNats({ url: server.url, name, streams, onError: console.error });
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
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Else the figures would be of an engine that had nothing else to do. */
function assertCrowded(troupe: Troupe): void {
  const { queued } = troupe.health().backlog;
  if (queued < BATCH) throw new Error(`only ${queued} tasks were left in the queue: ask for more by --tasks`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { tasks: { type: 'string', default: '100000' } } });
  const tasks = Number(values.tasks);
  const rows = {
    'in this process, handler of 0 ms': await inProcess(tasks, QUICK),
    [`in this process, handler of ${SLOW_MS} ms`]: await inProcess(tasks, SLOW),
    'over NATS, handler of 0 ms': await overNats(tasks),
  };
  console.log(`one task of another tenant, ms, with 0 and with ${tasks} tasks queued: p50 (max)`);
  const cell = ({ p50Ms, maxMs }: Latency): string =>
    `${p50Ms.toFixed(1)} (${maxMs.toFixed(1)})`.padStart(16);
  for (const [name, { idle, crowded }] of Object.entries(rows)) {
    console.log(`${name.padEnd(34)}${cell(idle)}${cell(crowded)}`);
  }
}
