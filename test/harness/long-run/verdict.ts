/** Checks a long run at its end, and writes the sentences about what does not hold. */

import type { Faults } from './faults.ts';
import type { Growth } from './gauges.ts';
import type { Ledger } from './ledger.ts';
import type { Delivery, Receiver } from './receiver.ts';

const MB = 1024 ** 2;
/** A delivery is repeated only when the server died before it had committed that the first was taken. */
const REPEATED_WITHIN_MS = 60_000;

export interface Hooks {
  readonly owed: number;
  readonly delivered: number;
  readonly dead: number;
  readonly waiting: number;
  readonly repeated: number;
  readonly problems: readonly string[];
}

interface HookFacts {
  readonly ledger: Ledger;
  readonly receiver: Receiver;
  readonly faults: Faults;
  /** Ids of deliveries the server lists as dead, and of those it still tries. */
  readonly dead: ReadonlySet<string>;
  readonly waiting: readonly { readonly taskId: string }[];
}

/** Every end of a task that wants to be told has one delivery: taken once, refused for good and listed, or waiting. */
export function judgeHooks({ ledger, receiver, faults, dead, waiting }: HookFacts): Hooks {
  const byTask = new Map<string, Delivery[]>();
  for (const each of receiver.deliveries.values())
    byTask.set(each.taskId, [...(byTask.get(each.taskId) ?? []), each]);
  const stillTried = new Set(waiting.map(({ taskId }) => taskId));
  const problems: string[] = [];
  const counts = { owed: 0, delivered: 0, dead: 0, waiting: 0, repeated: 0 };
  for (const { taskId, types } of ledger.owed()) {
    counts.owed += types.length;
    const seen = byTask.get(taskId) ?? [];
    const got = seen.map(({ type }) => type);
    if ([...got].sort().join() !== [...types].sort().join()) {
      if (stillTried.has(taskId)) counts.waiting++;
      else
        problems.push(
          `task ${taskId}: it ended as ${types.join()}, and was told as ${got.join() || 'nothing'}`,
        );
    }
    for (const { id, type, takenAt, refused } of seen) {
      if (refused && dead.has(id)) counts.dead++;
      else if (refused)
        problems.push(`task ${taskId}: ${type} was refused for good and is not listed as dead`);
      else if (takenAt.length > 0) counts.delivered++;
      else if (stillTried.has(taskId)) counts.waiting++;
      else problems.push(`task ${taskId}: ${type} was never taken, and nobody tries again`);
      for (const at of takenAt.slice(1)) {
        counts.repeated++;
        const isExcused = faults.serverKilledAt.some(
          (killed) => killed <= at && at - killed < REPEATED_WITHIN_MS,
        );
        if (!isExcused) problems.push(`task ${taskId}: ${type} came again though no server had died`);
      }
    }
  }
  return { ...counts, problems };
}

export interface Growths {
  readonly memory: Growth;
  readonly handles: Growth;
  readonly store: Growth;
}

/** A life shorter than this is all warming up. */
export const FEWEST_SAMPLES = 40;
const MOST_MEMORY_GROWTH = 1.15;
const MOST_MEMORY_MORE = 24 * MB;
const MOST_HANDLES_MORE = 25;
const MOST_STORE_GROWTH = 1.25;
const MOST_STORE_MORE = 2 * MB;

export function judgeGrowth({ memory, handles, store }: Growths): string[] {
  if (memory.samples < FEWEST_SAMPLES) return [];
  const problems: string[] = [];
  if (memory.last > memory.middle * MOST_MEMORY_GROWTH + MOST_MEMORY_MORE)
    problems.push(`memory grows: ${mb(memory.middle)} at most, then ${mb(memory.last)}`);
  if (handles.last > handles.middle + MOST_HANDLES_MORE)
    problems.push(`file handles grow: ${handles.middle} at most, then ${handles.last}`);
  if (store.last > store.middle * MOST_STORE_GROWTH + MOST_STORE_MORE)
    problems.push(`the store grows in spite of its retention: ${mb(store.middle)}, then ${mb(store.last)}`);
  return problems;
}

export const mb = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`;
