/**
 * Inspection events for who follows over HTTP: read from the journal, so that a task is told of from its beginning on
 * without a gap, whatever bus there is and however slow the listener.
 */

import { LRUCache } from 'lru-cache';
import type { TaskEntry } from '../actors/actor.ts';
import { entriesOf } from '../actors/journal.ts';
import type { Memory } from '../actors/memory.ts';
import { type Moment, replay, takeLine } from '../actors/replay.ts';
import type { JournalTail } from '../actors/tail.ts';
import { orUnreadable } from '../actors/unreadable.ts';
import type { Scope } from '../orchestrator.ts';
import type { JournalRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { actorEvent, type InspectionEvent, inspectionOf } from './inspection.ts';

interface Parts {
  readonly store: Store;
  readonly memory: Memory;
  readonly tail: JournalTail;
}

/** The actors of a task after its journal entry `seq`. */
interface Followed {
  readonly entry: TaskEntry;
  readonly actors: Map<number, Moment>;
  seq: number;
}

/** Of a listener to all; a task heard of again after so many others is introduced once more. */
const MAX_TASKS_FOLLOWED = 200;

/** One task (by its number), from its first event on. */
export async function* inspectTask(
  { store, memory, tail }: Parts,
  no: number,
  signal: AbortSignal,
): AsyncGenerator<InspectionEvent> {
  const followed: Followed = { entry: memory.task(no), actors: new Map(), seq: 0 };
  const end = tail.end;
  for (const row of store.journal(no)) yield* tell(followed, row);
  for await (const rows of tail.pages(end, signal)) {
    for (const row of rows) if (row.task === no) yield* tell(followed, row);
  }
}

/** All tasks the scope sees, from now on. */
export async function* inspectAll(
  { store, memory, tail }: Parts,
  scope: Scope,
  signal: AbortSignal,
): AsyncGenerator<InspectionEvent> {
  const tasks = new LRUCache<number, Followed>({ max: MAX_TASKS_FOLLOWED });
  for await (const rows of tail.pages(tail.end, signal)) {
    for (const row of rows) {
      if (scope !== null && row.tenant !== scope) continue;
      const known = tasks.get(row.task);
      // A task that cannot be read is left out: the others are still told of.
      yield* orUnreadable(
        () => {
          const followed = known ?? before(store, memory.task(row.task), row.seq);
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
  return [...actors].map(([ref, moment]) => actorEvent(entry, seq, ref, at, moment));
}

function before(store: Store, entry: TaskEntry, seq: number): Followed {
  const actors = seq === 1 ? new Map<number, Moment>() : replay(store.journal(entry.no), seq - 1);
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
