/** Keeps what all views look at in the address: a view, a step and a moment. */

import { useEffect, useState } from 'preact/hooks';
import { setQuery, useRoute } from '../router.ts';

export const VIEWS = ['graph', 'chart', 'timeline', 'journal'] as const;
export type ViewName = (typeof VIEWS)[number];

export interface Selection {
  readonly view: ViewName;
  readonly step: string | null;
  /** A journal entry; null for now. */
  readonly seq: number | null;
  setView(view: ViewName): void;
  /** null for the task itself. */
  setStep(step: string | null): void;
  setSeq(seq: number | null): void;
}

/** Browsers refuse an address that changes with every move of a slider. */
const SETTLED_MS = 250;

export function useSelection(): Selection {
  const { query } = useRoute();
  const inAddress = readSeq(query['seq']);
  // The slider's present place; the address follows when it rests.
  const [seq, setSeq] = useState(inAddress);
  useEffect(() => setSeq(inAddress), [inAddress]);
  useEffect(() => {
    if (seq === inAddress) return;
    const timer = setTimeout(() => setQuery({ seq }, { replace: true }), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [seq, inAddress]);
  return {
    view: VIEWS.find((view) => view === query['view']) ?? 'graph',
    step: query['step'] ?? null,
    seq,
    setView: setViewQuery,
    setStep: setStepQuery,
    setSeq,
  };
}

// The same functions for ever, so that what is given them is not drawn again.
const setViewQuery = (view: ViewName): void => setQuery({ view });
const setStepQuery = (step: string | null): void => setQuery({ step });

function readSeq(text: string | undefined): number | null {
  return text === undefined || !/^\d{1,15}$/.test(text) ? null : Number(text);
}
