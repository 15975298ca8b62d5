/** A task's life as the line of the slider: the state it was in, entry by entry, and below it where something failed. */

import { useMemo } from 'preact/hooks';
import type { HistoryEvent } from '../../views/tasks.ts';
import type { State } from '../state.tsx';

interface Stretch {
  readonly state: State;
  /** The number of the first entry of it, and of the first after it: for the last, which goes on, none there is yet. */
  readonly from: number;
  to: number;
}

/** More marks than that are one bar. */
const MOST_MARKS = 300;

interface LifeStripProps {
  /** The entries that were read; the line is empty where there are more. */
  readonly events: readonly HistoryEvent[];
  /** The number of the last entry there is. */
  readonly last: number;
  /** The number of the entry looked at: what came after it is faint. */
  readonly at: number;
}

export function LifeStrip({ events, last, at }: LifeStripProps) {
  // The knob stands on an entry, at both ends of the line too.
  const width = Math.max(1, last - 1);
  const drawing = useMemo(
    () => (
      <svg viewBox={`1 0 ${width} 12`} preserveAspectRatio="none" aria-hidden="true">
        {stretchesOf(events).map(({ state, from, to }) => (
          <rect key={from} class={`is-${state}`} x={from - 0.5} width={to - from} y={0} height={6} />
        ))}
        {failuresOf(events).map((seq) => (
          <rect key={seq} class="is-failed" x={seq} width={width / MOST_MARKS} y={8} height={4} />
        ))}
      </svg>
    ),
    [events, width],
  );
  return (
    <span class="life" aria-hidden="true">
      {drawing}
      <span class="life-later" style={{ left: `${((at - 1) / width) * 100}%` }} />
    </span>
  );
}

function stretchesOf(events: readonly HistoryEvent[]): Stretch[] {
  const stretches: Stretch[] = [];
  let last = null as Stretch | null;
  for (const { seq, actor, to } of events) {
    if (last !== null) last.to = seq + 1;
    if (actor !== 'task' || last?.state === to) continue;
    last = { state: to as State, from: seq, to: seq + 1 };
    stretches.push(last);
  }
  // States that come and go within less than a mark's width would be drawn over one another.
  if (last !== null) last.to++;
  const least = events.length / MOST_MARKS / 2;
  return stretches.filter(({ from, to }) => to - from >= least);
}

/** An attempt has failed, or a step without any: a wait that got no answer, or a no. */
const isFailure = ({ actor, event, from, to }: HistoryEvent): boolean =>
  FAILURES.has(event) || (actor !== 'task' && to === 'failed' && from !== 'failed');

const FAILURES = new Set(['attempt.failed', 'timer.timeout', 'attempt.lost']);

function failuresOf(events: readonly HistoryEvent[]): number[] {
  const marks: number[] = [];
  const apart = events.length / MOST_MARKS;
  for (const event of events) {
    if (!isFailure(event)) continue;
    const { seq } = event;
    if (seq - (marks.at(-1) ?? Number.NEGATIVE_INFINITY) >= apart) marks.push(seq);
  }
  return marks;
}
