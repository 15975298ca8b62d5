/** One line of the timeline: bars for what one actor did, on top of the gaps that all lines share. */

import { useMemo } from 'preact/hooks';
import { momentText, spanText } from '../../time.tsx';
import type { Axis } from './axis.ts';
import { type Bar, barsOf, classOf, LEAST, sayingOf } from './bars.ts';
import type { LaneSpan } from './lanes.ts';

interface LaneProps {
  readonly axis: Axis;
  readonly spans: readonly LaneSpan[];
  /** Where what lasts is cut off, epoch milliseconds. */
  readonly end: number;
  /** When the task must be over, epoch milliseconds; null: nothing is drawn. */
  readonly deadline: number | null;
  readonly isCritical: boolean;
  /** Goes to the journal entry a bar began with. */
  readonly onSeq: (seq: number) => void;
}

/** The width of the line; the browser stretches it. */
const WIDTH = 1_000;
const HEIGHT = 26;

export function Lane({ axis, spans, end, deadline, isCritical, onSeq }: LaneProps) {
  const x = (at: number): number => axis.place(at) * WIDTH;
  const bars = useMemo(() => barsOf(spans, { width: WIDTH, x, end }), [spans, axis, end]);
  const [first, last] = [spans[0], spans.at(-1)];
  return (
    <svg class="lane" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img">
      <title>{spans.length === 0 ? 'not begun' : sayingOf(spans, end)}</title>
      <Gaps axis={axis} end={end} />
      {bars.map((bar) => (
        <BarShape key={bar.spans[0]?.seq} bar={bar} end={end} onSeq={onSeq} />
      ))}
      {isCritical && first !== undefined && last !== undefined && (
        <rect
          class="critical-line"
          x={x(first.from)}
          y={HEIGHT - 4}
          width={Math.max(LEAST, x(last.to ?? end) - x(first.from))}
          height={2.5}
        />
      )}
      {deadline !== null && (
        <rect
          class="deadline-line"
          x={Math.min(x(deadline), WIDTH - LEAST)}
          y={0}
          width={LEAST}
          height={HEIGHT}
        >
          <title>{`the deadline: ${momentText(new Date(deadline).toISOString())}`}</title>
        </rect>
      )}
    </svg>
  );
}

interface BarShapeProps {
  readonly bar: Bar;
  readonly end: number;
  readonly onSeq: (seq: number) => void;
}

function BarShape({ bar, end, onSeq }: BarShapeProps) {
  const { spans, x, width } = bar;
  const isTall = spans.some(({ kind }) => kind === 'running');
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a short cut to what the journal and the slider offer
    <rect
      class={`bar ${classOf(bar)}`}
      x={x}
      y={isTall ? 5 : 8}
      width={width}
      height={isTall ? 15 : 9}
      onClick={() => spans[0] !== undefined && onSeq(spans[0].seq)}
    >
      <title>{sayingOf(spans, end)}</title>
    </rect>
  );
}

/** More of them are drawn as one shape, and none tells its length. */
const MOST_GAPS = 20;

function Gaps({ axis: { gaps }, end }: { readonly axis: Axis; readonly end: number }) {
  if (gaps.length > MOST_GAPS) {
    const parts = gaps.map(
      ({ start, end }) => `M${start * WIDTH} 0H${end * WIDTH}V${HEIGHT}H${start * WIDTH}z`,
    );
    return <path class="gap" d={parts.join('')} />;
  }
  return gaps.map((gap) => (
    <rect
      key={gap.from}
      class="gap"
      x={gap.start * WIDTH}
      y={0}
      width={(gap.end - gap.start) * WIDTH}
      height={HEIGHT}
    >
      <title>{`${spanText(gap.to - gap.from)} ${gap.from >= end ? 'to come' : 'in which nothing ran'}`}</title>
    </rect>
  ));
}
