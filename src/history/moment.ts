/**
 * A task at any moment of its past: every actor's state, what it would take from a person, when its timers would have
 * gone off, and what would follow from an event. All is computed by the machines from the journal, and nothing of it
 * is stored or done.
 */

import { Refusal, reasonOf } from '../errors.ts';
import { type ArmedTimers, definitionOf, kindOf, placeOf, type TaskEntry } from '../kernel/actor.ts';
import { COMMANDS } from '../kernel/commands.ts';
import { readContext, writeContext } from '../kernel/context-format.ts';
import { stepNamed } from '../kernel/task-effects.ts';
import { statusOf, takeTurn } from '../kernel/turn.ts';
import { type Address, addressOf, isStepPlace, refOf, taskAt } from '../store/address.ts';
import type { ActorRow } from '../store/rows.ts';
import type { ActorMoment, MomentView, WhatIf, WhatIfView } from '../views/moments.ts';
import type { Checkpoint, CheckpointActor } from './checkpoints.ts';
import type { ActorState } from './replay.ts';

/** Nothing is done to a step whose task has ended, or not begun. */
function takesPart({ state, context }: ActorState): boolean {
  const status = statusOf(state);
  return status !== 'complete' && status !== 'cancelled' && context['startedAt'] !== undefined;
}

/** Lists the events that a person may send to it. */
function acceptedBy(address: Address, { state, context }: ActorState): string[] {
  const kind = kindOf(address);
  const event = { at: 0, by: 'nobody', reason: null, output: null };
  return COMMANDS[kind].filter((type) => {
    const turn = takeTurn(kind, state, context, { type, ...event });
    return !turn.effects.some((effect) => effect.type === 'ignored' || effect.type === 'stale');
  });
}

const iso = (at: number): string => new Date(at).toISOString();
const isoTimers = (timers: ArmedTimers): Record<string, string> =>
  Object.fromEntries(Object.entries(timers).map(([type, dueAt]) => [type, iso(dueAt)]));

/** Keeps the views of actors: one that did not change between two moments is computed once. */
const views = new WeakMap<CheckpointActor, ActorMoment>();

/** As long as its task lets it do anything. */
function viewOf(address: Address, actor: CheckpointActor): ActorMoment {
  const known = views.get(actor);
  if (known !== undefined) return known;
  const { state, context, timers } = actor;
  const accepts = acceptedBy(address, actor);
  const view = { state, status: statusOf(state), context, accepts, timers: isoTimers(timers) };
  views.set(actor, view);
  return view;
}

/** `stored` are the actors of the task as they are now; they are compared where `seq` is the last of the journal. */
export function momentView(
  entry: TaskEntry,
  { seq, at, actors }: Checkpoint,
  last: number,
  stored: () => readonly ActorRow[],
): MomentView {
  const task = taskOf(entry, actors);
  const isOpen = takesPart(task);
  const steps: Record<string, ActorMoment> = {};
  for (const [ref, step] of actors) {
    const address = addressOf(entry.no, ref);
    if (!isStepPlace(address)) continue;
    const view = viewOf(address, step);
    steps[definitionOf(entry, address.index).name] = isOpen ? view : { ...view, accepts: [] };
  }
  return {
    seq,
    last,
    at: iso(at),
    task: viewOf(taskAt(entry.no), task),
    steps,
    differs: seq === last && differs(actors, stored()),
  };
}

function differs(actors: Checkpoint['actors'], rows: readonly ActorRow[]): boolean {
  const stored = new Map(rows.map((row) => [row.ref, row]));
  return [...actors].some(
    ([ref, actor]) => addressOf(0, ref).kind !== 'delivery' && !isSame(actor, stored.get(ref)),
  );
}

function taskOf(entry: TaskEntry, actors: ReadonlyMap<number, CheckpointActor>): CheckpointActor {
  const task = actors.get(refOf(taskAt(entry.no)));
  if (task === undefined) throw new Error(`assertion failed: the journal of task ${entry.id} begins with it`);
  return task;
}

function isSame({ state, context }: ActorState, stored: ActorRow | undefined): boolean {
  if (stored === undefined || stored.state !== state) return false;
  if (stored.context === writeContext(context)) return true;
  // Through JSON, as what is stored has gone: there undefined and missing are one.
  return JSON.stringify(sorted(context)) === JSON.stringify(sorted(readStored(stored)));
}

function readStored({ context }: ActorRow): object {
  try {
    return readContext(context);
  } catch {
    // Damaged: the same as nothing that the machines make.
    return {};
  }
}

/** Sorts the fields of a context, since their order says nothing. */
const sorted = (context: object): [string, unknown][] =>
  Object.entries(context)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** Shows what the actor would make of the event at that moment. */
export function whatIf(entry: TaskEntry, { seq, at, actors }: Checkpoint, ask: WhatIf): WhatIfView {
  const address = addressNamed(entry, ask.actor);
  const actor = address === null ? undefined : actors.get(refOf(address));
  if (address === null || actor === undefined) {
    const message = `there is no actor "${ask.actor}" at event ${seq} of task ${entry.id}: name "task", or "step:NAME" of a step that has begun`;
    throw new Refusal('NO_SUCH_ACTOR', message, { faults: [{ pointer: '/actor', message }] });
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
    const after = takeTurn(kindOf(address), state, context, event);
    return {
      seq,
      at: iso(at),
      event,
      before: { state, context },
      after: { state: after.state, context: after.context as ActorState['context'] },
      effects: after.effects.map(({ type, params }) => ({ type, params: params ?? null })),
    };
  } catch (error) {
    const why = reasonOf(error);
    const message = `the machine cannot read this event: ${why}; give it the fields that its like have in the history`;
    throw new Refusal('UNREADABLE_EVENT', message, { faults: [{ pointer: '/event', message }] });
  }
}

function addressNamed(entry: TaskEntry, actor: string): Address | null {
  if (actor === 'task') return taskAt(entry.no);
  const index = actor.startsWith('step:') ? stepNamed(entry, actor.slice('step:'.length)) : null;
  return index === null ? null : placeOf(entry, index);
}

/** The history calls a timer `timer.backoff`; the machine has a longer name for it. */
function timerType(timers: ArmedTimers, type: string): string {
  const [, name] = /^timer\.(.+)$/.exec(type) ?? [];
  if (name === undefined) return type;
  return Object.keys(timers).find((armed) => armed.startsWith(`xstate.after.${name}.`)) ?? type;
}
