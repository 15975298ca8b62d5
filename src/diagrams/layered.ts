/**
 * A graph placed in layers in next to no time, for those that would take Elk too long. No line passes a box, and none
 * stands for more than is written on it: what cannot be drawn apart is a bundle from or to a group, with its count.
 */

import type { CompiledWorkflow } from '../workflow/definition.ts';
import { type Cells, cellsOf } from './cells.ts';
import { middleOf } from './geometry.ts';
import { type Cell, type Link, layersOf, type Vertex } from './layers.ts';
import type { Box, GraphBundle, GraphEdge, Point, WorkflowGraph } from './layout.ts';

const GAP = 28;
/** Between two lines that pass side by side. */
const EDGE_GAP = 10;
const LAYER_GAP = 64;
const MARGIN = 12;
/** Around the steps of a group, and between them. */
const GROUP_GAP = 14;
const RELAXATIONS = 6;
/** The length of a line that has no room to be drawn all the way. */
const STUB = 24;

interface Place {
  /** The middle of the box. */
  x: number;
  readonly width: number;
  /** Its right part is kept for what stands beside a step: no line of the step ends there. */
  readonly room: number;
  readonly top: number;
  /** The lower end of its layer: whatever is in it reaches down to there, or lets lines pass. */
  readonly bottom: number;
}

type Places = ReadonlyMap<Vertex, Place>;
type Rooms = ReadonlyMap<number, number>;

/** `rooms`: by index of a step, the width to keep free on its right. */
export function layered(
  graph: WorkflowGraph,
  workflow: CompiledWorkflow,
  rooms: Rooms = new Map(),
): WorkflowGraph {
  const parts = cellsOf(graph, workflow);
  const { layers, ways } = layersOf(parts.cells, parts.links);
  const { places, bottom } = stacked(layers, graph, parts, rooms);
  relax(layers, places);
  const left =
    [...places.values()].reduce((least, { x, width }) => Math.min(least, x - width / 2), 0) - MARGIN;
  for (const place of places.values()) place.x = Math.round(place.x - left);
  const right = [...places.values()].reduce((most, { x, width }) => Math.max(most, x + width / 2), 0);
  const byCell = new Map([...places].flatMap(([{ cell }, place]) => (cell === null ? [] : [[cell, place]])));
  const nodes = [...graph.nodes];
  const groups: Box[] = [];
  for (const [cell, place] of byCell) {
    const at = { x: place.x - place.width / 2, y: place.top };
    if (cell.isGroup) groups.push({ ...at, width: place.width, height: place.bottom - place.top });
    for (const [index, box] of inside(cell, graph, parts.across, rooms).boxes.entries()) {
      const step = cell.steps[index] ?? -1;
      const node = graph.nodes[step];
      if (node !== undefined) nodes[step] = { ...node, x: at.x + box.x, y: at.y + box.y };
    }
  }
  return {
    nodes,
    ...drawn(graph, parts.links, ways, places, byCell),
    groups,
    width: Math.ceil(right) + MARGIN,
    height: bottom + MARGIN,
  };
}

/** Where the steps of a cell are in it. */
function inside({ steps, isGroup }: Cell, graph: WorkflowGraph, across: number, rooms: Rooms) {
  const sizes = steps.map((step) => {
    const { width = 0, height = 0 } = graph.nodes[step] ?? {};
    return { width: width + (rooms.get(step) ?? 0), height };
  });
  const [width, height] = [
    Math.max(...sizes.map((size) => size.width)),
    Math.max(...sizes.map((size) => size.height)),
  ];
  if (!isGroup) return { width, height, boxes: [{ x: 0, y: 0 }] };
  const rows = Math.ceil(steps.length / across);
  const columns = Math.ceil(steps.length / rows);
  const [right, down] = [width + GROUP_GAP, height + GROUP_GAP];
  const boxes = steps.map((_, index) => ({
    x: GROUP_GAP + (index % columns) * right,
    y: GROUP_GAP + Math.floor(index / columns) * down,
  }));
  return { width: columns * right + GROUP_GAP, height: rows * down + GROUP_GAP, boxes };
}

