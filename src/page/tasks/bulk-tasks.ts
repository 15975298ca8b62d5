/** Which tasks a verb is told to when it is told to many, as they are when one asks. */

import { useEffect, useState } from 'preact/hooks';
import type { TaskSummary } from '../../views/tasks.ts';
import { type BulkVerb, statesFor } from './acceptance.ts';
import { matching, type Query, readNamed } from './reading.ts';

export interface Bulk {
  readonly verb: BulkVerb;
  /** The tasks that were chosen, or null: all that the filters match. */
  readonly chosen: readonly TaskSummary[] | null;
  readonly query: Query;
}

export interface Found {
  readonly found: readonly TaskSummary[];
  readonly complete: boolean;
  readonly problem: unknown;
}

const SHOWN_EVERY = 200;

export function useBulkTasks({ verb, chosen, query }: Bulk): Found {
  const [state, setState] = useState<Found>({ found: chosen ?? [], complete: false, problem: null });
  useEffect(() => {
    const stop = new AbortController();
    // One that moved on meanwhile is found in two states: it is told once.
    const found = new Map<string, TaskSummary>();
    const collect = async () => {
      if (chosen !== null)
        for (const task of await readNamed(
          chosen.map(({ id }) => id),
          stop.signal,
        ))
          found.set(task.id, task);
      else
        for await (const task of matching(query, statesFor(verb), stop.signal)) {
          found.set(task.id, task);
          if (found.size % SHOWN_EVERY === 0)
            setState({ found: [...found.values()], complete: false, problem: null });
        }
      setState({ found: [...found.values()], complete: true, problem: null });
    };
    collect().catch((problem: unknown) => {
      // Nobody knows which part of the selection this is: nothing can be told to it.
      if (!stop.signal.aborted) setState({ found: [...found.values()], complete: false, problem });
    });
    return () => stop.abort();
    // The dialog is about the selection at the moment it opened.
  }, []);
  return state;
}
