/**
 * Cells in layers, each one below all it depends on, and within a layer in an order in which few links cross: every
 * vertex is put where its neighbours are in the middle, a few times down and up (Sugiyama, Tagawa and Toda, 1981). A
 * link that passes a layer has a place in it. All of it in O(E log E).
 */

import type { CompiledWorkflow } from '../workflow/definition.ts';

/** A cell is placed as one: a step, or all steps of a layer with too many lines to draw. */
export interface Cell {
  readonly steps: readonly number[];
  readonly layer: number;
  readonly isGroup: boolean;
}

/** All dependencies between two cells, drawn as one line. */
export interface Link {
  readonly from: Cell;
  readonly to: Cell;
  /** Indices of the edges in it. */
  readonly edges: number[];
}

export interface Vertex {
  /** Null for a link that passes. */
  readonly cell: Cell | null;
  readonly layer: number;
  readonly above: Vertex[];
  readonly below: Vertex[];
  /** Within its layer. */
  order: number;
}

export interface Layers {
  readonly layers: readonly Vertex[][];
  /** From the cell it begins with to that it ends with, all it passes between them included; none if it has no room. */
  readonly ways: ReadonlyMap<Link, readonly Vertex[]>;
}

const SWEEPS = 4;
/** Beyond these, links that pass a layer have no room. */
const MOST_PASSING = 30_000;

export function layersOf(cells: readonly Cell[], links: readonly Link[]): Layers {
  const layers: Vertex[][] = [];
  const add = (cell: Cell | null, layer: number): Vertex => {
    const at = layers[layer] ?? [];
    layers[layer] = at;
    const vertex: Vertex = { cell, layer, above: [], below: [], order: at.length };
    at.push(vertex);
    return vertex;
  };
  const vertices = new Map(cells.map((cell) => [cell, add(cell, cell.layer)]));
  const passes = ({ from, to }: Link): number => to.layer - from.layer - 1;
  const hasRoom = links.reduce((sum, link) => sum + passes(link), 0) <= MOST_PASSING;
  const ways = new Map<Link, readonly Vertex[]>();
  for (const link of links) {
    const [start, end] = [vertices.get(link.from), vertices.get(link.to)];
    if (start === undefined || end === undefined || (passes(link) > 0 && !hasRoom)) continue;
    const passed = Array.from({ length: passes(link) }, (_, at) => add(null, start.layer + at + 1));
    const way = [start, ...passed, end];
    for (const [index, vertex] of way.entries()) {
      const next = way[index + 1];
      if (next === undefined) break;
      vertex.below.push(next);
      next.above.push(vertex);
    }
    ways.set(link, way);
  }
  order(layers);
  return { layers, ways };
}

/** The layer of each written step is the length of the longest way to it. Compensations stand beside their steps. */
export function rowsOf({ definition, dependencies, dependents }: CompiledWorkflow): number[] {
  const rows = definition.steps.map(() => 0);
  const unmet = dependencies.slice(0, rows.length).map(({ length }) => length);
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
