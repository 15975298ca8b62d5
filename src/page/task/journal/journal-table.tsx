/** Every event of a task, one line each, found by its words; the chosen one in full, with its error or output. */

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { HistoryEvent } from '../../../views/tasks.ts';
import { type State, StateMark } from '../../state.tsx';
import { indexAt, isWhole, type Journal, stepActor, stepOf } from '../journal.ts';
import './journal.css';
import { VirtualRows } from '../virtual-rows.tsx';
import { EventDetail } from './event-detail.tsx';
import { matches, summaryOf } from './event-text.ts';

interface JournalTableProps {
  readonly journal: Journal;
  /** The number of its last entry, be it read yet or not. */
  readonly last: number;
  /** null for now. */
  readonly seq: number | null;
  readonly look: (seq: number) => void;
  readonly chosen: string | null;
  readonly onSeq: (seq: number) => void;
  readonly onChoose: (step: string | null) => void;
}

const ROW_PX = 28;
const timeOf = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
});

export function JournalTable({ journal, last, seq, look, chosen, onSeq, onChoose }: JournalTableProps) {
  const [words, setWords] = useState('');
  const [onlyChosen, setOnlyChosen] = useState(false);
  const actor = onlyChosen && chosen !== null ? stepActor(chosen) : null;
  const isSifted = actor !== null || words.trim() !== '';
  useEffect(() => {
    if (isSifted) look(1);
  }, [isSifted, look]);
  const events = useMemo(() => {
    const from = actor === null ? journal.events : (journal.byActor.get(actor) ?? []);
    return words.trim() === '' ? from : from.filter((event) => matches(event, words));
  }, [journal, actor, words]);
  // Entries that are not read yet have their place too.
  const unread = isSifted ? 0 : (events[0]?.seq ?? last + 1) - 1;
  const current = events[indexAt(events, seq)];
  const at = unread + indexAt(events, seq);
  const choose = (event: HistoryEvent): void => {
    onSeq(event.seq);
    const step = stepOf(event.actor);
    if (step !== null) onChoose(step);
  };
  return (
    <div class="journal">
      <div class="row journal-tools">
        <input
          type="search"
          placeholder="Find in the journal"
          aria-label="Find in the journal"
          value={words}
          onInput={({ currentTarget }) => setWords(currentTarget.value)}
        />
        {chosen !== null && <OnlyStep step={chosen} isOn={onlyChosen} onChange={setOnlyChosen} />}
        <span class="muted">
          {isSifted && `${events.length.toLocaleString()} of `}
          {countOf(journal, last)}
        </span>
      </div>
      <div class="journal-rows">
        <VirtualRows
          count={unread + events.length}
          rowHeightPx={ROW_PX}
          reveal={at}
          label="Journal"
          row={(index) => {
            const event = events[index - unread];
            if (event === undefined) return <Unread key={index + 1} seq={index + 1} look={look} />;
            return (
              <Row
                key={event.seq}
                event={event}
                isChosen={index === at}
                isLater={index > at}
                isNext={index === at + 1}
                onChoose={choose}
              />
            );
          }}
        />
      </div>
      {current !== undefined && <EventDetail event={current} />}
    </div>
  );
}

interface OnlyStepProps {
  readonly step: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function OnlyStep({ step, isOn, onChange }: OnlyStepProps) {
  return (
    <label class="row">
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      only {step}
    </label>
  );
}

function countOf(journal: Journal, last: number): string {
  const read = isWhole(journal) ? '' : `the latest ${journal.events.length.toLocaleString()} of `;
  return `${read}${last.toLocaleString()} entries`;
}

/** An entry that is read because it is in view. */
function Unread({ seq, look }: { readonly seq: number; readonly look: (seq: number) => void }) {
  useEffect(() => look(seq), [seq, look]);
  return <li class="journal-unread">{seq} …</li>;
}

interface RowProps {
  readonly event: HistoryEvent;
  readonly isChosen: boolean;
  /** After the moment looked at. */
  readonly isLater: boolean;
  /** The first of those. */
  readonly isNext: boolean;
  readonly onChoose: (event: HistoryEvent) => void;
}

function Row({ event, isChosen, isLater, isNext, onChoose }: RowProps) {
  const { seq, at, actor, from, to, attempt } = event;
  const classes = [
    'journal-row',
    isChosen ? 'is-chosen' : '',
    isLater ? 'is-later' : '',
    isNext ? 'is-next' : '',
  ];
  return (
    <li>
      <button
        type="button"
        class={classes.join(' ')}
        aria-current={isChosen ? 'true' : undefined}
        onClick={() => onChoose(event)}
      >
        <span class="seq">{seq}</span>
        <time dateTime={at} title={at}>
          {timeOf.format(new Date(at))}
        </time>
        <span class="actor">{stepOf(actor) ?? actor}</span>
        <span class="event">{event.event}</span>
        <span class={`change is-${to}`}>
          <StateMark state={to as State} />
          {from === to || from === null ? to : `${from} → ${to}`}
        </span>
        <span class="attempt">{attempt === null ? '' : `#${attempt}`}</span>
        <span class="summary">{summaryOf(event)}</span>
      </button>
    </li>
  );
}
