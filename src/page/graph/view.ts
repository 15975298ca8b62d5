/** Which part of a drawing is seen, and how large: the sums behind moving and zooming. */

import type { Box } from '../../diagrams/layout.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface View {
  /** The point in the middle of the frame. */
  readonly x: number;
  readonly y: number;
  /** Pixels for a unit of the drawing. */
  readonly scale: number;
}

const SMALLEST = 0.02;
const LARGEST = 4;
/** A drawing of three boxes is not blown up to fill a screen. */
const LARGEST_FIT = 1.15;
const MARGIN_PX = 18;
/** Where the buttons are. */
const BOTTOM_PX = 50;

/** Smaller, and words cannot be read. */
const READABLE = 0.6;

/** All of it, in the middle; if it could not be read so, its upper end, or as little further down as shows the focus. */
export function fitting(content: Box, frame: Size, focus: Box | null = null): View {
  const room = { width: frame.width - 2 * MARGIN_PX, height: frame.height - MARGIN_PX - BOTTOM_PX };
  const across = room.width / Math.max(1, content.width);
  const down = room.height / Math.max(1, content.height);
  const whole = Math.max(SMALLEST, Math.min(LARGEST_FIT, across, down));
  const scale = focus === null ? whole : Math.max(whole, Math.min(1, Math.max(READABLE, across)));
  const seen = { width: room.width / scale, height: room.height / scale };
  const middle = focus === null ? 0 : focus.x + focus.width / 2;
  const left = startOf(content.x, content.width, seen.width, middle - seen.width / 2);
  const end = focus === null ? content.y : focus.y + focus.height * 1.5;
  const top = startOf(content.y, content.height, seen.height, end - seen.height);
  const lower = (BOTTOM_PX - MARGIN_PX) / scale / 2;
  return { x: left + seen.width / 2, y: top + seen.height / 2 + lower, scale };
}

/** Where what is seen of a length begins: as wanted, but with no more of it empty than needed. */
function startOf(start: number, length: number, seen: number, wanted: number): number {
  if (length <= seen) return start + (length - seen) / 2;
  return Math.max(start, Math.min(start + length - seen, wanted));
}

export const moved = (view: View, xPx: number, yPx: number): View => ({
  ...view,
  x: view.x + xPx / view.scale,
  y: view.y + yPx / view.scale,
});

/** Keeps the point at (`xPx`, `yPx`) from the middle where it is. */
export function zoomed(view: View, factor: number, xPx = 0, yPx = 0): View {
  const scale = Math.max(SMALLEST, Math.min(LARGEST, view.scale * factor));
  const keep = 1 / view.scale - 1 / scale;
  return { x: view.x + xPx * keep, y: view.y + yPx * keep, scale };
}

export function visibleBox({ x, y, scale }: View, frame: Size): Box {
  const [width, height] = [frame.width / scale, frame.height / scale];
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** Smaller than this, words are dust: only colours are drawn. */
const WORDS = 0.5;

/** Chooses what to draw for what is seen, on a raster, so that small moves need nothing new. */
export interface Shown {
  /** Draw what overlaps it; the rest cannot be seen. */
  readonly window: Box;
  readonly readable: boolean;
  /** The same for the same of the above. */
  readonly key: readonly unknown[];
}

export function windowAround(seen: Box, scale: number): Shown {
  const [x, width] = rastered(seen.x, seen.width);
  const [y, height] = rastered(seen.y, seen.height);
  const readable = scale >= WORDS;
  return { window: { x, y, width, height }, readable, key: [x, y, width, height, readable] };
}

/** Finer, and every move draws; coarser, and one draws far more than is seen. */
function rastered(start: number, length: number): [start: number, length: number] {
  const step = 2 ** Math.floor(Math.log2(Math.max(length, 1)) - 1);
  const from = Math.floor(start / step) * step;
  return [from, Math.ceil((start + length) / step) * step - from];
}
