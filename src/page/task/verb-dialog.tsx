/** Asks why before a verb is sent, shows beforehand what would follow, and how to say the same elsewhere. */

import { useState } from 'preact/hooks';
import type { WhatIfView } from '../../views/moments.ts';
import { post } from '../api.ts';
import { ProblemNotice } from '../notice.tsx';
import { session } from '../session.ts';
import { useModal } from '../use-modal.ts';
import { askWhatIf } from './ask-what-if.ts';
import { asCli, asCurl, titleOf, type Verb, verbBody, verbPath } from './commands.ts';
import { CopyButton } from './copy-button.tsx';
import { readJson } from './read-json.ts';
import { WhatIfResult } from './what-if-result.tsx';

interface VerbDialogProps {
  readonly taskId: string;
  readonly step: string | null;
  readonly event: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const GIVES_OUTPUT = new Set(['step.skip', 'step.complete']);

export function VerbDialog({ taskId, step, event, onClose, onDone }: VerbDialogProps) {
  const modal = useModal(onClose);
  const [reason, setReason] = useState('');
  const [outputText, setOutputText] = useState(event === 'step.complete' ? '{}' : '');
  const [dry, setDry] = useState<WhatIfView | null>(null);
  const { busy, problem, attempt } = useAttempt();

  const output = readJson(outputText);
  const verb: Verb = { event, taskId, step, reason: reason.trim(), output: output.value };
  const send = (): Promise<void> =>
    attempt(async () => {
      await post(verbPath(verb), verbBody(verb));
      onDone();
      modal.close();
    });
  const tryOut = (): Promise<void> =>
    attempt(async () => {
      setDry(await askWhatIf({ taskId, step, seq: null, event: { type: event, ...verbBody(verb) } }));
    });

  return (
    <dialog {...modal.props} aria-label={titleOf(event)}>
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void send();
        }}
      >
        <h2>
          {titleOf(event)} {step === null ? 'this task' : `step ${step}`}
        </h2>
        <label class="field">
          <span class="name">Reason</span>
          <input value={reason} onInput={({ currentTarget }) => setReason(currentTarget.value)} />
          <span class="hint">Kept in the journal, with who did it.</span>
        </label>
        {GIVES_OUTPUT.has(event) && (
          <OutputField
            text={outputText}
            fault={output.fault}
            isNeeded={event === 'step.complete'}
            onText={setOutputText}
          />
        )}
        {problem !== null && <ProblemNotice problem={problem} />}
        {dry !== null && <WhatIfResult result={dry} />}
        <CopyButton name="curl" text={asCurl(verb, location.origin, session.get().key !== null)} />
        <CopyButton name="CLI" text={asCli(verb, location.origin)} />
        <div class="actions">
          <button type="button" class="plain" onClick={modal.close}>
            Not now
          </button>
          <button type="button" disabled={busy || output.fault !== null} onClick={() => void tryOut()}>
            Dry run
          </button>
          <button type="submit" class="primary" disabled={busy || output.fault !== null}>
            {titleOf(event)}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** Does one thing at a time, and keeps what was wrong with the last. */
function useAttempt() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return { busy, problem, attempt };
}

interface OutputFieldProps {
  readonly text: string;
  readonly fault: string | null;
  readonly isNeeded: boolean;
  readonly onText: (text: string) => void;
}

function OutputField({ text, fault, isNeeded, onText }: OutputFieldProps) {
  return (
    <label class="field">
      <span class={`name${isNeeded ? ' needed' : ''}`}>Output, as JSON</span>
      <textarea
        rows={3}
        value={text}
        required={isNeeded}
        spellcheck={false}
        aria-invalid={fault !== null}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
      {fault === null ? (
        <span class="hint">
          What the steps that depend on it are given{isNeeded ? '' : '; null if left empty'}.
        </span>
      ) : (
        <span class="fault">{fault}</span>
      )}
    </label>
  );
}
