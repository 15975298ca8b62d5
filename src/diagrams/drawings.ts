/** The drawings of a process: workflows and statecharts are placed by one thread, each only once. */

import { Elk } from './elk.ts';
import { MachineCharts } from './machine-chart.ts';
import { WorkflowGraphs } from './workflow-graph.ts';

const elk = new Elk();

export const drawings = { workflows: new WorkflowGraphs(elk), machines: new MachineCharts(elk) } as const;
