/**
 * A task and its present moment, which are read together so that they agree, and its journal, which is read in pieces
 * beside them. The task alone comes first: it is soon told, however long its journal.
 */

import { useEffect, useState } from 'preact/hooks';
import type { MomentView } from '../../views/moments.ts';
import type { TaskView } from '../../views/tasks.ts';
import { get, Problem } from '../api.ts';
import { hrefOf } from '../router.ts';
import { type Live, useLive } from '../use-live.ts';
import { taskPath } from './task-path.ts';

export interface LiveTask {
  readonly task: TaskView;
  /** null until the machines have made it of the journal. */
  readonly now: MomentView | null;
}

export function useLiveTask(id: string): Live<LiveTask> {
  const path = taskPath(id);
  return useLive(
    id,
    async (signal, show) => {
      const task = await get<TaskView>(path, { signal });
      show((before) => before ?? { task, now: null });
      return { task, now: await get<MomentView>(`${path}/moment`, { signal }) };
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
