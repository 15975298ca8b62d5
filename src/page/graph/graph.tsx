/** A workflow's steps as a graph: how each stands, what flows between them, and which one is chosen. */

import { useCallback, useMemo, useState } from 'preact/hooks';
import type { Box, GraphBundle, GraphEdge, GraphNode, Point, WorkflowGraph } from '../../diagrams/layout.ts';
import { type State, StateMark } from '../state.tsx';
import { Canvas } from './canvas.tsx';
import { boxAround, fitted, overlaps, pathThrough } from './geometry.ts';
import { tipAt } from './tip.ts';
import type { Shown } from './view.ts';

export interface GraphProps {
  readonly layout: WorkflowGraph;
  readonly label: string;
  /** By step; without it, the graph of a workflow that nobody runs. */
  readonly states?: ReadonlyMap<string, State>;
  readonly chosen?: string | null;
  /** Steps that decided when the task ended. */
  readonly path?: ReadonlySet<string>;
  readonly onChoose?: (step: string) => void;
}

const ENDED = new Set<State | undefined>(['complete', 'skipped', 'cancelled']);

export function Graph({ layout, label, states, chosen = null, path, onChoose }: GraphProps) {
  const [hidden, setHidden] = useState(false);
  const { nodes, edges, bundles, groups, back, content } = useMemo(
    () => without(layout, hidden ? states : undefined),
    [layout, hidden, states],
  );
  const boxes = useMemo(
    () =>
      edges.filter(({ points }) => points.length > 0).map((edge) => ({ edge, box: boxAround(edge.points) })),
    [edges],
  );
  const draw = useCallback(
    ({ window, readable }: Shown) => {
      const near = boxes.filter(({ box }) => overlaps(box, window));
      const onPath = (edge: GraphEdge): boolean => path?.has(edge.from) === true && path.has(edge.to);
      return (
        <>
          {groups.map((group) => (
            <rect class="group" key={`${group.x} ${group.y}`} {...group} rx={8} />
          ))}
          <g class="edges">
            {bundles.map((bundle) => (
              <Bundle key={bundle.points.join(' ')} bundle={bundle} readable={readable} />
            ))}
            {!readable && <path class="far-edges" d={straight(near.map(({ edge }) => edge))} />}
            {back.map(({ from, to, points, isOrder }) => (
              <Line
                key={`${from} ${to}`}
                points={points}
                classes={isOrder ? 'edge is-order' : 'edge is-back'}
              />
            ))}
            {near
              .filter(({ edge }) => readable || onPath(edge) || touches(edge, chosen))
              .map(({ edge }) => (
                <Edge key={`${edge.from} ${edge.to}`} edge={edge} strong={onPath(edge)} chosen={chosen} />
              ))}
          </g>
          {nodes
            .filter((node) => overlaps(node, window))
            .map((node) => (
              <Node
                key={node.name}
                node={node}
                state={states?.get(node.name)}
                chooses={states?.has(node.name) === true ? node.name : (node.compensates ?? node.name)}
                isChosen={node.name === chosen}
                readable={readable}
                onChoose={onChoose}
              />
            ))}
          {readable && near.map(({ edge }) => <EdgeLabel key={`${edge.from} ${edge.to}`} edge={edge} />)}
        </>
      );
    },
    [nodes, boxes, bundles, groups, back, states, chosen, path, onChoose],
  );
  const ended = states === undefined ? 0 : [...states.values()].filter((state) => ENDED.has(state)).length;
  const tools = ended > 0 && ended < (states?.size ?? 0) && (
    <button type="button" aria-pressed={hidden} onClick={() => setHidden(!hidden)}>
      {hidden ? `Show ${ended} ended` : `Hide ${ended} ended`}
    </button>
  );
  return <Canvas label={label} content={content} draw={draw} tools={tools} />;
}

/** The layout without the steps that have ended, and the box around the rest. */
function without(
  layout: WorkflowGraph,
  states: GraphProps['states'],
): Omit<Required<WorkflowGraph>, 'width' | 'height'> & { content: Box } {
  const all = { x: 0, y: 0, width: layout.width, height: layout.height };
  const { back = [] } = layout;
  if (states === undefined) return { ...layout, back, content: all };
  // A compensation that has not begun goes with its step.
  const stateOf = ({ name, compensates = name }: GraphNode) => states.get(name) ?? states.get(compensates);
  const nodes = layout.nodes.filter((node) => !ENDED.has(stateOf(node)));
  if (nodes.length === 0) return { ...layout, back, content: all };
  const names = new Set(nodes.map(({ name }) => name));
  const corners = nodes.flatMap(({ x, y, width, height }) => [
    [x, y] as const,
    [x + width, y + height] as const,
  ]);
  const isLeft = ({ from, to }: Pick<GraphEdge, 'from' | 'to'>): boolean => names.has(from) && names.has(to);
  const left = { nodes, edges: layout.edges.filter(isLeft), back: back.filter(isLeft) };
  // Their counts are of all steps.
  return { ...left, bundles: [], groups: [], content: boxAround(corners) };
}

