/**
 * Inspection events for who follows over HTTP: read from the journal, so that a task is told of from its beginning on
 * without a gap, whatever bus there is and however slow the listener.
 */

import { LRUCache } from 'lru-cache';
import type { JournalFollower } from '../history/journal-follower.ts';
import { type ActorState, replay, takeLine } from '../history/replay.ts';
import type { TaskEntry } from '../kernel/actor.ts';
import type { ActorCache } from '../kernel/actor-cache.ts';
import { entriesOf } from '../kernel/journal.ts';
import { orUnreadable, unreadable } from '../kernel/unreadable.ts';
import { addressOf } from '../store/address.ts';
import type { JournalRow, TaskRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { Scope } from '../views/orchestrator.ts';
import { actorEvent, type InspectionEvent, inspectionOf } from './inspection.ts';

interface Parts {
  readonly store: Store;
  readonly cache: ActorCache;
  readonly follower: JournalFollower;
}

/** The actors of a task after its journal entry `seq`. */
interface Followed {
  readonly entry: TaskEntry;
  readonly actors: Map<number, ActorState>;
  seq: number;
}

/** Reads so many past events of a task before others have their turn. */
const EVENTS_AT_ONCE = 16;

/**
 * Bounds the tasks that a listener to all is introduced to. One heard of again after so many is introduced once
 * more.
 */
const MAX_TASKS_FOLLOWED = 200;

/** One task, from its first event on. */
export async function* inspectTask(
  parts: Parts,
  row: TaskRow,
  signal: AbortSignal,
): AsyncGenerator<InspectionEvent> {
  try {
    yield* follow(parts, row.no, signal);
  } catch (error) {
    throw unreadable(row, error);
  }
}

async function* follow(
  { store, cache, follower }: Parts,
  no: number,
  signal: AbortSignal,
): AsyncGenerator<InspectionEvent> {
  const followed: Followed = { entry: cache.task(no), actors: new Map(), seq: 0 };
  const end = follower.end;
  let told = 0;
  for (const row of store.journal(no)) {
    for (const event of tell(followed, row)) {
      if (told++ % EVENTS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) return;
      yield event;
    }
  }
  for await (const rows of follower.pages(end, signal)) {
    for (const row of rows) if (row.task === no) yield* tell(followed, row);
  }
}

/** All tasks the scope sees, from now on. */
export async function* inspectAll(
  { store, cache, follower }: Parts,
  scope: Scope,
  signal: AbortSignal,
): AsyncGenerator<InspectionEvent> {
  const tasks = new LRUCache<number, Followed>({ max: MAX_TASKS_FOLLOWED });
  for await (const rows of follower.pages(follower.end, signal)) {
    for (const row of rows) {
      if (scope !== null && row.tenant !== scope) continue;
      const known = tasks.get(row.task);
      // A task that cannot be read is left out: the others are still told of.
      yield* orUnreadable(
        () => {
          const followed = known ?? before(store, cache.task(row.task), row.seq);
          tasks.set(row.task, followed);
          return [...(known === undefined ? introduce(followed, row) : []), ...tell(followed, row)];
        },
        () => [],
      );
    }
  }
}

function introduce({ entry, actors, seq }: Followed, row: JournalRow): InspectionEvent[] {
  const at = entriesOf(row)[0]?.e.at ?? 0;
  return [...actors].map(([ref, moment]) => actorEvent(entry, seq, addressOf(entry.no, ref), at, moment));
}

function before(store: Store, entry: TaskEntry, seq: number): Followed {
  const actors = seq === 1 ? new Map<number, ActorState>() : replay(store.journal(entry.no), seq - 1);
  return { entry, actors, seq: seq - 1 };
}

function* tell(followed: Followed, row: JournalRow): Generator<InspectionEvent> {
  const { entry, actors } = followed;
  for (const [index, line] of entriesOf(row).entries()) {
    // Committed between reading the journal and following it.
    if (row.seq + index <= followed.seq) continue;
    followed.seq = row.seq + index;
    const after = takeLine(actors, line);
    if (after !== null) yield* inspectionOf(entry, followed.seq, line, after);
  }
}
