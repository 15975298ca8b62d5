/** A statechart as a drawing: nested states as boxes, and every transition from one to another along its points. */

import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { Elk } from './elk.ts';
import { labelWidth, pointsOf, textWidth } from './geometry.ts';
import type { ChartState, ChartTransition, MachineChart } from './layout.ts';
import { labelOf, machineNamed, machineTransitions } from './machines.ts';

const LINE_PX = 15;
const LABEL_MARGIN = 8;
const STATE_HEIGHT = 40;
const PLACED_WITHIN_MS = 10_000;

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.spacing.nodeNode': '36',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26',
  // States are written in the order they are lived through: the first comes first, and what leads back goes up.
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
};

export class MachineCharts {
  readonly #elk: Elk;
  readonly #placed = new Map<string, Promise<MachineChart>>();

  constructor(elk: Elk) {
    this.#elk = elk;
  }

  /** null when there is no such machine. */
  of(kind: string): Promise<MachineChart> | null {
    const machine = machineNamed(kind);
    if (machine === null) return null;
    const placed = this.#placed.get(kind) ?? this.#place(kind, machine);
    this.#placed.set(kind, placed);
    return placed;
  }

  async #place(kind: string, machine: AnyStateMachine): Promise<MachineChart> {
    const lines = linesOf(machine);
    const graph = {
      id: 'chart',
      layoutOptions: OPTIONS,
      ...elkChildren(machine.root),
      edges: elkEdges(lines),
    };
    const placed = await this.#elk.place(graph, PLACED_WITHIN_MS);
    if (placed === null) {
      this.#placed.delete(kind);
      throw new Error(`the statechart of ${kind} could not be placed`);
    }
    return {
      kind,
      states: statesOf(machine.root, placed),
      transitions: lines.flatMap((line, index) => transitionsOf(line, placed.edges?.[index])),
      width: placed.width ?? 0,
      height: placed.height ?? 0,
    };
  }
}

type Transition = Pick<ChartTransition, 'from' | 'to' | 'label' | 'event' | 'guard'>;

/** All that lead from one state to another, in the order they are asked. */
interface Line {
  readonly from: string;
  readonly to: string;
  readonly transitions: Transition[];
}

const childrenOf = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states);
const idOf = (node: AnyStateNode): string => node.path.join('.');

function linesOf(machine: AnyStateMachine): Line[] {
  const lines = new Map<string, Line>();
  for (const { from, to, event, guard } of machineTransitions(machine)) {
    const ends = { from: idOf(from), to: idOf(to) };
    const key = JSON.stringify(ends);
    const line = lines.get(key) ?? { ...ends, transitions: [] };
    line.transitions.push({ ...ends, label: labelOf(event, guard), event, guard });
    lines.set(key, line);
  }
  return [...lines.values()];
}

function elkChildren(node: AnyStateNode): Pick<ElkNode, 'children'> {
  const children = childrenOf(node);
  if (children.length === 0) return {};
  return {
    children: children.map((child) => ({
      id: idOf(child),
      layoutOptions: { 'elk.padding': '[top=34,left=14,bottom=14,right=14]' },
      ...(childrenOf(child).length > 0
        ? elkChildren(child)
        : { width: Math.max(textWidth(child.key) + 36, 92), height: STATE_HEIGHT }),
    })),
  };
}

const elkEdges = (lines: readonly Line[]): ElkExtendedEdge[] =>
  lines.map(({ from, to, transitions }, index) => ({
    id: `line ${index}`,
    sources: [from],
    targets: [to],
    labels: [
      {
        text: transitions.map(({ label }) => label).join('\n'),
        width: Math.max(...transitions.map(({ label }) => labelWidth(label))) + 2 * LABEL_MARGIN,
        height: transitions.length * LINE_PX + LABEL_MARGIN,
        // On the line that it names: beside it, it could be that of a neighbour.
        layoutOptions: { 'elk.edgeLabels.inline': 'true' },
      },
    ],
  }));

function statesOf(node: AnyStateNode, placed: ElkNode | undefined): ChartState[] {
  const first = node.initial?.target?.[0];
  return childrenOf(node).map((child, index) => {
    const box = placed?.children?.[index];
    const children = statesOf(child, box);
    return {
      id: idOf(child),
      path: child.path,
      initial: first === child,
      final: child.type === 'final',
      x: Math.round(box?.x ?? 0),
      y: Math.round(box?.y ?? 0),
      width: Math.round(box?.width ?? 0),
      height: Math.round(box?.height ?? 0),
      ...(children.length === 0 ? {} : { children }),
    };
  });
}

function transitionsOf({ transitions }: Line, edge: ElkExtendedEdge | undefined): ChartTransition[] {
  const { x = 0, y = 0, width = 0 } = edge?.labels?.[0] ?? {};
  const points = pointsOf(edge);
  return transitions.map((transition, index) => ({
    ...transition,
    points,
    labelAt: [Math.round(x + width / 2), Math.round(y + LABEL_MARGIN / 2 + (index + 0.5) * LINE_PX)],
  }));
}
