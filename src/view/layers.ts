/**
 * The steps of a workflow in layers, each one below all it depends on, and within a layer in an order in which few
 * edges cross: every vertex is put where its neighbours are in the middle, a few times down and up (Sugiyama,
 * Tagawa and Toda, 1981). An edge that passes a layer has a place in it. All of it in O(E log E).
 */

import type { CompiledWorkflow } from '../workflow/definition.ts';

export interface Vertex {
  /** Index of the step; null for an edge that passes. */
  readonly step: number | null;
  readonly layer: number;
  readonly above: Vertex[];
  readonly below: Vertex[];
  /** Within its layer. */
  order: number;
}

export interface Layers {
  readonly layers: readonly Vertex[][];
  /** From the vertex of step `from` to that of step `to`, all it passes between them included. */
  way(from: number, to: number): readonly Vertex[];
}

const SWEEPS = 4;
/** Beyond these, long edges run straight over whatever is in their way. */
const MOST_PASSING = 30_000;

export function layersOf(workflow: CompiledWorkflow): Layers {
  const rows = rowsOf(workflow);
  const layers: Vertex[][] = [];
  const add = (step: number | null, layer: number): Vertex => {
    const at = layers[layer] ?? [];
    layers[layer] = at;
    const vertex: Vertex = { step, layer, above: [], below: [], order: at.length };
    at.push(vertex);
    return vertex;
  };
  const steps = rows.map((layer, step) => add(step, layer));
  const edges = workflow.dependencies.flatMap((on, to) => on.map((from) => ({ from, to })));
  const length = ({ from, to }: { from: number; to: number }): number => (rows[to] ?? 0) - (rows[from] ?? 0);
  const passing = edges.reduce((sum, edge) => sum + length(edge) - 1, 0);
  const ways = new Map<string, Vertex[]>();
  for (const edge of edges) {
    const [start, end] = [steps[edge.from], steps[edge.to]];
    if (start === undefined || end === undefined) continue;
    const between = passing > MOST_PASSING ? 0 : length(edge) - 1;
    const way = [start];
    for (let passed = 1; passed <= between; passed++) way.push(add(null, start.layer + passed));
    way.push(end);
    for (const [index, vertex] of way.entries()) {
      const next = way[index + 1];
      if (next === undefined) break;
      vertex.below.push(next);
      next.above.push(vertex);
    }
    ways.set(`${edge.from} ${edge.to}`, way);
  }
  order(layers);
  return { layers, way: (from, to) => ways.get(`${from} ${to}`) ?? [] };
}

/** The layer of each step: the length of the longest way to it. */
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

function order(layers: readonly Vertex[][]): void {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const wanted = new Map(
        layer.map((vertex) => [vertex, middle(down ? vertex.above : vertex.below) ?? vertex.order]),
      );
      // Stable: those that want the same keep their order, which at first is that of the workflow.
      layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      for (const [index, vertex] of layer.entries()) vertex.order = index;
    }
  }
}

const middle = (neighbours: readonly Vertex[]): number | null =>
  neighbours.length === 0 ? null : neighbours.reduce((sum, { order }) => sum + order, 0) / neighbours.length;
