/**
 * Tasks that wait for tomorrow: what they cost in memory, how soon a restart with them is ready, and how late a
 * thousand a second fire that fall due among them.
 */

import { join } from 'node:path';
import { createTroupe, type Handler, type TaskRequest, type Troupe } from '../../src/index.ts';
import { LIMITS } from '../../src/workflow/definition.ts';
import { completed, costsPer, type Figures, inFolder, measure, peakMemoryMb, percentile } from './measure.ts';
import { localOrder, orderRequest } from './order.ts';
import { section } from './section.ts';

const DUE_PER_SECOND = 1_000;
/** The first falls due when all are stored. */
const LEAD_SECONDS = 3;

const delayed = (tasks: number, dueSeconds: number): Promise<Figures> =>
  inFolder(async (folder) => {
    const firedAt = new Map<number, number>();
    const run: Handler = ({ payload }) => void firedAt.set((payload as { index: number }).index, Date.now());
    const db = join(folder, 'troupe.db');
    const handlers = [{ name: 'fire', run, concurrency: null }];
    const options = { db, handlers, workflows: [localOrder().workflow] };
    const before = process.memoryUsage().rss;
    const first = await createTroupe(options);
    const costs = await measure(first, db, () => fill(first, tasks));
    const delayedMemoryMb = (process.memoryUsage().rss - before) / 1_048_576;
    await first.close();
    const started = performance.now();
    const second = await createTroupe(options);
    if (!second.health().ready) throw new Error('not ready after a restart');
    const delayedRestartMs = performance.now() - started;
    const late = dueSeconds === 0 ? {} : await lateness(second, firedAt, dueSeconds * DUE_PER_SECOND);
    await second.close();
    return {
      delayed: tasks,
      delayedMemoryMb,
      delayedRestartMs,
      ...costsPer('Task', tasks, costs, 'delayed'),
      ...late,
      delayedPeakMemoryMb: peakMemoryMb(),
    };
  });

async function fill(troupe: Troupe, tasks: number): Promise<void> {
  const batch = Array.from({ length: Math.min(tasks, LIMITS.tasksPerBatch) }, () => ({
    ...orderRequest,
    delaySeconds: 86_400,
  }));
  for (let done = 0; done < tasks; done += batch.length) await troupe.submitBatch(batch);
}

/** Milliseconds from when a task is due to when its handler runs. */
async function lateness(
  troupe: Troupe,
  firedAt: ReadonlyMap<number, number>,
  count: number,
): Promise<Figures> {
  const start = Date.now() + LEAD_SECONDS * 1_000;
  const dueAt: number[] = [];
  while (dueAt.length < count) {
    const asked: TaskRequest[] = [];
    for (let i = dueAt.length; i < Math.min(count, dueAt.length + LIMITS.tasksPerBatch); i++) {
      const wanted = start + (i * 1_000) / DUE_PER_SECOND;
      const delaySeconds = Math.max(0, wanted - Date.now()) / 1_000;
      asked.push({ ...orderRequest, name: 'fire', payload: { index: i }, delaySeconds });
    }
    const { tasks } = await troupe.submitBatch(asked);
    // The delay counts from when the task was stored.
    tasks.forEach(({ createdAt }, i) => {
      dueAt.push(Date.parse(createdAt) + Math.round((asked[i]?.delaySeconds ?? 0) * 1_000));
    });
  }
  await completed(troupe, count, () => firedAt.size);
  const late = dueAt.map((due, i) => (firedAt.get(i) ?? Number.NaN) - due);
  return {
    duePerSecond: DUE_PER_SECOND,
    dueLateP50Ms: percentile(late, 0.5),
    dueLateP99Ms: percentile(late, 0.99),
    dueLateMaxMs: percentile(late, 1),
  };
}

await section({ tasks: 100_000, dueSeconds: 0 }, ({ tasks, dueSeconds }) => delayed(tasks, dueSeconds));
