/** One line of the timeline: bars for what one actor did, on top of the gaps that all lines share. */

import { spanText } from '../../time.tsx';
import type { Axis } from './axis.ts';
import type { LaneSpan } from './lanes.ts';

interface LaneProps {
  readonly axis: Axis;
  readonly spans: readonly LaneSpan[];
  /** Where what lasts is cut off, epoch milliseconds. */
  readonly end: number;
  readonly isCritical: boolean;
  /** Goes to the journal entry a bar began with. */
  readonly onSeq: (seq: number) => void;
}

/** Of the width of the line; the browser stretches it. */
const WIDTH = 1_000;
const HEIGHT = 26;
/** A shorter bar is no target for the eye. */
const LEAST = 2;

export function Lane({ axis, spans, end, isCritical, onSeq }: LaneProps) {
  const x = (at: number): number => axis.place(at) * WIDTH;
  const [first, last] = [spans[0], spans.at(-1)];
  return (
    <svg class="lane" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img">
      <title>{spans.length === 0 ? 'not begun' : spans.map((span) => sayingOf(span, end)).join('; ')}</title>
      {axis.gaps.map((gap) => (
        <rect
          key={gap.from}
          class="gap"
          x={gap.start * WIDTH}
          y={0}
          width={(gap.end - gap.start) * WIDTH}
          height={HEIGHT}
        >
          <title>{`${spanText(gap.to - gap.from)} in which nothing ran`}</title>
        </rect>
      ))}
      {spans.map((span) => {
        const from = x(span.from);
        const width = Math.max(LEAST, x(span.to ?? end) - from);
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: a short cut to what the journal and the slider offer
          <rect
            key={span.seq}
            class={`bar ${classOf(span)}`}
            x={Math.min(from, WIDTH - LEAST)}
            y={span.kind === 'running' ? 5 : 8}
            width={width}
            height={span.kind === 'running' ? 15 : 9}
            onClick={() => onSeq(span.seq)}
          >
            <title>{sayingOf(span, end)}</title>
          </rect>
        );
      })}
      {isCritical && first !== undefined && last !== undefined && (
        <rect
          class="critical-line"
          x={x(first.from)}
          y={HEIGHT - 4}
          width={Math.max(LEAST, x(last.to ?? end) - x(first.from))}
          height={2.5}
        />
      )}
    </svg>
  );
}

function classOf({ kind, outcome }: LaneSpan): string {
  if (kind !== 'running') return `is-${kind}-bar`;
  if (outcome === 'failed' || outcome === 'lost') return 'is-failed-bar';
  if (outcome === 'cancelled') return 'is-cancelled-bar';
  return outcome === 'complete' ? 'is-complete-bar' : 'is-running-bar';
}

function sayingOf({ kind, from, to, attempt, outcome, error }: LaneSpan, end: number): string {
  const lasted = spanText((to ?? end) - from) + (to === null ? ' so far' : '');
  const what = kind === 'running' && attempt !== null ? `attempt ${attempt}` : kind;
  return [what, lasted, outcome, error === null ? null : `${error.name}: ${error.message}`]
    .filter((part) => part !== null)
    .join(', ');
}
