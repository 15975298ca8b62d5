/** Boxes, lines and words of a drawing, as the browser has to know them: what is seen, and how far it reaches. */

import type { Box, Point } from '../../diagrams/layout.ts';

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

/** Cut to what fits, roughly: the whole name is in the title. */
export function fitted(text: string, width: number, charWidth = 6.6): string {
  const most = Math.max(3, Math.floor(width / charWidth));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
