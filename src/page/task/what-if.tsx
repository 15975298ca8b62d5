/** Sends an event to a copy of the task or a step, as it was at the moment looked at, and shows what would follow. */

import { useId, useState } from 'preact/hooks';
import type { WhatIfView as Answer } from '../../views/moments.ts';
import { ProblemNotice } from '../notice.tsx';
import { askWhatIf } from './ask-what-if.ts';
import { readJson } from './read-json.ts';
import { WhatIfResult } from './what-if-result.tsx';

interface WhatIfProps {
  readonly taskId: string;
  readonly step: string | null;
  /** null for now. */
  readonly seq: number | null;
  /** Types that its machine knows. */
  readonly events: readonly string[];
}

/** An example of each kind of event; the server fills in the time, the random numbers and the attempt token. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  'attempt.complete': { output: { ok: true } },
  'attempt.failed': { error: { name: 'Error', message: 'what if', code: null, retryable: true } },
  'step.complete': { output: null },
  'signal.received': { signal: 'what if', data: { ok: true } },
  'step.reject': { reason: 'what if' },
};

export function WhatIf({ taskId, step, seq, events }: WhatIfProps) {
  const [type, setType] = useState('');
  const [fields, setFields] = useState('');
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const typed = readJson(fields);
  const choose = (next: string): void => {
    setType(next);
    const example = EXAMPLES[next];
    // A task is told of its steps by events of its own making.
    if (example !== undefined && step !== null) setFields(JSON.stringify(example));
  };
  const ask = async (): Promise<void> => {
    setProblem(null);
    setAnswer(null);
    const extra = typeof typed.value === 'object' && typed.value !== null ? typed.value : {};
    try {
      setAnswer(await askWhatIf({ taskId, step, seq, event: { ...extra, type } }));
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <details class="what-if">
      <summary>
        What if {step ?? 'the task'} were sent an event{seq === null ? '' : ' at this moment'}?
      </summary>
      <form
        class="stack"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void ask();
        }}
      >
        <EventField type={type} events={events} onType={choose} />
        <label class="field">
          <span class="name">Its fields, as JSON</span>
          <textarea
            rows={2}
            spellcheck={false}
            value={fields}
            placeholder="{}"
            aria-invalid={typed.fault !== null}
            onInput={({ currentTarget }) => setFields(currentTarget.value)}
          />
          {typed.fault !== null && <span class="fault">{typed.fault}</span>}
        </label>
        <div>
          <button type="submit" disabled={typed.fault !== null}>
            See what would follow
          </button>
        </div>
        {problem !== null && <ProblemNotice problem={problem} />}
        {answer !== null && <WhatIfResult result={answer} />}
      </form>
    </details>
  );
}

interface EventFieldProps {
  readonly type: string;
  readonly events: readonly string[];
  readonly onType: (type: string) => void;
}

function EventField({ type, events, onType }: EventFieldProps) {
  const listId = useId();
  return (
    <label class="field">
      <span class="name">Event</span>
      <input
        list={listId}
        required
        value={type}
        placeholder={events[0] ?? ''}
        onInput={({ currentTarget }) => onType(currentTarget.value)}
      />
      <datalist id={listId}>
        {events.map((event) => (
          <option key={event} value={event} />
        ))}
      </datalist>
    </label>
  );
}
