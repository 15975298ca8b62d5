/** The task list as one reads it: what holds its rows in place, and the rows. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { TaskSummary } from '../../views/tasks.ts';
import { type HeldList, nextList } from './held-list.ts';
import type { TaskList } from './reading.ts';

/** A user who scrolled, points at the list or has focus in it reads it: moving rows would be lost. */
export function useIsReading() {
  const [isScrolled, setScrolled] = useState(false);
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  useEffect(() => {
    const look = (): void => setScrolled(window.scrollY > 0);
    look();
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, []);
  const props = {
    // A finger points at nothing once it is lifted.
    onPointerEnter: ({ pointerType }: PointerEvent) => setPointed(pointerType !== 'touch'),
    onPointerMove: ({ pointerType }: PointerEvent) => setPointed(pointerType !== 'touch'),
    onPointerLeave: () => setPointed(false),
    onFocusIn: ({ target }: FocusEvent) =>
      setFocused(target instanceof Element && target.matches(':focus-visible')),
    onFocusOut: () => setFocused(false),
  };
  return { isReading: isScrolled || isPointed || isFocused, props };
}

export interface HeldRows {
  readonly rows: readonly TaskSummary[];
  readonly chosen: readonly TaskSummary[];
  readonly nextCursor: string | null;
  /** How many new ones wait, as a text; null for none. */
  readonly waiting: string | null;
  showNew(): void;
}

/** `held` has the latest state of it, for whoever reads what is held. */
export function useHeldList(
  held: { current: HeldList | null },
  key: string,
  data: TaskList | null,
  isHeld: boolean,
  chosen: ReadonlySet<string>,
): HeldRows {
  const seen = useRef<{ data: TaskList | null; isHeld: boolean }>({ data: null, isHeld: false });
  const [, draw] = useState({});
  const isCurrent = held.current?.key === key && seen.current.data === data && seen.current.isHeld === isHeld;
  if (data !== null && !isCurrent) held.current = nextList(held.current, { key, list: data, isHeld, chosen });
  seen.current = { data, isHeld };
  const list = data === null ? null : held.current;
  const known = (ids: Iterable<string>): TaskSummary[] =>
    [...ids].flatMap((id) => list?.known.get(id) ?? data?.tasks.find((task) => task.id === id) ?? []);
  const count = list?.waiting.size ?? 0;
  return {
    rows: known(list?.ids ?? []),
    chosen: known(chosen),
    nextCursor: list?.nextCursor ?? null,
    waiting: count === 0 ? null : `${count}${list?.mayBeMore ? ' or more' : ''} new`,
    showNew() {
      if (data !== null) held.current = nextList(held.current, { key, list: data, isHeld: false, chosen });
      window.scrollTo(0, 0);
      draw({});
    },
  };
}
