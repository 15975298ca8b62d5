/**
 * The steps of a workflow as a drawing: where each step stands, and along which points its edges run. It depends on
 * the definition alone, so it is made once for each.
 */

import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { LRUCache } from 'lru-cache';
import { referencesOf } from '../workflow/condition.ts';
import type { CompiledWorkflow } from '../workflow/definition.ts';
import { conditionText } from './condition-text.ts';
import type { Elk } from './elk.ts';
import { labelWidth, middleOf, pointsOf, textWidth } from './geometry.ts';
import { layered } from './layered.ts';
import type { WorkflowGraph } from './layout.ts';

const NODE_HEIGHT = 46;
const PLACED_WITHIN_MS = 2_000;
/** Steps and edges; Elk takes seconds for more, and nobody follows single lines there. */
const MOST_FOR_ELK = 400;
const KEPT = 200;

export class WorkflowGraphs {
  readonly #elk: Pick<Elk, 'place'>;
  readonly #placed = new LRUCache<string, Promise<WorkflowGraph>>({ max: KEPT });

  constructor(elk: Pick<Elk, 'place'>) {
    this.#elk = elk;
  }

  of(workflow: CompiledWorkflow): Promise<WorkflowGraph> {
    const known = this.#placed.get(workflow.hash);
    if (known !== undefined) return known;
    const placed = this.#place(workflow);
    this.#placed.set(workflow.hash, placed);
    return placed;
  }

  async #place(workflow: CompiledWorkflow): Promise<WorkflowGraph> {
    const graph = unplaced(workflow);
    if (graph.nodes.length + graph.edges.length > MOST_FOR_ELK) return layered(graph, workflow);
    const placed = await this.#elk.place(elkGraph(graph), PLACED_WITHIN_MS);
    return placed === null ? layered(graph, workflow) : withPositions(graph, placed);
  }
}

function unplaced({ definition, dependencies }: CompiledWorkflow): WorkflowGraph {
  const { steps } = definition;
  const nodes = steps.map(({ name, handler, critical, optional, failuresAs }) => ({
    name,
    handler,
    critical,
    optional,
    onFailure: failuresAs !== undefined,
    x: 0,
    y: 0,
    width: Math.min(Math.max(textWidth(name) + 52, 120), 300),
    height: NODE_HEIGHT,
  }));
  const edges = steps.flatMap((step, index) => {
    const asked = new Set(
      step.condition === undefined ? [] : referencesOf(step.condition).map((of) => of.step),
    );
    return (dependencies[index] ?? []).flatMap((on) => {
      const from = steps[on];
      if (from === undefined) return [];
      const given = new Set(from.outputs?.map(({ name }) => name));
      const flows = (step.inputs ?? []).map(({ name }) => name).filter((name) => given.has(name));
      const question =
        step.condition !== undefined && asked.has(from.name) ? [`if ${conditionText(step.condition)}`] : [];
      return [
        {
          from: from.name,
          to: step.name,
          labels: [...flows, ...question],
          points: [],
          labelAt: [0, 0] as const,
        },
      ];
    });
  });
  return { nodes, edges, width: 0, height: 0 };
}

/** Steps are called by number: to Elk a name is an id among others, ports and edges included. */
function elkGraph({ nodes, edges }: WorkflowGraph): ElkNode {
  const numbers = new Map(nodes.map(({ name }, index) => [name, `n${index}`]));
  return {
    id: 'graph',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'DOWN',
      'elk.spacing.nodeNode': '28',
      // Labels stand in layers of their own.
      'elk.layered.spacing.nodeNodeBetweenLayers': edges.some(({ labels }) => labels.length > 0)
        ? '24'
        : '44',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
    },
    children: nodes.map(({ width, height }, index) => ({ id: `n${index}`, width, height })),
    edges: edges.map(({ from, to, labels }, index) => ({
      id: `e${index}`,
      sources: [numbers.get(from) ?? ''],
      targets: [numbers.get(to) ?? ''],
      labels: labels.map((text) => ({ text, width: Math.min(labelWidth(text), 220), height: 16 })),
    })),
  };
}

function withPositions(graph: WorkflowGraph, { children, edges, width, height }: ElkNode): WorkflowGraph {
  return {
    nodes: graph.nodes.map((node, index) => {
      const { x = 0, y = 0 } = children?.[index] ?? {};
      return { ...node, x, y };
    }),
    edges: graph.edges.map((edge, index) => {
      const points = pointsOf(edges?.[index]);
      return { ...edge, points, labelAt: middleOf(points) };
    }),
    width: width ?? 0,
    height: height ?? 0,
  };
}
