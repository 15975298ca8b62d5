/** The stack of an error, short enough to keep: where it was thrown, in the user's files and ours before all others. */

import { OUTCOME_LIMITS, startOf } from './outcome-limits.ts';

const FRAME = /^\s+at /;
const INTERNAL = /\b(?:node:|internal\/)/;
const INSTALLED = /[\\/]node_modules[\\/](?!troupe[\\/])/;

const MAX_HEAD = 1_000;
/** A frame can name a file by all of its content, as a data URL does. */
const MAX_LINE = 400;

/** Frames of Node itself go first, then those of installed packages, then the outermost. */
export function shortStack(stack: string, max: number = OUTCOME_LIMITS.stackCharacters): string {
  // A text of any length is cut before it is taken apart: frames stand far in front of this.
  const lines = startOf(stack, max * 8).split('\n');
  const first = lines.findIndex((line) => FRAME.test(line));
  if (first < 0) return shortText(stack, max);
  const head = shortText(lines.slice(0, first).join('\n'), Math.min(MAX_HEAD, max));
  const all = lines.slice(first).filter((line) => line.trim() !== '');
  const own = all.filter((line) => !INTERNAL.test(line));
  const frames = (own.length === 0 ? all : own).map(shortLine);
  const fitting = fits(head, frames, max) ? frames : frames.filter((line) => !INSTALLED.test(line));
  const kept = (fitting.length === 0 ? frames : fitting).slice(0, OUTCOME_LIMITS.stackFrames);
  while (kept.length > 1 && !fits(head, kept, max)) kept.pop();
  const cut = frames.length - kept.length;
  const note = cut === 0 ? [] : [`    … [cut: ${cut} more frames]`];
  return [head, ...kept, ...note].filter((line) => line !== '').join('\n');
}

const NOTE_CHARACTERS = 40;

function fits(head: string, frames: readonly string[], max: number): boolean {
  if (frames.length > OUTCOME_LIMITS.stackFrames) return false;
  return frames.reduce((sum, line) => sum + line.length + 1, head.length + NOTE_CHARACTERS) <= max;
}

/** The line and column stand at its end. */
const shortLine = (line: string): string =>
  line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE / 2)}…${line.slice(-MAX_LINE / 2)}`;

/** Other languages tell the throw last, so the end matters as much as the beginning. */
function shortText(text: string, max: number): string {
  if (text.length <= max) return text;
  const note = `\n… [cut: ${text.length} characters; at most ${max} are kept] …\n`;
  const room = max - note.length;
  return startOf(text, Math.floor(room / 2)) + note + text.slice(-Math.floor(room / 2));
}
