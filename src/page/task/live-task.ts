/** A task, its journal and its present moment, read together so that no view disagrees with another. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { MomentView } from '../../actors/moment-views.ts';
import type { HistoryEvent, TaskView } from '../../actors/views.ts';
import { get, Problem } from '../api.ts';
import { hrefOf } from '../router.ts';
import { type Live, useLive } from '../use-live.ts';
import { EMPTY_JOURNAL, extend, type Journal } from './journal.ts';

export interface LiveTask {
  readonly task: TaskView;
  readonly journal: Journal;
  readonly now: MomentView;
}

export const taskPath = (id: string): string => `/tasks/${encodeURIComponent(id)}`;

export function useLiveTask(id: string): Live<LiveTask> {
  const known = useRef(EMPTY_JOURNAL);
  return useLive(
    id,
    async (signal) => {
      const path = taskPath(id);
      const after = known.current.events.at(-1)?.seq ?? null;
      // The journal first: what is read after it is not older than its end.
      const { events } = await get<{ events: HistoryEvent[] }>(hrefOf(`${path}/history`, { after }), {
        signal,
      });
      const [task, now] = await Promise.all([
        get<TaskView>(path, { signal }),
        get<MomentView>(`${path}/moment`, { signal }),
      ]);
      known.current = extend(known.current, events);
      return { task, journal: known.current, now };
    },
    hrefOf('/events', { taskId: id }),
  );
}

/** A slider passes many moments on its way; only where it rests is worth asking. */
const RESTS_MS = 120;

export interface PastMoment {
  readonly moment: MomentView | null;
  readonly problem: Problem | null;
}

/** The moment after `seq`. Until it has come, the one before it is shown. */
export function useMoment(id: string, seq: number | null): PastMoment {
  const [past, setPast] = useState<PastMoment>({ moment: null, problem: null });
  useEffect(() => {
    if (seq === null) {
      setPast({ moment: null, problem: null });
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      get<MomentView>(hrefOf(`${taskPath(id)}/moment`, { seq }), { signal: stop.signal }).then(
        (moment) => setPast({ moment, problem: null }),
        (problem: unknown) => {
          if (!stop.signal.aborted && problem instanceof Problem) setPast({ moment: null, problem });
        },
      );
    }, RESTS_MS);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [id, seq]);
  return past;
}
