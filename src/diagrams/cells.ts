/**
 * Decides which steps of a workflow are drawn apart, and which together. A line for each dependency can be
 * followed between few boxes; a layer of more, or one with more lines to the next than can be told apart, is a
 * group, and its lines are bundles.
 */

import type { CompiledWorkflow } from '../workflow/definition.ts';
import { type Cell, type Link, rowsOf } from './layers.ts';
import type { WorkflowGraph } from './layout.ts';

const LEAST_ACROSS = 24;
/** Between the steps of two layers. */
const MOST_LINES = 400;

export interface Cells {
  readonly cells: readonly Cell[];
  readonly links: readonly Link[];
  /** The most steps side by side. */
  readonly across: number;
}

export function cellsOf(graph: WorkflowGraph, workflow: CompiledWorkflow): Cells {
  const across = Math.max(LEAST_ACROSS, Math.ceil(Math.sqrt(graph.nodes.length)));
  const rows = rowsOf(workflow);
  const numbers = workflow.indexByName;
  const ends = graph.edges.map(({ from, to }) => [numbers.get(from) ?? -1, numbers.get(to) ?? -1] as const);
  const grouped = crowded(rows, ends, across);
  const cells: Cell[] = [];
  const byLayer = new Map<number, number[]>();
  for (const [step, layer] of rows.entries()) {
    const steps = byLayer.get(layer) ?? [];
    steps.push(step);
    byLayer.set(layer, steps);
  }
  for (const [layer, steps] of byLayer) {
    if (grouped.has(layer)) cells.push({ steps, layer, isGroup: true });
    else cells.push(...steps.map((step) => ({ steps: [step], layer, isGroup: false })));
  }
  return { cells, links: linksOf(cells, ends), across };
}

type Ends = readonly (readonly [from: number, to: number])[];

/** The layers whose steps are drawn as a group. */
function crowded(rows: readonly number[], ends: Ends, across: number): Set<number> {
  const sizes = new Map<number, number>();
  for (const row of rows) sizes.set(row, (sizes.get(row) ?? 0) + 1);
  const lines = new Map<string, number>();
  for (const [from, to] of ends) {
    const between = `${rows[from]} ${rows[to]}`;
    lines.set(between, (lines.get(between) ?? 0) + 1);
  }
  const grouped = new Set([...sizes].flatMap(([row, size]) => (size > across ? [row] : [])));
  for (const [between, count] of lines) {
    if (count > MOST_LINES) for (const row of between.split(' ')) grouped.add(Number(row));
  }
  return new Set([...grouped].filter((row) => (sizes.get(row) ?? 0) > 1));
}

function linksOf(cells: readonly Cell[], ends: Ends): Link[] {
  const numberOf = new Map(cells.flatMap(({ steps }, index) => steps.map((step) => [step, index] as const)));
  const links = new Map<string, Link>();
  for (const [edge, [source, target]] of ends.entries()) {
    const [at, on] = [numberOf.get(source) ?? -1, numberOf.get(target) ?? -1];
    const [from, to] = [cells[at], cells[on]];
    if (from === undefined || to === undefined) continue;
    const link = links.get(`${at} ${on}`) ?? { from, to, edges: [] };
    link.edges.push(edge);
    links.set(`${at} ${on}`, link);
  }
  return [...links.values()];
}
