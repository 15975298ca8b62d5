/** Keeps the list of questions current, and its rows in place while somebody is at work on them. */

import { useRef, useState } from 'preact/hooks';
import { hrefOf } from '../router.ts';
import { useIsReading } from '../use-is-reading.ts';
import { useLive } from '../use-live.ts';
import { answer, type HeldQuestions, nextRows, unsettled } from './held-questions.ts';
import type { Ending, Questions } from './questions.ts';
import { readQuestions } from './reading.ts';

type Query = Readonly<Record<string, string | undefined>>;

/** `isAtWork`: besides pointing at it, scrolling or typing. */
export function useQuestions(query: Query, isAtWork: boolean) {
  const key = hrefOf('/approvals', query);
  const held = useRef<HeldQuestions | null>(null);
  const seen = useRef<{ data: Questions | null; isHeld: boolean }>({ data: null, isHeld: false });
  const [, draw] = useState({});
  const { isReading, props: reader } = useIsReading();
  const isHeld = isReading || isAtWork;
  const live = useLive(
    key,
    (signal) => readQuestions(query, unsettled(held.current, seen.current.isHeld), signal),
    hrefOf('/events', { tenantId: query['tenantId'] }),
  );
  const { data, refresh } = live;
  const isCurrent = held.current?.key === key && seen.current.data === data && seen.current.isHeld === isHeld;
  if (data !== null && !isCurrent) held.current = nextRows(held.current, { key, data, isHeld });
  seen.current = { data, isHeld };
  const rows = data === null || held.current?.key !== key ? null : held.current.rows;
  const end = (id: string, ending: Ending | null): void => {
    if (held.current !== null) held.current = answer(held.current, id, ending);
    draw({});
    refresh();
  };
  return { ...live, rows, reader, end };
}
