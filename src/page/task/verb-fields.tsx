/** The fields of a verb beside its reason: an output, another end of a wait. */

import { useId } from 'preact/hooks';
import { isoTime, localTime } from '../local-time.ts';
import { momentText } from '../time.tsx';

interface JsonFieldProps {
  readonly name: string;
  readonly text: string;
  readonly fault: string | null;
  readonly isNeeded?: boolean;
  /** Says what it is for, while there is no fault. */
  readonly hint: string;
  readonly onText: (text: string) => void;
}

export function JsonField({ name, text, fault, isNeeded = false, hint, onText }: JsonFieldProps) {
  return (
    <label class="field">
      <span class={`name${isNeeded ? ' needed' : ''}`}>{name}, as JSON</span>
      <textarea
        rows={3}
        value={text}
        required={isNeeded}
        spellcheck={false}
        aria-invalid={fault !== null}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
      {fault === null ? <span class="hint">{hint}</span> : <span class="fault">{fault}</span>}
    </label>
  );
}

type OutputProps = Omit<JsonFieldProps, 'name' | 'hint'>;

export function OutputField(props: OutputProps) {
  const hint = `What the steps that depend on it are given${props.isNeeded ? '' : '; null if left empty'}.`;
  return <JsonField {...props} name="Output" hint={hint} />;
}

/** A yes needs no output of its own; one may be given all the same. */
export function OtherOutput(props: OutputProps) {
  return (
    <details>
      <summary>Give another output than a plain yes</summary>
      <JsonField
        {...props}
        name="Output"
        hint='What the steps that depend on it are given; {"approved": true, "by": …, "reason": …} if left empty.'
      />
    </details>
  );
}

interface UntilFieldProps {
  /** As a field of the kind `datetime-local` has it. */
  readonly text: string;
  /** When the wait ends as it is, ISO 8601. */
  readonly end: string | null;
  readonly onText: (text: string) => void;
}

const HOUR_MS = 3_600_000;
const STEPS = [
  { name: '1 h later', ms: HOUR_MS },
  { name: '1 day later', ms: 24 * HOUR_MS },
] as const;

export function UntilField({ text, end, onText }: UntilFieldProps) {
  const id = useId();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const later = (ms: number): void => {
    const from = Date.parse(isoTime(text)) || Date.now();
    onText(localTime(new Date(from + ms).toISOString()));
  };
  return (
    <div class="field">
      <label class="name needed" for={id}>
        Until
      </label>
      <div class="row">
        <input
          id={id}
          type="datetime-local"
          required
          value={text}
          onInput={({ currentTarget }) => onText(currentTarget.value)}
        />
        {STEPS.map(({ name, ms }) => (
          <button key={name} type="button" onClick={() => later(ms)}>
            {name}
          </button>
        ))}
      </div>
      <span class="hint">
        {end !== null && `It ends at ${momentText(end)} as it is. `}Times are those of {zone}.
      </span>
    </div>
  );
}
