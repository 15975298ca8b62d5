/**
 * The steps of a workflow as a drawing: where each step stands, and along which points its edges run. It depends on
 * the definition alone, so it is made once for each.
 */

import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { LRUCache } from 'lru-cache';
import type { CompiledWorkflow } from '../workflow/definition.ts';
import { BESIDE_GAP, type Beside, besidesOf, roomsOf, withCompensations } from './compensations.ts';
import { questionOf } from './condition-text.ts';
import type { Elk } from './elk.ts';
import { labelWidth, middleOf, pointsOf } from './geometry.ts';
import { layered } from './layered.ts';
import type { WorkflowGraph } from './layout.ts';
import { NODE_HEIGHT, nodeOf } from './step-node.ts';

const NODE_GAP = 28;
const HANDLER_GAP = 64;
const MARGIN = 12;
/** The least width of a row of failure handlers, however narrow the rest is. */
const LEAST_WIDTH = 600;
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
    // The next one who asks may be luckier.
    placed.catch(() => this.#placed.delete(workflow.hash));
    return placed;
  }

  async #place(workflow: CompiledWorkflow): Promise<WorkflowGraph> {
    const graph = unplaced(workflow);
    const besides = besidesOf(workflow);
    return withCompensations(handlersLast(await this.#written(graph, workflow, besides)), workflow, besides);
  }

  /** Places the steps that are written, with room for what stands beside them. */
  async #written(
    graph: WorkflowGraph,
    workflow: CompiledWorkflow,
    besides: readonly Beside[],
  ): Promise<WorkflowGraph> {
    const rooms = roomsOf(besides);
    const size = graph.nodes.length + graph.edges.length + besides.length;
    const placed =
      size > MOST_FOR_ELK ? null : await this.#elk.place(elkGraph(graph, besides), PLACED_WITHIN_MS);
    return placed === null ? layered(graph, workflow, rooms) : withPositions(graph, placed);
  }
}

function unplaced({ definition, dependencies }: CompiledWorkflow): WorkflowGraph {
  const { steps } = definition;
  const nodes = steps.map(nodeOf);
  const edges = steps.flatMap((step, index) => {
    const asked = questionOf(step);
    return (dependencies[index] ?? []).flatMap((on) => {
      const from = steps[on];
      if (from === undefined) return [];
      const given = new Set(from.outputs?.map(({ name }) => name));
      const flows = (step.inputs ?? []).map(({ name }) => name).filter((name) => given.has(name));
      const question = asked?.from.has(from.name) === true ? [`if ${asked.text}`] : [];
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
  return { nodes, edges, bundles: [], groups: [], width: 0, height: 0 };
}

/** Steps are called by number: to Elk a name is an id among others, ports and edges included. */
function elkGraph({ nodes, edges }: WorkflowGraph, besides: readonly Beside[]): ElkNode {
  const labels = new Map(besides.map(({ step, node }) => [step, besideLabel(node)]));
  const numbers = new Map(nodes.map(({ name }, index) => [name, `n${index}`]));
  return {
    id: 'graph',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'DOWN',
      'elk.spacing.nodeNode': String(NODE_GAP),
      // Labels stand in layers of their own.
      'elk.layered.spacing.nodeNodeBetweenLayers': edges.some(({ labels }) => labels.length > 0)
        ? '24'
        : '44',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      ...(besides.length === 0 ? {} : { 'elk.spacing.labelNode': String(BESIDE_GAP) }),
    },
    children: nodes.flatMap(({ width, height, onFailure }, index) =>
      onFailure ? [] : [{ id: `n${index}`, width, height, ...labels.get(index) }],
    ),
    edges: edges.map(({ from, to, labels }, index) => ({
      id: `e${index}`,
      sources: [numbers.get(from) ?? ''],
      targets: [numbers.get(to) ?? ''],
      labels: labels.map((text) => ({ text, width: Math.min(labelWidth(text), 220), height: 16 })),
    })),
  };
}

/** Elk keeps free the place of a label on the right of a step, and lets no line of the step end there. */
const besideLabel = ({ width, height }: Beside['node']): Pick<ElkNode, 'labels'> => ({
  labels: [{ text: '-', width, height, layoutOptions: { 'elk.nodeLabels.placement': BESIDE } }],
});

const BESIDE = '[OUTSIDE, H_RIGHT, V_CENTER]';

function withPositions(graph: WorkflowGraph, { children, edges, width, height }: ElkNode): WorkflowGraph {
  const places = new Map(children?.map((child) => [child.id, child]));
  return {
    nodes: graph.nodes.map((node, index) => {
      const { x = 0, y = 0 } = places.get(`n${index}`) ?? {};
      return { ...node, x, y };
    }),
    edges: graph.edges.map((edge, index) => {
      const points = pointsOf(edges?.[index]);
      return { ...edge, points, labelAt: middleOf(points) };
    }),
    bundles: [],
    groups: [],
    width: width ?? 0,
    height: height ?? 0,
  };
}

/** Failure handlers in rows below all others: they run last, and no edge says so. */
function handlersLast(graph: WorkflowGraph): WorkflowGraph {
  const others = graph.nodes.filter(({ onFailure }) => !onFailure);
  if (others.length === graph.nodes.length) return graph;
  const across = Math.max(graph.width, LEAST_WIDTH);
  let x = MARGIN;
  let y = Math.max(...others.map((node) => node.y + node.height)) + HANDLER_GAP;
  let width = graph.width;
  const nodes = graph.nodes.map((node) => {
    if (!node.onFailure) return node;
    if (x > MARGIN && x + node.width + MARGIN > across) [x, y] = [MARGIN, y + NODE_HEIGHT + NODE_GAP];
    const placed = { ...node, x, y };
    x += node.width + NODE_GAP;
    width = Math.max(width, placed.x + node.width + MARGIN);
    return placed;
  });
  return { ...graph, nodes, width, height: y + NODE_HEIGHT + MARGIN };
}
