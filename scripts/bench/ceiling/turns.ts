/** One commit of the tape once more: the machines take their events, and their rows are written, in one transaction. */

import { type Actor, type ArmedTimers, NO_TIMERS, rowOf, TASK_REF } from '../../../src/actors/actor.ts';
import { BIRTHS, type JournalEntry } from '../../../src/actors/journal.ts';
import { writeEntries } from '../../../src/actors/journal-format.ts';
import { takeLine } from '../../../src/actors/replay.ts';
import { writeRequest } from '../../../src/actors/request-format.ts';
import { type Effect, statusOf } from '../../../src/actors/turn.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Share } from './tape.ts';

/** All that is remembered between commits: the actors of each task, by ref. */
export type Actors = Map<number, Map<number, Actor>>;

export function playCommit(store: Store, actors: Actors, commit: readonly Share[]): void {
  store.transaction(() => {
    for (const share of commit) playShare(store, actors, share);
  });
}

function playShare(store: Store, all: Actors, { task, seq, entries }: Share): void {
  const actors = all.get(task.no) ?? new Map<number, Actor>();
  all.set(task.no, actors);
  /** States before this commit of those it changes; null for one born in it. */
  const before = new Map<number, string | null>();
  for (const line of entries) {
    const known = actors.get(line.r);
    if (!before.has(line.r)) before.set(line.r, known?.state ?? null);
    if (line.e.type === 'task.submitted') insertTask(store, task);
    const moments = new Map(known === undefined ? [] : [[line.r, known]]);
    const turn = takeLine(moments, line);
    if (turn === null) throw new Error(`task ${task.id}: ${line.e.type} for an actor that was not born`);
    const timers = timersAfter(known?.timers ?? NO_TIMERS, line, turn.effects);
    actors.set(line.r, { entry: task, ref: line.r, state: turn.state, context: turn.context, timers });
  }
  for (const [ref, stateBefore] of before) writeActor(store, actors.get(ref), stateBefore);
  store.appendJournal(task.no, seq, entries.length, writeEntries(entries));
  const status = statusOf(actors.get(TASK_REF)?.state ?? '');
  if (status === 'complete') all.delete(task.no);
}

function timersAfter(
  before: ArmedTimers,
  { e: event }: JournalEntry,
  effects: readonly Effect[],
): ArmedTimers {
  let timers = BIRTHS[event.type] ? NO_TIMERS : before;
  for (const { type, params } of effects) {
    if (type === 'xstate.cancel') {
      const { [(params as { sendId: string }).sendId]: _gone, ...rest } = timers;
      timers = rest;
    } else if (type === 'xstate.raise') {
      const { id, delay = 0 } = params as { id: string; delay?: number };
      if (delay > 0) timers = { ...timers, [id]: event.at + delay };
    }
  }
  return timers;
}

function writeActor(store: Store, actor: Actor | undefined, stateBefore: string | null): void {
  if (actor === undefined) return;
  if (stateBefore === null) store.insertActor(rowOf(actor));
  else store.updateActor(rowOf(actor));
  const status = statusOf(actor.state);
  const isNews = stateBefore === null || statusOf(stateBefore) !== status;
  if (actor.ref === TASK_REF && isNews) store.setTaskStatus(actor.entry.no, status);
}

function insertTask(store: Store, { no, id, tenant, name, priority, ...task }: Share['task']): void {
  store.insertTask({
    ...{ no, id, tenant, name, priority },
    workflow: task.workflowKey,
    status: 'pending',
    correlation: task.correlation,
    idempotencyKey: null,
    requestHash: null,
    createdAt: task.createdAt,
    request: writeRequest(task.request),
    tags: task.request.tags,
  });
}
