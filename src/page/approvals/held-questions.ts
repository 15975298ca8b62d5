/**
 * The rows of the list while somebody reads it: each keeps its place, also when its question is answered elsewhere, so
 * that no button moves under a pointer. A row that was answered here stays: it tells what came of it.
 */

import { type Ending, keyOf, type Question, type Questions } from './questions.ts';

export interface Row {
  readonly question: Question;
  /** Null while it is open. */
  readonly ending: Ending | null;
}

export interface HeldQuestions {
  /** Which list it is: its filters and its page. */
  readonly key: string;
  readonly rows: readonly Row[];
  /** The ids of questions that somebody has answered here, or tried to. */
  readonly answered: ReadonlySet<string>;
}

interface Reading {
  readonly key: string;
  readonly data: Questions;
  /** Somebody holds on to all rows that are there. */
  readonly isHeld: boolean;
}

export function nextRows(before: HeldQuestions | null, { key, data, isHeld }: Reading): HeldQuestions {
  const { open, endings } = data;
  const fresh = (question: Question): Row => ({ question, ending: null });
  if (before?.key !== key) return { key, rows: open.map(fresh), answered: new Set() };
  const latest = new Map(open.map((question) => [keyOf(question), question]));
  const kept = before.rows.flatMap((row): Row[] => {
    const id = keyOf(row.question);
    const question = latest.get(id);
    if (question !== undefined) return [fresh(question)];
    return isHeld || before.answered.has(id) ? [{ ...row, ending: endings.get(id) ?? row.ending }] : [];
  });
  const known = new Set(kept.map(({ question }) => keyOf(question)));
  const rows = [...kept, ...open.filter((question) => !known.has(keyOf(question))).map(fresh)];
  // A question that comes in while somebody reads stands at the end, wherever it belongs.
  if (!isHeld) rows.sort((a, b) => Date.parse(a.question.since) - Date.parse(b.question.since));
  return { ...before, rows };
}

/** Its row tells how it ended before the list is read again; null: the answer was refused. */
export function answer(held: HeldQuestions, id: string, ending: Ending | null): HeldQuestions {
  const rows = held.rows.map((row) =>
    keyOf(row.question) === id ? { ...row, ending: ending ?? row.ending } : row,
  );
  return { ...held, rows, answered: new Set([...held.answered, id]) };
}

/** The rows that are shown though their questions may wait no more, and whose ending is to be read. */
export const unsettled = (held: HeldQuestions | null, isHeld: boolean): Question[] =>
  (held?.rows ?? []).flatMap(({ question, ending }) => {
    const isShown = isHeld || held?.answered.has(keyOf(question)) === true;
    return isShown && ending === null ? [question] : [];
  });
