/** The task list as one reads it: its rows, and what came in meanwhile. */

import { useRef, useState } from 'preact/hooks';
import type { TaskSummary } from '../../views/tasks.ts';
import { type HeldList, nextList } from './held-list.ts';
import type { TaskList } from './reading.ts';

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
