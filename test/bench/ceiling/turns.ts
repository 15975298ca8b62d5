/** One commit of the tape once more: the machines take their events, and their rows are written, in one transaction. */

import { type ActorState, takeLine } from '../../../src/history/replay.ts';
import { type Actor, type ArmedTimers, NO_TIMERS, rowOf } from '../../../src/kernel/actor.ts';
import { isBirth, type JournalEntry } from '../../../src/kernel/journal.ts';
import { writeEntries } from '../../../src/kernel/journal-format.ts';
import { writeRequest } from '../../../src/kernel/request-format.ts';
import { type Effect, statusOf } from '../../../src/kernel/turn.ts';
import { addressOf, TASK_REF } from '../../../src/store/address.ts';
import type { RowWriter } from '../../../src/store/row-writer.ts';
import type { SqliteStore } from '../../../src/store/sqlite-store.ts';
import type { Share } from './tape.ts';

/** All that is remembered between commits: the actors of each task, by ref. */
export type Actors = Map<number, Map<number, Actor>>;

export function playCommit(store: SqliteStore, actors: Actors, commit: readonly Share[]): void {
  store.rewrite((rows) => {
    for (const share of commit) playShare(rows, actors, share);
  });
}

function playShare(rows: RowWriter, all: Actors, { task, seq, entries }: Share): void {
  const actors = all.get(task.no) ?? new Map<number, Actor>();
  all.set(task.no, actors);
  /** States before this commit of those it changes; null for one born in it. */
  const before = new Map<number, string | null>();
  for (const line of entries) {
    const known = actors.get(line.r);
    if (!before.has(line.r)) before.set(line.r, known?.state ?? null);
    if (line.e.type === 'task.submitted') insertTask(rows, task);
    const moments = new Map(known === undefined ? [] : [[line.r, known as unknown as ActorState]]);
    const turn = takeLine(moments, line);
    if (turn === null) throw new Error(`task ${task.id}: ${line.e.type} for an actor that was not born`);
    const timers = timersAfter(known?.timers ?? NO_TIMERS, line, turn.effects);
    const life = { entry: task, state: turn.state, context: turn.context, timers };
    // The machine that took the line is the one of the address.
    actors.set(line.r, { ...addressOf(task.no, line.r), ...life } as unknown as Actor);
  }
  for (const [ref, stateBefore] of before) writeActor(rows, actors.get(ref), stateBefore);
  rows.appendJournal(task.no, seq, entries.length, writeEntries(entries));
  const status = statusOf(actors.get(TASK_REF)?.state ?? '');
  if (status === 'complete') all.delete(task.no);
}

function timersAfter(
  before: ArmedTimers,
  { e: event }: JournalEntry,
  effects: readonly Effect[],
): ArmedTimers {
  let timers = isBirth(event.type) ? NO_TIMERS : before;
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

function writeActor(rows: RowWriter, actor: Actor | undefined, stateBefore: string | null): void {
  if (actor === undefined) return;
  if (stateBefore === null) rows.insertActor(rowOf(actor));
  else rows.updateActor(rowOf(actor));
  const status = statusOf(actor.state);
  const isNews = stateBefore === null || statusOf(stateBefore) !== status;
  if (actor.kind === 'task' && isNews) rows.setTaskStatus(actor.entry.no, status);
}

function insertTask(rows: RowWriter, { no, id, tenant, name, priority, ...task }: Share['task']): void {
  rows.insertTask({
    ...{ no, id, tenant, name, priority },
    workflow: task.workflowKey,
    status: 'pending',
    correlation: task.correlation,
    idempotencyKey: null,
    requestHash: null,
    parent: null,
    createdAt: task.createdAt,
    request: writeRequest(task.request),
    tags: task.request.tags,
  });
}
