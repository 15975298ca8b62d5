/** Every attempt of a step: when, how long, and its real error. */

import { StateLabel } from '../state.tsx';
import { clockText, spanText } from '../time.tsx';
import { errorText } from './journal/event-text.ts';
import type { LaneSpan } from './timeline/lanes.ts';

interface AttemptsProps {
  readonly spans: readonly LaneSpan[];
  /** Where what lasts is cut off, epoch milliseconds. */
  readonly end: number;
}

export function Attempts({ spans, end }: AttemptsProps) {
  const attempts = spans.filter(({ kind }) => kind === 'running');
  if (attempts.length === 0) return <p class="muted">It has not been attempted.</p>;
  return (
    <ol class="attempts">
      {attempts.map((attempt) => (
        <Attempt key={attempt.seq} span={attempt} end={end} waited={waitAfter(spans, attempt)} />
      ))}
    </ol>
  );
}

function waitAfter(spans: readonly LaneSpan[], attempt: LaneSpan): LaneSpan | null {
  const next = spans[spans.indexOf(attempt) + 1];
  return next?.kind === 'backoff' ? next : null;
}

function Attempt({ span, end, waited }: { span: LaneSpan; end: number; waited: LaneSpan | null }) {
  const { attempt, from, to, outcome, error } = span;
  const state = outcome === null ? 'running' : outcome === 'lost' ? 'failed' : outcome;
  return (
    <li>
      <div class="row">
        <strong>#{attempt}</strong>
        <StateLabel state={state} />
        <span class="muted">
          {clockText(new Date(from).toISOString())} · {spanText((to ?? end) - from)}
        </span>
      </div>
      {outcome === 'lost' && <p class="fault">Its worker died; it was sent again.</p>}
      {error !== null && <p class="fault">{errorText(error)}</p>}
      {waited !== null && (
        <p class="muted">
          {waited.to === null ? 'now backing off' : `then backed off ${spanText(waited.to - waited.from)}`}
        </p>
      )}
    </li>
  );
}
