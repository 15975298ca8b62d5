/**
 * A graph placed in layers in next to no time, for those that would take Elk too long. A layer too wide to be seen
 * is folded into several rows, and edges run between its columns.
 */

import type { CompiledWorkflow } from '../workflow/definition.ts';
import { middleOf } from './geometry.ts';
import { layersOf, type Vertex } from './layers.ts';
import type { GraphEdge, Point, WorkflowGraph } from './layout.ts';

const GAP = 28;
/** Between two edges that pass side by side. */
const EDGE_GAP = 10;
const ROW_GAP = 28;
const LAYER_GAP = 64;
const MARGIN = 12;
const RELAXATIONS = 6;
const LEAST_ACROSS = 24;

interface Place {
  /** Of the middle. */
  x: number;
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
  /** Of the layer it is in. */
  readonly layerTop: number;
  readonly layerBottom: number;
}

type Places = Map<Vertex, Place>;

export function layered(graph: WorkflowGraph, workflow: CompiledWorkflow): WorkflowGraph {
  const { layers, way } = layersOf(workflow);
  const places: Places = new Map();
  const across = Math.max(LEAST_ACROSS, Math.ceil(Math.sqrt(graph.nodes.length)));
  const folded = new Set<readonly Vertex[]>();
  let top = MARGIN;
  for (const layer of layers) {
    if (layer.filter(({ step }) => step !== null).length > across) folded.add(layer);
    top = fill(layer, graph, top, folded.has(layer) ? across : layer.length, places) + LAYER_GAP;
  }
  relax(layers, folded, places);
  const left = Math.min(...[...places.values()].map(({ x, width }) => x - width / 2)) - MARGIN;
  const moved = (x: number): number => Math.round(x - left);
  const byStep = new Map([...places].flatMap(([{ step }, place]) => (step === null ? [] : [[step, place]])));
  const numbers = workflow.indexByName;
  return {
    nodes: graph.nodes.map((node, index) => {
      const { x, top: y } = byStep.get(index) ?? { x: 0, top: 0 };
      return { ...node, x: moved(x - node.width / 2), y };
    }),
    edges: graph.edges.map((edge): GraphEdge => {
      const vertices = way(numbers.get(edge.from) ?? -1, numbers.get(edge.to) ?? -1);
      const points = lineThrough(vertices, places).map(([x, y]): Point => [moved(x), Math.round(y)]);
      return { ...edge, points, labelAt: middleOf(points) };
    }),
    width: moved(Math.max(...[...places.values()].map(({ x, width }) => x + width / 2))) + MARGIN,
    height: top - LAYER_GAP + MARGIN,
  };
}

/** Puts a layer in columns, column by column, so that its order is kept; says where its lower end is. */
function fill(layer: readonly Vertex[], graph: WorkflowGraph, top: number, across: number, places: Places) {
  const steps = layer.filter(({ step }) => step !== null);
  const sizeOf = ({ step }: Vertex) => graph.nodes[step ?? -1] ?? { width: 0, height: 0 };
  const rows = Math.max(1, Math.ceil(steps.length / Math.max(1, across)));
  const height = Math.max(0, ...steps.map((vertex) => sizeOf(vertex).height));
  const layerBottom = top + rows * (height + ROW_GAP) - ROW_GAP;
  const columnWidth = rows === 1 ? null : Math.max(...steps.map((vertex) => sizeOf(vertex).width));
  let [x, row] = [0, 0];
  for (const vertex of layer) {
    if (vertex.step === null) {
      places.set(vertex, { x, width: 0, top, bottom: layerBottom, layerTop: top, layerBottom });
      if (rows === 1) x += EDGE_GAP;
      continue;
    }
    const width = columnWidth ?? sizeOf(vertex).width;
    const y = top + row * (height + ROW_GAP);
    const at = { x: x + width / 2, width, top: y, bottom: y + sizeOf(vertex).height };
    places.set(vertex, { ...at, layerTop: top, layerBottom });
    row = (row + 1) % rows;
    if (row === 0) x += width + GAP;
  }
  return layerBottom;
}

/** Moves each vertex towards the middle of its neighbours, as far as those beside it let it; a folded layer as one. */
function relax(layers: readonly Vertex[][], folded: ReadonlySet<readonly Vertex[]>, places: Places): void {
  const xOf = (vertex: Vertex): number => places.get(vertex)?.x ?? 0;
  const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;
  for (let sweep = 0; sweep < RELAXATIONS; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const wanted = layer.map((vertex) => {
        const neighbours = down ? vertex.above : vertex.below;
        return neighbours.length === 0 ? xOf(vertex) : mean(neighbours.map(xOf));
      });
      if (folded.has(layer)) {
        const by = mean(wanted) - mean(layer.map(xOf));
        for (const vertex of layer) shift(places, vertex, xOf(vertex) + by);
      } else {
        for (const [index, x] of apart(layer, wanted, places).entries()) shift(places, layer[index], x);
      }
    }
  }
}

function shift(places: Places, vertex: Vertex | undefined, x: number): void {
  const place = vertex === undefined ? undefined : places.get(vertex);
  if (place !== undefined) place.x = x;
}

/** As near to what is wanted as the widths allow: half way between pushing all to the right and all to the left. */
function apart(layer: readonly Vertex[], wanted: readonly number[], places: Places): number[] {
  const widths = layer.map((vertex) => places.get(vertex)?.width ?? 0);
  const between = (index: number): number => {
    const [one = 0, other = 0] = [widths[index], widths[index + 1]];
    return (one + other) / 2 + (one === 0 && other === 0 ? EDGE_GAP : GAP);
  };
  const right = [...wanted];
  for (let index = 1; index < right.length; index++)
    right[index] = Math.max(right[index] ?? 0, (right[index - 1] ?? 0) + between(index - 1));
  const left = [...wanted];
  for (let index = left.length - 2; index >= 0; index--)
    left[index] = Math.min(left[index] ?? 0, (left[index + 1] ?? 0) - between(index));
  return right.map((x, index) => (x + (left[index] ?? x)) / 2);
}

/** Where rows lie above or below a step in its own layer, the edge takes the lane left of its column. */
function lineThrough(way: readonly Vertex[], places: Places): Point[] {
  return way.flatMap((vertex, index): Point[] => {
    const place = places.get(vertex);
    if (place === undefined) return [];
    const { x, width, top, bottom, layerTop, layerBottom } = place;
    const lane = x - width / 2 - GAP / 2;
    const turn = ROW_GAP / 2;
    if (vertex.step === null) {
      return [
        [x, layerTop],
        [x, layerBottom],
      ];
    }
    if (index === 0) {
      if (bottom === layerBottom) return [[x, bottom]];
      return [
        [x, bottom],
        [lane, bottom + turn],
        [lane, layerBottom],
      ];
    }
    if (top === layerTop) return [[x, top]];
    return [
      [lane, layerTop],
      [lane, top - turn],
      [x, top],
    ];
  });
}
