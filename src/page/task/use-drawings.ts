/** The drawings of a task and its machines. They depend on definitions alone, so they are asked for once. */

import { useEffect, useState } from 'preact/hooks';
import type { MachineChart, WorkflowGraph } from '../../diagrams/layout.ts';
import { get } from '../api.ts';
import { taskPath } from './live-task.ts';

export interface Drawings {
  /** null until it has come. */
  readonly graph: WorkflowGraph | null;
  readonly charts: { readonly task: MachineChart; readonly step: MachineChart } | null;
  readonly problem: unknown;
}

export function useDrawings(id: string): Drawings {
  const [drawings, setDrawings] = useState<Drawings>({ graph: null, charts: null, problem: null });
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const fail = (problem: unknown): void => {
      if (!signal.aborted) setDrawings((before) => ({ ...before, problem }));
    };
    get<WorkflowGraph>(`${taskPath(id)}/graph`, { signal }).then(
      (graph) => setDrawings((before) => ({ ...before, graph })),
      fail,
    );
    Promise.all([
      get<MachineChart>('/machines/task/chart', { signal }),
      get<MachineChart>('/machines/step/chart', { signal }),
    ]).then(([task, step]) => setDrawings((before) => ({ ...before, charts: { task, step } })), fail);
    return () => stop.abort();
  }, [id]);
  return drawings;
}
