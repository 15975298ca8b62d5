/** Which part of a drawing is seen, and how large: the sums behind moving and zooming. */

import type { Box } from './layout.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface View {
  /** What is in the middle of the frame. */
  readonly x: number;
  readonly y: number;
  /** Pixels for a unit of the drawing. */
  readonly scale: number;
}

const SMALLEST = 0.02;
const LARGEST = 4;
/** A drawing of three boxes is not blown up to fill a screen. */
const LARGEST_FIT = 1.15;
const MARGIN_PX = 24;

/** Smaller, and words cannot be read. */
const READABLE = 0.62;

/** All of it, in the middle; if it could not be read so, the part in focus at a size that can. */
export function fitting(content: Box, frame: Size, focus: Box | null = null): View {
  const whole = fittingWhole(content, frame);
  if (focus === null || whole.scale >= READABLE) return whole;
  const [x, y] = [focus.x + focus.width / 2, focus.y + focus.height / 2];
  return within({ x, y, scale: READABLE }, content, frame);
}

/** Moved so that no more of the frame than needed is empty. */
function within(view: View, content: Box, frame: Size): View {
  const half = (length: number): number => length / view.scale / 2;
  return {
    ...view,
    x: between(view.x, content.x, content.width, half(frame.width - 2 * MARGIN_PX)),
    y: between(view.y, content.y, content.height, half(frame.height - 2 * MARGIN_PX)),
  };
}

function between(middle: number, start: number, length: number, half: number): number {
  if (length <= 2 * half) return start + length / 2;
  return Math.max(start + half, Math.min(start + length - half, middle));
}

function fittingWhole(content: Box, frame: Size): View {
  const across = (frame.width - 2 * MARGIN_PX) / Math.max(1, content.width);
  const down = (frame.height - 2 * MARGIN_PX) / Math.max(1, content.height);
  return {
    x: content.x + content.width / 2,
    y: content.y + content.height / 2,
    scale: Math.max(SMALLEST, Math.min(LARGEST_FIT, across, down)),
  };
}

export const moved = (view: View, xPx: number, yPx: number): View => ({
  ...view,
  x: view.x + xPx / view.scale,
  y: view.y + yPx / view.scale,
});

/** What is at (`xPx`, `yPx`) from the middle stays there. */
export function zoomed(view: View, factor: number, xPx = 0, yPx = 0): View {
  const scale = Math.max(SMALLEST, Math.min(LARGEST, view.scale * factor));
  const keep = 1 / view.scale - 1 / scale;
  return { x: view.x + xPx * keep, y: view.y + yPx * keep, scale };
}

export function visibleBox({ x, y, scale }: View, frame: Size): Box {
  const [width, height] = [frame.width / scale, frame.height / scale];
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** What to draw for what is seen: more than it, on a raster, so that small moves need nothing new. */
export function windowAround(seen: Box, scale: number): { window: Box; scale: number; key: number[] } {
  const step = 2 ** Math.floor(Math.log2(Math.max(seen.width, seen.height, 1)));
  const x = Math.floor(seen.x / step) * step;
  const y = Math.floor(seen.y / step) * step;
  const width = Math.ceil((seen.x + seen.width) / step) * step - x;
  const height = Math.ceil((seen.y + seen.height) / step) * step - y;
  const coarse = 2 ** (Math.round(Math.log2(scale) * 2) / 2);
  return { window: { x, y, width, height }, scale: coarse, key: [x, y, width, height, coarse] };
}
