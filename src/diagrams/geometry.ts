/** Points, and how wide a text will be: guessed, since nothing here draws letters. */

import type { ElkExtendedEdge } from 'elkjs/lib/elk-api.js';
import type { Box, Point } from './layout.ts';

/** The width of a letter in the usual sans-serif at 13 px. */
const LETTER_PX = 7.2;
/** Ideographs and emoji are about square. */
const WIDE_LETTER_PX = 13;

export function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += (letter.codePointAt(0) ?? 0) < 0x1100 ? LETTER_PX : WIDE_LETTER_PX;
  return Math.ceil(width);
}

/** Labels are written smaller. */
export const labelWidth = (text: string): number => Math.ceil(textWidth(text) * 0.84);

/** Tells whether a straight line runs through the inside of a box. */
export function runsThrough([x1, y1]: Point, [x2, y2]: Point, { x, y, width, height }: Box): boolean {
  let [from, to] = [0, 1];
  for (const [start, by, low, high] of [
    [x1, x2 - x1, x + 1, x + width - 1],
    [y1, y2 - y1, y + 1, y + height - 1],
  ] as const) {
    if (by === 0) {
      if (start <= low || start >= high) return false;
      continue;
    }
    const [one, other] = [(low - start) / by, (high - start) / by];
    [from, to] = [Math.max(from, Math.min(one, other)), Math.min(to, Math.max(one, other))];
  }
  return from < to;
}

/** From the source to the target of a placed edge, rounded: half a pixel is not seen and makes answers longer. */
export function pointsOf(edge: ElkExtendedEdge | undefined): Point[] {
  return (edge?.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) =>
    [startPoint, ...bendPoints, endPoint].map(({ x, y }): Point => [Math.round(x), Math.round(y)]),
  );
}

/** The middle of a line, by its length: where its label goes. */
export function middleOf(points: readonly Point[]): Point {
  const lengths = points.slice(1).map(([x, y], index) => {
    const [fromX, fromY] = points[index] ?? [x, y];
    return Math.hypot(x - fromX, y - fromY);
  });
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [index, length] of lengths.entries()) {
    const [from, to] = [points[index], points[index + 1]];
    if (from === undefined || to === undefined) break;
    if (left <= length && length > 0) {
      const part = left / length;
      return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
    }
    left -= length;
  }
  return points[0] ?? [0, 0];
}
