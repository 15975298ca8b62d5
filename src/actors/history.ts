/** The history of a task from any event on: what was before it is not read again, but for how the actors stood. */

import type { Store } from '../store/store.ts';
import type { TaskEntry } from './actor.ts';
import { toHistory } from './journal.ts';
import type { Scenes } from './scenes.ts';
import type { HistoryEvent } from './views.ts';

export function* historyAfter(
  store: Store,
  scenes: Scenes,
  entry: TaskEntry,
  after: number,
): Generator<HistoryEvent> {
  const rows = store.journal(entry.no, after);
  const { value: first } = rows.next();
  if (first === undefined) return;
  const before = first.seq === 1 ? undefined : scenes.at(entry, first.seq - 1).actors;
  for (const event of toHistory(entry, chain(first, rows), before)) if (event.seq > after) yield event;
}

function* chain<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first;
  yield* rest;
}
