/** The drawings of one process: workflows and statecharts are placed by one thread, each only once. */

import { Elk } from './elk.ts';
import { MachineCharts } from './machine-chart.ts';
import { WorkflowGraphs } from './workflow-graph.ts';

export interface Drawings {
  readonly workflows: WorkflowGraphs;
  readonly machines: MachineCharts;
}

export function createDrawings(): Drawings {
  const elk = new Elk();
  return { workflows: new WorkflowGraphs(elk), machines: new MachineCharts(elk) };
}
