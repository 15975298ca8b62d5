/**
 * The rows of the task list while somebody reads them: they keep their places, whatever comes in or no longer matches,
 * and tell how their tasks stand by now. What is new waits until it is asked for.
 */

import type { TaskSummary } from '../../views/tasks.ts';
import type { TaskList } from './reading.ts';

export interface HeldList {
  /** Which list it is: its filters and its page. */
  readonly key: string;
  /** The ids of the rows, in their order. */
  readonly ids: readonly string[];
  /** The tasks of the rows and of the selection. */
  readonly known: ReadonlyMap<string, TaskSummary>;
  readonly nextCursor: string | null;
  /** The tasks that came meanwhile. */
  readonly waiting: ReadonlySet<string>;
  /** There may be more of it than was seen. */
  readonly mayBeMore: boolean;
}

export interface Reading {
  readonly key: string;
  readonly list: TaskList;
  /** Somebody holds on to the rows that are there. */
  readonly isHeld: boolean;
  readonly chosen: ReadonlySet<string>;
}

export function nextList(before: HeldList | null, { key, list, isHeld, chosen }: Reading): HeldList {
  const { tasks, kept, nextCursor } = list;
  const isNew = before?.key !== key || !isHeld || before.ids.length === 0;
  const ids = isNew ? tasks.map(({ id }) => id) : before.ids;
  const rows = new Set(ids);
  const latest = new Map([...kept, ...tasks].map((task) => [task.id, task]));
  const known = new Map<string, TaskSummary>();
  for (const id of new Set([...ids, ...chosen])) {
    const task = latest.get(id) ?? before?.known.get(id);
    if (task !== undefined) known.set(id, task);
  }
  if (isNew) return { key, ids, known, nextCursor, waiting: new Set(), mayBeMore: false };
  // A task that moved up from the next page, since others left this one, is older than the last row.
  const oldest = before.nextCursor === null ? '' : (known.get(ids.at(-1) ?? '')?.createdAt ?? '');
  const fresh = tasks.filter(({ id, createdAt }) => !rows.has(id) && createdAt >= oldest).map(({ id }) => id);
  const hasGap =
    fresh.length > 0 && fresh.length === tasks.length && !fresh.some((id) => before.waiting.has(id));
  return {
    ...before,
    known,
    waiting: new Set([...before.waiting, ...fresh]),
    mayBeMore: before.mayBeMore || (hasGap && nextCursor !== null),
  };
}
