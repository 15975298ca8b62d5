/** One line of the journal: the event that an actor took, and what it changed. */

import type { StepContext } from '../../machines/index.ts';
import { type Actor, TASK_REF } from './actor.ts';
import type { ActorEvent } from './batch.ts';
import { FAILURES, factOf, type JournalEntry } from './journal.ts';
import type { Effect } from './turn.ts';

/** How a journal tells of the beginning of an actor. */
export interface Birth {
  readonly type: 'task.submitted' | 'step.spawned' | 'webhook.created';
  readonly at: number;
  readonly input: unknown;
  readonly machine?: string;
}

/** Fields that do not apply are left out: there are many entries, and they are kept for ever. */
export function entryOf(
  { ref, state, context }: Actor,
  before: Actor | null,
  event: ActorEvent | Birth,
  effects: readonly Effect[],
  stale: boolean,
): JournalEntry {
  const { attempt = 0, error, delayMs } = context as Partial<StepContext>;
  const fact = factOf(ref, before?.state ?? null, state, effects);
  const entry: { -readonly [K in keyof JournalEntry]: JournalEntry[K] } = {
    r: ref,
    e: event as JournalEntry['e'],
    t: state,
  };
  if (ref !== TASK_REF && attempt > 0) entry.a = attempt;
  if (fact !== undefined) entry.k = fact;
  if (
    fact !== undefined &&
    FAILURES.has(fact) &&
    event.type !== 'attempt.failed' &&
    event.type !== 'step.retrying' &&
    error !== undefined
  )
    entry.x = error;
  if (fact === 'retrying' && delayMs !== undefined) entry.d = delayMs;
  if (stale) entry.s = 1;
  return entry;
}
