/** The history of a task from any event on: what was before it is not read again, but for how the actors stood. */

import type { TaskEntry } from '../kernel/actor.ts';
import { toHistory } from '../kernel/journal.ts';
import { orUnreadable } from '../kernel/unreadable.ts';
import type { Store } from '../store/store.ts';
import type { HistoryEvent } from '../views/tasks.ts';
import type { Checkpoint, Checkpoints } from './checkpoints.ts';

export function* historyAfter(
  store: Store,
  checkpoints: Checkpoints,
  entry: TaskEntry,
  after: number,
): Generator<HistoryEvent> {
  for (const event of eventsNear(store, checkpoints, entry, after)) if (event.seq > after) yield event;
}

/** It begins with the row that has the event after `after`. */
function* eventsNear(
  store: Store,
  checkpoints: Checkpoints,
  entry: TaskEntry,
  after: number,
): Generator<HistoryEvent> {
  const rows = store.journal(entry.no, after);
  const { value: first } = rows.next();
  if (first === undefined) return;
  const before = first.seq === 1 ? undefined : actorsAt(checkpoints, entry, first.seq - 1);
  if (before === null) yield* toHistory(entry, store.journal(entry.no));
  else yield* toHistory(entry, chain(first, rows), before);
}

/** Gives null where the past cannot be replayed; then all events are read to know the states. */
const actorsAt = (checkpoints: Checkpoints, entry: TaskEntry, seq: number): Checkpoint['actors'] | null =>
  orUnreadable(
    () => checkpoints.at(entry, seq).actors,
    () => null,
  );

function* chain<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first;
  yield* rest;
}
