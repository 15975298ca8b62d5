/** Retention: tasks that ended long ago go, with all they own, a few at a time, so that nobody waits long for it. */

import { Refusal, reasonOf } from '../errors.ts';
import { FINISHED_AT } from '../kernel/actor.ts';
import type { TaskRow } from '../store/rows.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { familyOf, prunableTasks } from '../store/whole-tasks.ts';

/** One transaction prunes so many tasks: a few milliseconds. */
const TASKS_AT_ONCE = 100;

export interface PruneOptions {
  /** Epoch milliseconds; tasks that ended before. */
  readonly endedBefore: number;
  /** Failed tasks too, which somebody may still want to retry. Default false. */
  readonly failed?: boolean;
}

/** Where to go on; null when all has been looked at. */
export interface PruneStep {
  readonly deleted: number;
  readonly next: number | null;
}

/** Deletes a few of the tasks after number `after`, in a commit of their own. */
export function pruneSome(
  store: SqliteStore,
  { endedBefore, failed = false }: PruneOptions,
  after: number,
): PruneStep {
  const statuses = failed ? ['complete', 'cancelled', 'failed'] : ['complete', 'cancelled'];
  const tasks = prunableTasks(
    store,
    { statuses, endedBefore, finishedAt: FINISHED_AT, limit: TASKS_AT_ONCE },
    after,
  );
  const newest = store.lastTaskNo();
  const removed: TaskRow[] = [];
  for (const { no } of tasks) {
    const family = familyOf(store, no);
    // Numbers count on from the newest task, so that it stays, and its family with it.
    if (family.at(-1)?.no === newest) continue;
    const room = TASKS_AT_ONCE - removed.length;
    // The task above goes last: until then it is found again, and so are those that are left below it.
    removed.push(...family.toReversed().slice(0, room));
    if (family.length >= room) {
      store.commit({ removed });
      return { deleted: removed.length, next: family.length === room ? no : no - 1 };
    }
  }
  if (removed.length > 0) store.commit({ removed });
  const last = tasks.at(-1);
  const isMore = last !== undefined && tasks.length === TASKS_AT_ONCE;
  return { deleted: removed.length, next: isMore ? last.no : null };
}

/** All that may go, newest dependents included; resolves to how many went. */
export function pruneAll(
  store: SqliteStore,
  options: PruneOptions,
  onProgress?: (deleted: number) => void,
): number {
  let deleted = 0;
  for (let after: number | null = 0; after !== null; ) {
    const from: number = after;
    const step: PruneStep = pruneSome(store, options, from);
    deleted += step.deleted;
    after = step.next;
    onProgress?.(deleted);
  }
  return deleted;
}

export interface Space {
  readonly bytes: number;
  /** The free pages among them, which are filled before the file grows. */
  readonly freeBytes: number;
}

export function spaceOf({ connection }: SqliteStore): Space {
  const read = (what: string): number => Number(connection.pragma(what, { simple: true }));
  const pageBytes = read('page_size');
  return { bytes: read('page_count') * pageBytes, freeBytes: read('freelist_count') * pageBytes };
}

/** Writes the file anew without its free pages; needs as much room again while it does. */
export function compact({ connection }: SqliteStore): void {
  try {
    connection.exec('VACUUM');
    connection.pragma('wal_checkpoint(TRUNCATE)');
  } catch (cause) {
    const why = reasonOf(cause);
    const message = `the store could not be made smaller, and is as it was: ${why}`;
    throw new Refusal('COMPACT_FAILED', message, { cause });
  }
}
