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
  told = 0,
  tolerate = 0,
}: WaitContext) => ({
  total,
  window,
  wave,
  next,
  open,
  lost,
  again,
  told,
  tolerate,
});

export const hasOpen = (context: WaitContext): boolean => of(context).open > 0;

/** None works any more, and it is to end so. */
export const endsAs = (context: WaitContext, as: Ending['as']): boolean =>
  !hasOpen(context) && context.ending?.as === as;

/** More are lost than may be, those aside that are to try again: nothing new is spawned. */
function hasLostTooMany(context: WaitContext): boolean {
  const { lost, again, told, tolerate } = of(context);
  return lost - again - told > tolerate;
}

/** None works any more, and none is to be spawned or retried. */
function areOver(context: WaitContext): boolean {
  const { total, next, open, again, told } = of(context);
  if (context.total === undefined || open > 0 || told > 0) return false;
  return hasLostTooMany(context) || (next === total && again === 0);
}

export const areDone = (context: WaitContext): boolean => areOver(context) && !hasLostTooMany(context);
export const areLost = (context: WaitContext): boolean => areOver(context) && hasLostTooMany(context);

/** The counters once there is a child for all the room. */
export function spawned(context: WaitContext): Partial<WaitContext> {
  const { total, window, wave, next, open, again, told } = of(context);
  // Children that are retried go before new ones.
  const isFull = again > 0 || hasLostTooMany(context);
  const room = isFull ? 0 : Math.min(window - open - told, total - next, wave);
  return room > 0 ? { next: next + room, open: open + room } : { next };
}

/** All that are lost now are to try again, the first of them first. */
export const toRetry = ({ lost }: WaitContext): Partial<WaitContext> => ({
  again: lost,
  from: 0,
  told: undefined,
});

/** The end of its time, when it goes on after it has failed. */
export const renewed = (
  { policy: { withinMs } }: WaitContext,
  { at }: WaitEvent,
): Pick<WaitContext, 'until'> => (withinMs === undefined ? {} : { until: at + withinMs });

/** So many lost children are told to try again now: those told before have all begun. */
function roomToRetry(context: WaitContext): number {
  const { window, wave, open, again, told } = of(context);
  return told > 0 || hasLostTooMany(context) ? 0 : Math.min(window - open, again, wave);
}

/** The counters once as many lost children as there is room for are told to try again. */
export function retried(context: WaitContext): Partial<WaitContext> {
  const room = roomToRetry(context);
  return room > 0 ? { again: of(context).again - room, told: room } : {};
}

/** More may be spawned or retried than one turn does. */
export const hasRoom = (context: WaitContext): boolean =>
  context.ending === undefined &&
  (roomToRetry(context) > 0 || (spawned(context).next ?? 0) > (context.next ?? 0));

/** The counters after news of a child. */
export function counted(context: WaitContext, event: WaitEvent): Partial<WaitContext> {
  const { open, lost, again } = of(context);
  const { done = 0 } = context;
  switch (event.type) {
    case 'child.complete':
      return { open: open - 1, done: done + 1 };
    case 'child.failed':
    case 'child.cancelled':
      return {
        open: open - 1,
        lost: lost + 1,
        ...(isBehind(context, event.index) ? { again: again + 1 } : {}),
        ...(event.unknown === true ? { unknown: true } : {}),
      };
    case 'child.revived':
      return { open: open + 1, lost: lost - 1, ...begun(context, event.index) };
    default:
      return {};
  }
}

/** The lost ones from there on have not been told yet. */
const isBehind = ({ from }: WaitContext, index: number): boolean => from !== undefined && index >= from;

/** A lost child works again: it was told to, or a person was faster. */
function begun(context: WaitContext, index: number): Partial<WaitContext> {
  const { told } = of(context);
  const again = of(context).again - (told === 0 && isBehind(context, index) ? 1 : 0);
  const left = Math.max(0, told - 1);
  if (again === 0 && left === 0) return { again: undefined, told: undefined, from: undefined };
  return told === 0 ? { again } : { told: left, from: Math.max(context.from ?? 0, index + 1) };
}
