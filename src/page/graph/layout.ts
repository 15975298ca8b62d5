/** A drawn DAG as the server lays it out: positions only, so that every moment is drawn at the same places. */

export interface GraphNode {
  readonly name: string;
  readonly handler: string;
  readonly critical: boolean;
  readonly optional: boolean;
  /** It runs when all other steps have ended and one failed; no edge leads to it. */
  readonly onFailure: boolean;
  /** The top left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Point = readonly [x: number, y: number];

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Names of what flows along it, and conditions. */
  readonly labels: readonly string[];
  readonly points: readonly Point[];
}

export interface GraphLayout {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The smallest box around points. */
export function boxAround(points: readonly Point[]): Box {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  // A straight line has no area, and is still seen.
  return { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 };
}

const CORNER = 7;

/** A line through the points, its corners rounded. */
export function pathThrough(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${first[0]} ${first[1]}`;
  for (const [index, [x, y]] of rest.entries()) {
    const next = rest[index + 1];
    if (next === undefined) {
      path += `L${x} ${y}`;
      break;
    }
    const before = points[index] ?? first;
    const [inX, inY] = towards([x, y], before);
    const [outX, outY] = towards([x, y], next);
    path += `L${inX} ${inY}Q${x} ${y} ${outX} ${outY}`;
  }
  return path;
}

function towards([x, y]: Point, [toX, toY]: Point): Point {
  const length = Math.hypot(toX - x, toY - y);
  if (length === 0) return [x, y];
  const part = Math.min(CORNER, length / 2) / length;
  return [round(x + (toX - x) * part), round(y + (toY - y) * part)];
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The point half way along, for a label. */
export function middleOf(points: readonly Point[]): Point {
  const legs = points.slice(1).map((point, index) => {
    const before = points[index] ?? point;
    return { before, point, length: Math.hypot(point[0] - before[0], point[1] - before[1]) };
  });
  let left = legs.reduce((sum, { length }) => sum + length, 0) / 2;
  for (const { before, point, length } of legs) {
    if (left <= length) {
      const share = length === 0 ? 0 : left / length;
      return [before[0] + (point[0] - before[0]) * share, before[1] + (point[1] - before[1]) * share];
    }
    left -= length;
  }
  return points[0] ?? [0, 0];
}

/** Cut to what fits, roughly: the whole name is in the title. */
export function fitted(text: string, width: number, charWidth = 6.6): string {
  const most = Math.max(3, Math.floor(width / charWidth));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