/** Layer below layer, and in each one beside the other. */
function stacked(layers: readonly Vertex[][], graph: WorkflowGraph, { across }: Cells, rooms: Rooms) {
  const places = new Map<Vertex, Place>();
  let top = MARGIN;
  for (const layer of layers) {
    const sizes = layer.map(({ cell }) => (cell === null ? null : inside(cell, graph, across, rooms)));
    const bottom = top + Math.max(0, ...sizes.map((size) => size?.height ?? 0));
    let x = 0;
    for (const [index, vertex] of layer.entries()) {
      const width = sizes[index]?.width ?? 0;
      const room = vertex.cell?.isGroup === false ? (rooms.get(vertex.cell.steps[0] ?? -1) ?? 0) : 0;
      places.set(vertex, { x: x + width / 2, width, room, top, bottom });
      x += width + (width === 0 ? EDGE_GAP : GAP);
    }
    top = bottom + LAYER_GAP;
  }
  return { places, bottom: top - LAYER_GAP };
}

/** Moves each vertex towards the middle of its neighbours, as far as those beside it let it. */
function relax(layers: readonly Vertex[][], places: Places): void {
  const xOf = (vertex: Vertex): number => places.get(vertex)?.x ?? 0;
  const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;
  for (let sweep = 0; sweep < RELAXATIONS; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const wanted = layer.map((vertex) => {
        const neighbours = down ? vertex.above : vertex.below;
        return neighbours.length === 0 ? xOf(vertex) : mean(neighbours.map(xOf));
      });
      for (const [index, x] of apart(layer, wanted, places).entries()) {
        const place = places.get(layer[index] as Vertex);
        if (place !== undefined) place.x = x;
      }
    }
  }
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

/** Every dependency as a line of its own, or counted in a bundle. */
function drawn(
  graph: WorkflowGraph,
  links: readonly Link[],
  ways: ReadonlyMap<Link, readonly Vertex[]>,
  places: Places,
  byCell: ReadonlyMap<Cell, Place>,
): { edges: GraphEdge[]; bundles: GraphBundle[] } {
  const edges = [...graph.edges];
  const bundles: GraphBundle[] = [];
  const cut = new Map<Cell, number>();
  for (const link of links) {
    const way = ways.get(link);
    if (way === undefined) {
      cut.set(link.to, (cut.get(link.to) ?? 0) + link.edges.length);
      continue;
    }
    const points = lineThrough(way, places);
    if (link.from.isGroup || link.to.isGroup) {
      // Between the last two layers, where nothing else stands.
      bundles.push({ count: link.edges.length, points, labelAt: middleOf(points.slice(-2)) });
      continue;
    }
    for (const index of link.edges) {
      const edge = edges[index];
      if (edge !== undefined) edges[index] = { ...edge, points, labelAt: middleOf(points) };
    }
  }
  for (const [cell, count] of cut) {
    const { x, top, width, room } = byCell.get(cell) ?? { x: 0, top: 0, width: 0, room: 0 };
    const at = Math.round(x - room / 2 + (width - room) / 4);
    const points: Point[] = [
      [at, top - STUB],
      [at, top],
    ];
    bundles.push({ count, points, labelAt: [at, top - STUB] });
  }
  return { edges, bundles };
}

/** From the lower side of the first to the upper side of the last; at a group, as near to the other end as it goes. */
function lineThrough(way: readonly Vertex[], places: Places): Point[] {
  return way.flatMap((vertex, index): Point[] => {
    const place = places.get(vertex);
    if (place === undefined) return [];
    const { x, room, top, bottom } = place;
    if (vertex.cell === null)
      return [
        [x, top],
        [x, bottom],
      ];
    const neighbour = places.get(way[index === 0 ? 1 : index - 1] as Vertex);
    const at = vertex.cell.isGroup && neighbour !== undefined ? within(place, neighbour.x) : x - room / 2;
    return [[at, index === 0 ? bottom : top]];
  });
}

const within = ({ x, width }: Place, wanted: number): number => {
  const room = Math.max(0, width / 2 - 2 * GROUP_GAP);
  return Math.round(Math.max(x - room, Math.min(x + room, wanted)));
};
