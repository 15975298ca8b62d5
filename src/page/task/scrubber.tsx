/** The slider over the journal: where it stands is the moment that all views show. */

import type { HistoryEvent } from '../../actors/views.ts';
import { clockText, momentText } from '../time.tsx';
import { indexAt, type Journal, stepOf } from './journal.ts';
import { LifeStrip } from './life-strip.tsx';

interface ScrubberProps {
  readonly journal: Journal;
  /** null for now. */
  readonly seq: number | null;
  readonly onSeq: (seq: number | null) => void;
}

export function Scrubber({ journal: { events }, seq, onSeq }: ScrubberProps) {
  const last = events.length - 1;
  const index = Math.max(0, indexAt(events, seq));
  const event = events[index];
  const go = (to: number): void => {
    const bounded = Math.max(0, Math.min(last, to));
    onSeq(bounded === last ? null : (events[bounded]?.seq ?? null));
  };
  return (
    <section class={`scrubber panel${seq === null ? '' : ' is-past'}`} aria-label="Time travel">
      <button type="button" aria-label="One event back" disabled={index <= 0} onClick={() => go(index - 1)}>
        ◀
      </button>
      <span class="scrubber-line">
        <input
          type="range"
          min={0}
          max={Math.max(0, last)}
          value={index}
          aria-label="Moment"
          aria-valuetext={event === undefined ? 'nothing yet' : sayingOf(event)}
          onInput={({ currentTarget }) => go(currentTarget.valueAsNumber)}
        />
        <LifeStrip events={events} index={index} />
      </span>
      <button type="button" aria-label="One event on" disabled={index >= last} onClick={() => go(index + 1)}>
        ▶
      </button>
      <span class="scrubber-place">
        <span class="number">
          {(index + 1).toLocaleString()} / {events.length.toLocaleString()}
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
