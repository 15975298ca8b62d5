/**
 * Merges the spans of a lane into bars: a wide span is its own bar, narrow ones join.
 * However long a lane is, it has no more bars than one can tell apart.
 */

import { spanText } from '../../time.tsx';
import type { LaneSpan } from './lanes.ts';

export interface Bar {
  /** One, or those that are drawn as one. */
  readonly spans: readonly LaneSpan[];
  /** Its place as a share of the line's width. */
  readonly x: number;
  readonly width: number;
}

export interface Line {
  readonly width: number;
  /** Where on the line a moment is. */
  x(at: number): number;
  /** Where what lasts is cut off, epoch milliseconds. */
  readonly end: number;
}

/** The least width in a line of a thousand: a shorter bar is no target for the eye. */
export const LEAST = 2;
/** Neighbours are drawn as one up to this width, so that what a bar says stays a matter of its place. */
const MOST_TOGETHER = 20;
const MOST_BARS = 200;

/** Makes the bars from spans in the order of time. */
export function barsOf(spans: readonly LaneSpan[], line: Line): Bar[] {
  for (let least = LEAST; ; least *= 2) {
    const bars = barsAbove(spans, line, least);
    if (bars.length <= MOST_BARS || least >= line.width) return bars;
  }
}

function barsAbove(spans: readonly LaneSpan[], line: Line, least: number): Bar[] {
  const bars: Bar[] = [];
  let together: LaneSpan[] = [];
  let [start, stop] = [0, 0];
  const flush = (): void => {
    if (together.length > 0) bars.push(barFor(together, start, stop, line));
    together = [];
  };
  for (const span of spans) {
    const [from, to] = [line.x(span.from), line.x(span.to ?? line.end)];
    if (to - from >= least) {
      flush();
      bars.push(barFor([span], from, to, line));
      continue;
    }
    if (from - stop >= least || to - start > Math.max(MOST_TOGETHER, least)) flush();
    if (together.length === 0) start = from;
    together.push(span);
    stop = to;
  }
  flush();
  return bars;
}

function barFor(spans: readonly LaneSpan[], from: number, to: number, line: Line): Bar {
  return { spans, x: Math.min(from, line.width - LEAST), width: Math.max(LEAST, to - from) };
}

/** Ranks the classes of spans that share a bar by what one looks for first. */
const RANK = ['is-failed-bar', 'is-cancelled-bar', 'is-running-bar', 'is-complete-bar', 'is-waiting-bar'];

export function classOf({ spans }: Bar): string {
  const [first, ...others] = [...new Set(spans.map(classOfSpan))];
  if (others.length === 0) return first ?? '';
  const all = new Set([first, ...others]);
  return RANK.find((name) => all.has(name)) ?? first ?? '';
}

function classOfSpan({ kind, outcome }: LaneSpan): string {
  if (kind !== 'running') return `is-${kind}-bar`;
  if (outcome === 'failed' || outcome === 'lost') return 'is-failed-bar';
  if (outcome === 'cancelled') return 'is-cancelled-bar';
  return outcome === 'complete' ? 'is-complete-bar' : 'is-running-bar';
}

/** More than these are told as numbers. */
const MOST_SAID = 12;

export function sayingOf(spans: readonly LaneSpan[], end: number): string {
  if (spans.length <= MOST_SAID) return spans.map((span) => sayingOfSpan(span, end)).join('; ');
  const [first, last] = [spans[0], spans.at(-1)];
  const attempts = spans.filter(({ kind }) => kind === 'running');
  const failed = attempts.filter(({ outcome }) => outcome === 'failed' || outcome === 'lost');
  const lasted = (last?.to ?? end) - (first?.from ?? end);
  return `${attempts.length.toLocaleString()} attempts, ${failed.length.toLocaleString()} failed, in ${spanText(lasted)}`;
}

function sayingOfSpan({ kind, from, to, attempt, outcome, error }: LaneSpan, end: number): string {
  const lasted = spanText((to ?? end) - from) + (to === null ? ' so far' : '');
  const what = kind === 'running' && attempt !== null ? `attempt ${attempt}` : kind;
  return [what, lasted, outcome, error === null ? null : `${error.name}: ${error.message}`]
    .filter((part) => part !== null)
    .join(', ');
}
