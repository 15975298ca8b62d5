/** The tip of an arrow. */

import type { Point } from '../../diagrams/layout.ts';

const LENGTH = 7;
const HALF_ANGLE = 0.45;

/** At the end of a line, in the direction it comes from; null for what is no line. */
export function tipAt(points: readonly Point[]): string | null {
  const [end, before] = [points.at(-1), points.at(-2)];
  if (end === undefined || before === undefined) return null;
  const angle = Math.atan2(end[1] - before[1], end[0] - before[0]);
  const corner = (turn: number): string => {
    const x = end[0] - LENGTH * Math.cos(angle + turn);
    const y = end[1] - LENGTH * Math.sin(angle + turn);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  };
  return `M${end[0]} ${end[1]}L${corner(HALF_ANGLE)}L${corner(-HALF_ANGLE)}Z`;
}
