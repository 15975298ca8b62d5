/** The slider over the journal: where it stands is the moment that all views show. */

import type { HistoryEvent } from '../../views/tasks.ts';
import { clockText, momentText } from '../time.tsx';
import { indexAt, type Journal, stepOf } from './journal.ts';
import { LifeStrip } from './life-strip.tsx';

interface ScrubberProps {
  readonly journal: Journal;
  /** The number of the last entry, be it read yet or not. */
  readonly last: number;
  /** null for now. */
  readonly seq: number | null;
  readonly onSeq: (seq: number | null) => void;
}

export function Scrubber({ journal: { events }, last, seq, onSeq }: ScrubberProps) {
  const at = Math.max(1, Math.min(last, seq ?? last));
  const event = events[indexAt(events, at)];
  const go = (to: number): void => onSeq(to >= last ? null : Math.max(1, to));
  return (
    <section class={`scrubber panel${seq === null ? '' : ' is-past'}`} aria-label="Time travel">
      <button type="button" aria-label="One event back" disabled={at <= 1} onClick={() => go(at - 1)}>
        ◀
      </button>
      <span class="scrubber-line">
        <input
          type="range"
          min={1}
          max={last}
          value={at}
          // There is nowhere to go, or it is not known yet how far.
          disabled={last <= 1}
          aria-label="Moment"
          aria-valuetext={event === undefined ? `event ${at}` : sayingOf(event)}
          onInput={({ currentTarget }) => go(currentTarget.valueAsNumber)}
        />
        <LifeStrip events={events} last={last} at={at} />
      </span>
      <button type="button" aria-label="One event on" disabled={at >= last} onClick={() => go(at + 1)}>
        ▶
      </button>
      <span class="scrubber-place">
        <span class="number">
          {at.toLocaleString()} / {last.toLocaleString()}
        </span>
        {event !== undefined && (
          <span class="scrubber-event muted" title={sayingOf(event)}>
            {seq === null ? 'now, after' : clockText(event.at)} {stepOf(event.actor) ?? event.actor}{' '}
            <code>{event.event}</code>
          </span>
        )}
      </span>
    </section>
  );
}

const sayingOf = ({ actor, event, at }: HistoryEvent): string => `${actor} ${event}, ${momentText(at)}`;
