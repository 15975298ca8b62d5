/** The timers of an actor after a turn: those that its machine armed, without those it disarmed. */

import { type ArmedTimers, NO_TIMERS } from './actor.ts';
import type { Effect } from './turn.ts';

/** `raise` is told the types of the events that the machine raises for itself without a delay. */
export function timersAfter(
  before: ArmedTimers,
  effects: readonly Effect[],
  now: number,
  raise: (type: string) => void,
): ArmedTimers {
  let timers = before;
  for (const effect of effects) {
    if (effect.type === 'xstate.cancel') {
      timers = without(timers, (effect.params as { sendId: string }).sendId);
    } else if (effect.type === 'xstate.raise') {
      const { event, id, delay } = effect.params as { event: { type: string }; id: string; delay?: number };
      if (delay === undefined) continue;
      if (id !== event.type) throw new Error(`assertion failed: timer ${id} is called as its event`);
      if (delay > 0) timers = { ...timers, [id]: now + delay };
      else raise(event.type);
    }
  }
  return timers;
}

function without(timers: ArmedTimers, type: string): ArmedTimers {
  const { [type]: _gone, ...rest } = timers;
  return Object.keys(rest).length === 0 ? NO_TIMERS : rest;
}
