/**
 * A task at any moment of its past: every actor's state, what it would take from a person, when its timers would have
 * gone off, and what would follow from an event. All is computed by the machines from the journal, and nothing of it
 * is stored or done.
 */

import { Refusal } from '../errors.ts';
import type { MomentView, WhatIf, WhatIfView } from '../orchestrator.ts';
import type { JournalRow } from '../store/rows.ts';
import {
  type ArmedTimers,
  actorName,
  isStep,
  kindOf,
  NO_TIMERS,
  stepIndex,
  stepRef,
  TASK_REF,
  type TaskEntry,
} from './actor.ts';
import { entriesOf } from './journal.ts';
import type { StoredStep, StoredTask } from './reader.ts';
import { type Moment, takeLine } from './replay.ts';
import { stepNamed } from './task-effects.ts';
import { type Effect, statusOf, takeTurn } from './turn.ts';

interface Past extends Moment {
  readonly timers: ArmedTimers;
}

/** The actors of a task after journal entry `seq`, and when that was. */
interface Scene {
  readonly actors: ReadonlyMap<number, Past>;
  readonly at: number;
}

function sceneAt(rows: Iterable<JournalRow>, seq: number): Scene {
  const moments = new Map<number, Moment>();
  const timers = new Map<number, ArmedTimers>();
  let at = 0;
  for (const row of rows) {
    for (const [index, line] of entriesOf(row).entries()) {
      if (row.seq + index > seq) break;
      const turn = takeLine(moments, line);
      at = line.e.at;
      if (turn !== null)
        timers.set(line.r, timersAfter(timers.get(line.r) ?? NO_TIMERS, line.e, turn.effects));
    }
    if (row.seq + row.count > seq) break;
  }
  const actors = [...moments].map(([ref, { state, context }]): [number, Past] => [
    ref,
    { state, context, timers: timers.get(ref) ?? NO_TIMERS },
  ]);
  return { actors: new Map(actors), at };
}

/** One that went off is gone, whatever the state made of it. */
function timersAfter(
  before: ArmedTimers,
  event: { readonly type: string; readonly at: number },
  effects: readonly Effect[],
): ArmedTimers {
  const timers: Record<string, number> = { ...before };
  delete timers[event.type];
  for (const { type, params } of effects) {
    if (type === 'xstate.cancel') delete timers[(params as { sendId: string }).sendId];
    if (type !== 'xstate.raise') continue;
    const { id, delay } = params as { id: string; delay?: number };
    if (delay !== undefined && delay > 0) timers[id] = event.at + delay;
  }
  return timers;
}

const BY_HAND = {
  task: ['task.pause', 'task.resume', 'task.retry', 'task.cancel'],
  step: ['step.retry', 'step.skip', 'step.complete'],
} as const;

/** What a person may tell it. A step asks its task too: nothing is done to one that has ended, or not begun. */
function acceptedBy(ref: number, { state, context }: Moment, task: Moment): string[] {
  if (isStep(ref)) {
    const status = statusOf(task.state);
    if (status === 'complete' || status === 'cancelled' || task.context['startedAt'] === undefined) return [];
  }
  const kind = kindOf(ref);
  const event = { at: 0, by: 'nobody', reason: null, output: null };
  return BY_HAND[kind].filter((type) => {
    const turn = takeTurn(kind, state, context, { type, ...event });
    return !turn.effects.some((effect) => effect.type === 'ignored' || effect.type === 'stale');
  });
}

const iso = (at: number): string => new Date(at).toISOString();
const isoTimers = (timers: ArmedTimers): Record<string, string> =>
  Object.fromEntries(Object.entries(timers).map(([type, dueAt]) => [type, iso(dueAt)]));

/** `stored` is the task as it is now; it is compared where `seq` is the last of the journal. */
export function momentView(
  entry: TaskEntry,
  rows: Iterable<JournalRow>,
  { seq, last }: { readonly seq: number; readonly last: number },
  stored: StoredTask,
): MomentView {
  const { actors, at } = sceneAt(rows, seq);
  const task = taskOf(entry, actors);
  const steps = [...actors].filter(([ref]) => isStep(ref));
  return {
    seq,
    last,
    at: iso(at),
    task: {
      state: task.state,
      status: statusOf(task.state),
      context: task.context,
      accepts: acceptedBy(TASK_REF, task, task),
      timers: isoTimers(task.timers),
    },
    steps: Object.fromEntries(
      steps.map(([ref, step]) => [
        actorName(entry, ref).replace(/^step:/, ''),
        {
          state: step.state,
          status: statusOf(step.state),
          context: step.context,
          accepts: acceptedBy(ref, step, task),
          timers: isoTimers(step.timers),
        },
      ]),
    ),
    differs:
      seq === last &&
      (!isSame(task, stored) || steps.some(([ref, step]) => !isSame(step, stored.steps.get(stepIndex(ref))))),
  };
}

function taskOf(entry: TaskEntry, actors: ReadonlyMap<number, Past>): Past {
  const task = actors.get(TASK_REF);
  if (task === undefined) throw new Error(`assertion failed: the journal of task ${entry.id} begins with it`);
  return task;
}

function isSame({ state, context }: Moment, stored: StoredTask | StoredStep | undefined): boolean {
  if (stored === undefined || stored.state !== state) return false;
  // Through JSON, as what is stored has gone: there undefined and missing are one.
  return JSON.stringify(sorted(context)) === JSON.stringify(sorted(stored.context));
}

/** Of a context the order of its fields says nothing. */
const sorted = (context: object): [string, unknown][] =>
  Object.entries(context)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** What the actor would make of the event at that moment. */
export function whatIf(entry: TaskEntry, rows: Iterable<JournalRow>, seq: number, ask: WhatIf): WhatIfView {
  const { actors, at } = sceneAt(rows, seq);
  const ref = refOf(entry, ask.actor);
  const actor = ref === null ? undefined : actors.get(ref);
  if (ref === null || actor === undefined) {
    const message = `there is no actor "${ask.actor}" at event ${seq} of task ${entry.id}: name "task", or "step:NAME" of a step that has begun`;
    throw new Refusal('invalid', 'NO_SUCH_ACTOR', message, { faults: [{ pointer: '/actor', message }] });
  }
  const { state, context } = actor;
  const token = context['token'];
  const event = {
    at,
    by: ask.by,
    reason: null,
    dice: 0.5,
    ...(token === undefined ? {} : { token }),
    ...ask.event,
    type: timerType(actor.timers, ask.event.type),
  };
  try {
    const after = takeTurn(kindOf(ref), state, context, event);
    return {
      seq,
      at: iso(at),
      event,
      before: { state, context },
      after: { state: after.state, context: after.context },
      effects: after.effects.map(({ type, params }) => ({ type, params: params ?? null })),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `the machine cannot read this event: ${why}; give it the fields that its like have in the history`;
    throw new Refusal('invalid', 'UNREADABLE_EVENT', message, { faults: [{ pointer: '/event', message }] });
  }
}

function refOf(entry: TaskEntry, actor: string): number | null {
  if (actor === 'task') return TASK_REF;
  const index = actor.startsWith('step:') ? stepNamed(entry, actor.slice('step:'.length)) : null;
  return index === null ? null : stepRef(index);
}

/** The history calls a timer `timer.backoff`; the machine has a longer name for it. */
function timerType(timers: ArmedTimers, type: string): string {
  const [, name] = /^timer\.(.+)$/.exec(type) ?? [];
  if (name === undefined) return type;
  return Object.keys(timers).find((armed) => armed.startsWith(`xstate.after.${name}.`)) ?? type;
}
