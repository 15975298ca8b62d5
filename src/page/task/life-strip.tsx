/** A task's life as the line of the slider: the state it was in, entry by entry, and below it where attempts failed. */

import { useMemo } from 'preact/hooks';
import type { HistoryEvent } from '../../actors/views.ts';
import type { State } from '../state.tsx';

interface Stretch {
  readonly state: State;
  /** The first entry of it, and the first after it. */
  readonly from: number;
  to: number;
}

/** More marks than that are one bar. */
const MOST_MARKS = 300;

interface LifeStripProps {
  readonly events: readonly HistoryEvent[];
  /** The entry looked at: what came after it is faint. */
  readonly index: number;
}

export function LifeStrip({ events, index }: LifeStripProps) {
  // The knob stands on an entry, at both ends of the line too.
  const width = Math.max(1, events.length - 1);
  const drawing = useMemo(
    () => (
      <svg viewBox={`0 0 ${width} 12`} preserveAspectRatio="none" aria-hidden="true">
        {stretchesOf(events).map(({ state, from, to }) => (
          <rect key={from} class={`is-${state}`} x={from - 0.5} width={to - from} y={0} height={6} />
        ))}
        {failuresOf(events).map((at) => (
          <rect key={at} class="is-failed" x={at} width={width / MOST_MARKS} y={8} height={4} />
        ))}
      </svg>
    ),
    [events, width],
  );
  return (
    <span class="life" aria-hidden="true">
      {drawing}
      <span class="life-later" style={{ left: `${(index / width) * 100}%` }} />
    </span>
  );
}

function stretchesOf(events: readonly HistoryEvent[]): Stretch[] {
  const stretches: Stretch[] = [];
  let last = null as Stretch | null;
  for (const [index, { actor, to }] of events.entries()) {
    if (last !== null) last.to = index + 1;
    if (actor !== 'task' || last?.state === to) continue;
    last = { state: to as State, from: index, to: index + 1 };
    stretches.push(last);
  }
  // States that come and go within less than a mark's width would be drawn over one another.
  const least = events.length / MOST_MARKS / 2;
  return stretches.filter(({ from, to }) => to - from >= least);
}

function failuresOf(events: readonly HistoryEvent[]): number[] {
  const marks: number[] = [];
  const apart = events.length / MOST_MARKS;
  for (const [index, { event }] of events.entries()) {
    if (event !== 'attempt.failed' && event !== 'timer.timeout' && event !== 'attempt.lost') continue;
    if (index - (marks.at(-1) ?? Number.NEGATIVE_INFINITY) >= apart) marks.push(index);
  }
  return marks;
}