interface NodeProps {
  readonly node: GraphNode;
  readonly state: State | undefined;
  /** A compensation that is no step of the task yet stands for its own. */
  readonly chooses: string;
  readonly isChosen: boolean;
  readonly readable: boolean;
  readonly onChoose: ((step: string) => void) | undefined;
}

/** Drawn again only when something about it changed: moving about and time travel touch a few of a thousand. */
function Node({ node, state, chooses, isChosen, readable, onChoose }: NodeProps) {
  return useMemo(
    () => drawNode({ node, state, chooses, isChosen, readable, onChoose }),
    [node, state, chooses, isChosen, readable, onChoose],
  );
}

function drawNode({ node, state, chooses, isChosen, readable, onChoose }: NodeProps) {
  const { name, handler, work, marks, x, y, width, height, critical, optional, compensates } = node;
  const notes = [
    work === handler ? '' : work,
    critical ? 'critical' : '',
    optional ? 'optional' : '',
    ...marks,
  ].filter((note) => note !== '');
  const classes = [
    'node',
    `is-${state ?? 'plain'}`,
    isChosen ? 'is-chosen' : '',
    optional || compensates !== undefined ? 'is-dashed' : '',
    readable ? '' : 'is-far',
  ];
  const choose = (): void => onChoose?.(chooses);
  const acts = onChoose !== undefined && {
    role: 'button' as const,
    // In lower case: an SVG element knows no other. A crowd seen from afar is not walked through one by one.
    tabindex: readable ? 0 : -1,
    'aria-pressed': isChosen,
    onClick: choose,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      choose();
    },
  };
  const own = work !== handler || spelled(handler) === spelled(name) ? '' : handler;
  // Its arrow says what a compensation takes back.
  const second = [own, ...(compensates === undefined ? notes : [])].filter((part) => part !== '').join(' · ');
  const left = state === undefined ? 12 : 32;
  return (
    <g class={classes.join(' ')} transform={`translate(${x} ${y})`} {...acts}>
      <title>{[name, state, own && `handler ${own}`, ...notes].filter(Boolean).join(', ')}</title>
      <rect width={width} height={height} rx={8} />
      {critical && <rect class="critical" width={4} height={height - 16} x={0} y={8} rx={1} />}
      {readable && state !== undefined && (
        <g transform={`translate(12 ${height / 2 - 7})`}>
          <StateMark state={state} />
        </g>
      )}
      {readable && (
        <text x={left} y={second === '' ? height / 2 + 4.5 : height / 2 - 3}>
          {fitted(name, width - left - 6, 7.6)}
        </text>
      )}
      {readable && second !== '' && (
        <text class="second" x={left} y={height / 2 + 12}>
          {fitted(second, width - left - 8, 5.8)}
        </text>
      )}
    </g>
  );
}

/** `Process Payment` done by `ProcessPayment` needs no second line. */
const spelled = (name: string): string => name.replace(/[\s_-]+/g, '').toLowerCase();

function Edge({ edge, strong, chosen }: { edge: GraphEdge; strong: boolean; chosen: string | null }) {
  const classes = ['edge', strong ? 'is-strong' : '', touches(edge, chosen) ? 'is-near' : ''];
  return <Line points={edge.points} classes={classes.join(' ')} />;
}

function Line({ points, classes }: { readonly points: readonly Point[]; readonly classes: string }) {
  const tip = tipAt(points);
  return (
    <g class={classes}>
      <path d={pathThrough(points)} />
      {tip !== null && <path class="tip" d={tip} />}
    </g>
  );
}

function Bundle({ bundle, readable }: { readonly bundle: GraphBundle; readonly readable: boolean }) {
  const { count, points, labelAt } = bundle;
  const label = count === 1 ? '1 dependency' : `${count} dependencies`;
  const tip = tipAt(points);
  return (
    <g class="edge is-bundle">
      <title>{label}</title>
      <path d={pathThrough(points)} />
      {tip !== null && <path class="tip" d={tip} />}
      {readable && (
        <text class="edge-label" x={labelAt[0]} y={labelAt[1]}>
          ×{count}
        </text>
      )}
    </g>
  );
}

const touches = ({ from, to }: GraphEdge, step: string | null): boolean =>
  step !== null && (from === step || to === step);

/** Thousands of lines seen from afar, as one. */
const straight = (edges: readonly GraphEdge[]): string =>
  edges.map(({ points }) => `M${points.map(([x, y]) => `${x} ${y}`).join('L')}`).join('');

function EdgeLabel({ edge }: { readonly edge: GraphEdge }) {
  if (edge.labels.length === 0) return null;
  const [x, y] = edge.labelAt;
  const text = edge.labels.join(', ');
  return (
    <text class="edge-label" x={x} y={y - 4}>
      <title>{text}</title>
      {fitted(text, 150, 5.6)}
    </text>
  );
}
