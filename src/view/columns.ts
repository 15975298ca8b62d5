/**
 * A graph placed without looking for few crossings, in linear time, for those too big for better: each step stands
 * one row below the lowest step it depends on.
 */

import type { CompiledWorkflow } from '../workflow/definition.ts';
import type { GraphNode, WorkflowGraph } from './workflow-graph.ts';

const GAP = 28;
const ROW_GAP = 64;
const MARGIN = 12;

export function columns(graph: WorkflowGraph, workflow: CompiledWorkflow): WorkflowGraph {
  const rows = rowsOf(workflow);
  const ends: number[] = [];
  const nodes = graph.nodes.map((node, index): GraphNode => {
    const row = rows[index] ?? 0;
    const x = ends[row] ?? MARGIN;
    ends[row] = x + node.width + GAP;
    return { ...node, x, y: MARGIN + row * (node.height + ROW_GAP) };
  });
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return {
    nodes,
    edges: graph.edges.map((edge) => {
      const [from, to] = [byName.get(edge.from), byName.get(edge.to)];
      if (from === undefined || to === undefined) return edge;
      const start = [Math.round(from.x + from.width / 2), from.y + from.height] as const;
      return { ...edge, points: [start, [Math.round(to.x + to.width / 2), to.y]] };
    }),
    width: ends.reduce((widest, end) => Math.max(widest, end - GAP + MARGIN), 0),
    height: nodes.reduce((lowest, { y, height }) => Math.max(lowest, y + height + MARGIN), 0),
  };
}

/** The row of each step: the length of the longest way to it. */
function rowsOf({ definition, dependencies, dependents }: CompiledWorkflow): number[] {
  const rows = definition.steps.map(() => 0);
  const unmet = dependencies.map(({ length }) => length);
  const ready = unmet.flatMap((count, index) => (count === 0 ? [index] : []));
  for (const index of ready) {
    for (const dependent of dependents[index] ?? []) {
      rows[dependent] = Math.max(rows[dependent] ?? 0, (rows[index] ?? 0) + 1);
      unmet[dependent] = (unmet[dependent] ?? 0) - 1;
      if (unmet[dependent] === 0) ready.push(dependent);
    }
  }
  return rows;
}
