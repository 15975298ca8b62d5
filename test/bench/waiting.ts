// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/**
 * Tasks that sleep, wait for an approval or wait for a signal: what they cost in memory, how soon a restart with them
 * is ready beside one of an empty store, what they cost while nothing happens, and how soon a signal among them works.
 */

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { toPromise } from 'xstate';
import { createTroupe, defineWorkflow, type Troupe } from '../../src/index.ts';
import { LIMITS } from '../../src/workflow/definition.ts';
import { parseTaskRequest } from '../../src/workflow/task-request.ts';
import { costsPer, type Figures, inFolder, measure, median, peakMemoryMb, percentile } from './measure.ts';
import { section } from './section.ts';

const IDLE_MS = 5_000;
const STARTS = 3;

const workflows = [
  defineWorkflow({ name: 'Asleep', version: '1.0.0', steps: { rest: { sleep: '3d' } } }),
  defineWorkflow({
    name: 'Asked',
    version: '1.0.0',
    steps: { manager: { waitFor: { approval: 'Refund ${payload.index}?', within: '24h' } } },
  }),
  defineWorkflow({
    name: 'Listening',
    version: '1.0.0',
    steps: { paid: { waitFor: { signal: 'paid', key: '${payload.index}', within: '24h' } } },
  }),
];

interface Sizes extends Readonly<Record<string, number>> {
  readonly tasks: number;
  /** So many of them are paused before the restart. */
  readonly paused: number;
  readonly signals: number;
}

const waiting = ({ tasks, paused, signals }: Sizes): Promise<Figures> =>
  inFolder(async (folder) => {
    const db = join(folder, 'troupe.db');
    const emptyStartMs = median(await startsOf(join(folder, 'empty.db')));
    const first = await createTroupe({ db, workflows });
    const listening: string[] = [];
    const costs = await measure(first, db, () => fill(first, tasks, listening));
    await settled(first, tasks);
    for (let done = 0; done < paused; done += LIMITS.tasksPerBatch) {
      const some = listening.slice(done, Math.min(paused, done + LIMITS.tasksPerBatch));
      await Promise.all(some.map((id) => first.tasks.pause(id)));
    }
    await first.close();
    const waitingStartMs = median(await startsOf(db));
    const second = await createTroupe({ db, workflows });
    const idleCpuPercent = await idleCpu();
    const late = await signalsOf(second, listening, signals);
    await second.close();
    return {
      waiting: tasks,
      ...{ emptyStartMs, waitingStartMs, idleCpuPercent, ...late },
      ...costsPer('Task', tasks, costs, 'waiting'),
      waitingPeakMemoryMb: peakMemoryMb(),
    };
  });

/** Milliseconds until a Troupe on the store is ready, some times over. */
async function startsOf(db: string): Promise<number[]> {
  const times: number[] = [];
  while (times.length < STARTS) {
    const started = performance.now();
    const troupe = await createTroupe({ db, workflows });
    if (!troupe.health().ready) throw new Error('not ready after a restart');
    times.push(performance.now() - started);
    await troupe.close();
  }
  return times;
}

async function fill(troupe: Troupe, tasks: number, listening: string[]): Promise<void> {
  const names = workflows.map(({ definition }) => definition.name);
  for (let done = 0; done < tasks; done += LIMITS.tasksPerBatch) {
    const count = Math.min(LIMITS.tasksPerBatch, tasks - done);
    const batch = Array.from({ length: count }, (_, i) =>
      parseTaskRequest({ name: names[(done + i) % names.length], payload: { index: done + i } }),
    );
    const stored = await troupe.submitBatch(batch);
    stored.tasks.forEach(({ id }, i) => {
      if ((done + i) % names.length === names.indexOf('Listening')) listening.push(id);
    });
  }
}

async function settled(troupe: Troupe, tasks: number): Promise<void> {
  while (troupe.health().tasks.waiting < tasks) await pause(25);
}

/** The share of one core, in percent, that is used while nothing happens. */
async function idleCpu(): Promise<number> {
  await pause(1_000);
  const before = process.cpuUsage();
  await pause(IDLE_MS);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / IDLE_MS / 0.01;
}

/** Milliseconds from a signal by key to the end of the one task that waits for it. */
async function signalsOf(troupe: Troupe, listening: readonly string[], count: number): Promise<Figures> {
  const late: number[] = [];
  for (let i = 0; i < count; i++) {
    const place = listening.length - 1 - Math.floor((i * listening.length) / (2 * count));
    const id = listening[place] ?? '';
    const key = String(place * workflows.length + 2);
    const started = performance.now();
    await troupe.signal(null, { tenantId: 'default', name: 'paid', key, data: {} }, 'bench');
    await toPromise(troupe.actor(id));
    late.push(performance.now() - started);
  }
  return {
    signalP50Ms: percentile(late, 0.5),
    signalP99Ms: percentile(late, 0.99),
    signalMaxMs: percentile(late, 1),
  };
}

await section<Sizes>({ tasks: 100_000, paused: 0, signals: 100 }, waiting);
