/**
 * Compensations in the drawing of a workflow: each stands on the right of its step, so that they move no step of a
 * workflow that has none. Lines lead back to the steps, and tell the order in which they run.
 */

import type { CompiledWorkflow } from '../workflow/definition.ts';
import { runsThrough } from './geometry.ts';
import type { BackLine, GraphNode, Point, WorkflowGraph } from './layout.ts';
import { nodeOf } from './step-node.ts';

/** Between a step and its compensation, with an arrow in it. */
export const BESIDE_GAP = 40;

/** More lines than these tell no order to anybody. */
const MOST_LINES = 60;

/** A compensation is drawn beside this step. */
export interface Beside {
  /** Its index. */
  readonly step: number;
  /** Its size is known, and its place is not. */
  readonly node: GraphNode;
}

/** In the order in which the engine has them, behind the steps that are written. */
export const besidesOf = ({ steps, compensations }: CompiledWorkflow): Beside[] =>
  [...compensations].flatMap(([index, step]) => {
    const compensation = steps[index];
    return compensation === undefined ? [] : [{ step, node: nodeOf(compensation) }];
  });

/** By index of a step, the width that it needs on its right. */
export const roomsOf = (besides: readonly Beside[]): ReadonlyMap<number, number> =>
  new Map(besides.map(({ step, node }) => [step, BESIDE_GAP + node.width]));

/** `graph`: the steps that are written, each in its place. */
export function withCompensations(
  graph: WorkflowGraph,
  workflow: CompiledWorkflow,
  besides: readonly Beside[],
): WorkflowGraph {
  if (besides.length === 0) return graph;
  const arrows: BackLine[] = [];
  const placed = besides.flatMap(({ step, node }) => {
    const of = graph.nodes[step];
    if (of === undefined) return [];
    const right = of.x + of.width;
    const compensation = { ...node, x: right + BESIDE_GAP, y: of.y };
    const middle = of.y + of.height / 2;
    const points: Point[] = [
      [compensation.x, middle],
      [right, middle],
    ];
    arrows.push({ from: node.name, to: of.name, isOrder: false, points });
    return [compensation];
  });
  const nodes = [...graph.nodes, ...placed];
  return { ...graph, nodes, back: [...arrows, ...orderOf(placed, nodes, workflow)] };
}

/** All of the order or nothing of it: where some lines are left out, the others say something wrong. */
function orderOf(
  placed: readonly GraphNode[],
  nodes: readonly GraphNode[],
  { steps, indexByName }: CompiledWorkflow,
): BackLine[] {
  const byName = new Map(placed.map((node) => [node.name, node]));
  const lines = placed.flatMap((to) => {
    const { dependsOn = [] } = steps[indexByName.get(to.name) ?? -1] ?? {};
    return dependsOn.flatMap((name): BackLine[] => {
      const from = byName.get(name);
      return from === undefined
        ? []
        : [{ from: name, to: to.name, isOrder: true, points: upwards(from, to) }];
    });
  });
  if (lines.length > MOST_LINES) return [];
  return lines.every(({ points }) => isClear(points, nodes)) ? lines : [];
}

/** A step stands below those before it, and so does its compensation, which runs earlier. */
const upwards = (from: GraphNode, to: GraphNode): Point[] => [
  [Math.round(from.x + from.width / 2), from.y],
  [Math.round(to.x + to.width / 2), to.y + to.height],
];

function isClear([start, end]: readonly Point[], nodes: readonly GraphNode[]): boolean {
  if (start === undefined || end === undefined || start[1] < end[1]) return false;
  return nodes.every((box) => !runsThrough(start, end, box));
}
