/** The drawings of a task and its machines. They depend on definitions alone, so they are asked for once. */

import { useEffect, useState } from 'preact/hooks';
import type { MachineChart, WorkflowGraph } from '../../diagrams/layout.ts';
import type { StepView } from '../../views/tasks.ts';
import { get } from '../api.ts';
import { taskPath } from './task-path.ts';

export interface Drawings {
  /** null until it has come. */
  readonly graph: WorkflowGraph | null;
  readonly charts: Charts | null;
  readonly problem: unknown;
}

/** The machines that a task and its steps live by. */
export interface Charts {
  readonly task: MachineChart;
  readonly step: MachineChart;
  readonly wait: MachineChart;
}

/** `step`: null for the task itself. */
export function chartOf(charts: Charts, step: Pick<StepView, 'wait'> | null): MachineChart {
  if (step === null) return charts.task;
  return step.wait === undefined ? charts.step : charts.wait;
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
      get<MachineChart>('/machines/wait/chart', { signal }),
    ]).then(
      ([task, step, wait]) => setDrawings((before) => ({ ...before, charts: { task, step, wait } })),
      fail,
    );
    return () => stop.abort();
  }, [id]);
  return drawings;
}
