/** How a wait counts its children: never a list of them, and never more alive than its window. */

import type { Ending, WaitContext, WaitEvent } from './wait-model.ts';

const of = ({
  total = 0,
  window = 1,
  wave = 1,
  next = 0,
  open = 0,
  lost = 0,
  again = 0,
  tolerate = 0,
}: WaitContext) => ({
  total,
  window,
  wave,
  next,
  open,
  lost,
  again,
  tolerate,
});

export const hasOpen = (context: WaitContext): boolean => of(context).open > 0;

/** None works any more, and it is to end so. */
export const endsAs = (context: WaitContext, as: Ending['as']): boolean =>
  !hasOpen(context) && context.ending?.as === as;

/** More are lost than may be: nothing new is spawned. */
const hasLostTooMany = (context: WaitContext): boolean => of(context).lost > of(context).tolerate;

/** None works any more, and none is to be spawned or retried. */
function areOver(context: WaitContext): boolean {
  const { total, next, open, again } = of(context);
  if (context.total === undefined || open > 0 || again > 0) return false;
  return next === total || hasLostTooMany(context);
}

export const areDone = (context: WaitContext): boolean => areOver(context) && !hasLostTooMany(context);
export const areLost = (context: WaitContext): boolean => areOver(context) && hasLostTooMany(context);

/** The counters once there is a child for all the room. */
export function spawned(context: WaitContext): Partial<WaitContext> {
  const { total, window, wave, next, open, again } = of(context);
  // Children that are retried go before new ones.
  const room = hasLostTooMany(context) ? 0 : Math.min(window - open - again, total - next, wave);
  return room > 0 ? { next: next + room, open: open + room } : { next };
}

/** More may be spawned than one turn spawns. */
export const hasRoom = (context: WaitContext): boolean =>
  context.ending === undefined && (spawned(context).next ?? 0) > (context.next ?? 0);

/** The counters after news of a child. */
export function counted(context: WaitContext, event: WaitEvent): Partial<WaitContext> {
  const { open, lost, again } = of(context);
  const { done = 0 } = context;
  switch (event.type) {
    case 'child.complete':
      return { open: open - 1, done: done + 1 };
    case 'child.failed':
    case 'child.cancelled':
      return { open: open - 1, lost: lost + 1, ...(event.unknown === true ? { unknown: true } : {}) };
    case 'child.revived':
      return { open: open + 1, lost: lost - 1, again: again > 0 ? again - 1 : undefined };
    default:
      return {};
  }
}
