/** Every attempt of a step: when, how long, and its real error. */

import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { StateLabel } from '../state.tsx';
import { clockText, spanText } from '../time.tsx';
import { Failure } from './failure.tsx';
import type { LaneSpan } from './timeline/lanes.ts';

interface AttemptsProps {
  readonly spans: readonly LaneSpan[];
  /** Where what lasts is cut off, epoch milliseconds. */
  readonly end: number;
}

/** The first and the last of many attempts tell most; those between are shown some at a time. */
const FIRST = 3;
const LAST = 20;
const MORE = 100;

export function Attempts({ spans, end }: AttemptsProps) {
  const [more, setMore] = useState(0);
  const attempts = spans.flatMap((span, index) => {
    const next = spans[index + 1];
    return span.kind === 'running' ? [{ span, waited: next?.kind === 'backoff' ? next : null }] : [];
  });
  if (attempts.length === 0) return <p class="muted">It has not been attempted.</p>;
  const hidden = Math.max(0, attempts.length - FIRST - LAST - more);
  const shown = hidden === 0 ? attempts : [...attempts.slice(0, FIRST), ...attempts.slice(FIRST + hidden)];
  return (
    <ol class="attempts">
      {shown.map((attempt, index) => (
        <Fragment key={attempt.span.seq}>
          {index === FIRST && hidden > 0 && (
            <li>
              <button type="button" class="link" onClick={() => setMore(more + MORE)}>
                Show {Math.min(MORE, hidden)} more
              </button>{' '}
              <span class="muted">of {hidden.toLocaleString()} attempts between these</span>
            </li>
          )}
          <Attempt {...attempt} end={end} isLast={attempt === attempts.at(-1)} />
        </Fragment>
      ))}
    </ol>
  );
}

interface AttemptProps {
  readonly span: LaneSpan;
  readonly end: number;
  readonly waited: LaneSpan | null;
  /** Its failure is what one came to see; those before are folded. */
  readonly isLast: boolean;
}

function Attempt({ span, end, waited, isLast }: AttemptProps) {
  const { attempt, from, to, outcome, error, worker } = span;
  const isLost = outcome === 'lost' || outcome === 'returned';
  const state = outcome === null ? 'running' : isLost ? 'failed' : outcome;
  return (
    <li>
      <div class="row">
        <strong>#{attempt}</strong>
        <StateLabel state={state} />
        <span class="muted">
          {clockText(new Date(from).toISOString())} · {spanText((to ?? end) - from)}
        </span>
      </div>
      {outcome === 'lost' && worker === null && <p class="fault">Its worker died; it was sent again.</p>}
      {outcome === 'lost' && worker !== null && (
        <p class="fault">Worker {worker} fell silent; it was offered again.</p>
      )}
      {outcome === 'returned' && (
        <p class="muted">
          {worker === null ? 'Its worker' : `Worker ${worker}`} gave it back; it was offered again.
        </p>
      )}
      {error !== null && <Failure error={error} isOpen={isLast} />}
      {waited !== null && (
        <p class="muted">
          {waited.to === null ? 'now backing off' : `then backed off ${spanText(waited.to - waited.from)}`}
        </p>
      )}
    </li>
  );
}
