/** Which transition of a statechart an actor took last, told from its journal, which knows only outer states. */

import type { ChartTransition } from '../../diagrams/layout.ts';

export interface LastEvent {
  /** As the journal calls it: `attempt.failed`, `timer.backoff`. */
  readonly event: string;
  /** The outer state before; null at birth. */
  readonly from: string | null;
}

type Candidate = Pick<ChartTransition, 'from' | 'to' | 'event'>;

/** null when the actor was born there, or the event changed no state. Where guards decide, the end tells. */
export function lastTransition<Transition extends Candidate>(
  transitions: readonly Transition[],
  active: string,
  last: LastEvent | null,
): Transition | null {
  if (last === null || last.from === null) return null;
  const { event, from } = last;
  const candidates = transitions.filter(
    (transition) => outer(transition.from) === from && leadsTo(transition.to, active),
  );
  const named = candidates.find((transition) => isTimerOf(event, transition.event));
  // A report may move a task on by a transition that needs no event of its own.
  return named ?? (from === outer(active) ? null : (candidates.find((each) => each.event === '') ?? null));
}

const outer = (state: string): string => state.split('.')[0] ?? state;

/** An outer state is entered at its first inner one. */
const leadsTo = (to: string, active: string): boolean => active === to || active.startsWith(`${to}.`);

/**
 * Tells whether two spellings mean one event: the history's `timer.backoff` is `xstate.after.backoff.…` to the
 * machine.
 */
function isTimerOf(event: string, other: string): boolean {
  return event === other || (timerName(event) !== null && timerName(event) === timerName(other));
}

/** Names the event of a timer without what the machine calls it besides. */
export const timerText = (event: string): string => timerName(event) ?? event;

function timerName(event: string): string | null {
  return /^(?:timer|xstate\.after)\.([^.]+)/.exec(event)?.[1] ?? null;
}
