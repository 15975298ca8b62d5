/** One line of the journal: the event that an actor took, and what it changed. */

import { refOf } from '../store/address.ts';
import type { Actor } from './actor.ts';
import type { MachineEvent } from './advance.ts';
import { type Birth, FAILURES, factOf, type JournalEntry } from './journal.ts';
import type { Effect } from './turn.ts';

/** Fields that do not apply are left out: there are many entries, and they are kept for ever. */
export function entryOf(
  actor: Actor,
  before: Actor | null,
  event: MachineEvent | Birth,
  effects: readonly Effect[],
  stale: boolean,
): JournalEntry {
  const { state } = actor;
  const { error } = actor.context;
  const fact = factOf(actor, before?.state ?? null, effects);
  const entry: { -readonly [K in keyof JournalEntry]: JournalEntry[K] } = {
    r: refOf(actor),
    e: event as JournalEntry['e'],
    t: state,
  };
  if (actor.kind !== 'task' && actor.context.attempt > 0) entry.a = actor.context.attempt;
  if (fact !== undefined) entry.k = fact;
  if (
    fact !== undefined &&
    FAILURES.has(fact) &&
    event.type !== 'attempt.failed' &&
    event.type !== 'step.retrying' &&
    error !== undefined
  )
    entry.x = error;
  if (fact === 'retrying' && 'delayMs' in actor.context && actor.context.delayMs !== undefined)
    entry.d = actor.context.delayMs;
  if (fact === 'reminded' && actor.kind === 'wait') {
    const { until, prompt } = actor.context;
    entry.w = { ...(until === undefined ? {} : { until }), ...(prompt === undefined ? {} : { prompt }) };
  }
  if (stale) entry.s = 1;
  return entry;
}
