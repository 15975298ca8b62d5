/** Asks why before a verb is sent, and for what the verb needs besides. */

import { useState } from 'preact/hooks';
import type { StepView } from '../../views/tasks.ts';
import { get } from '../api.ts';
import { isoTime, localTime } from '../local-time.ts';
import type { Me } from '../use-me.ts';
import { ActDialog } from './act-dialog.tsx';
import { askWhatIf } from './ask-what-if.ts';
import { titleOf, type Verb, verbCommand } from './commands.ts';
import { readJson } from './read-json.ts';
import { OtherOutput, OutputField, UntilField } from './verb-fields.tsx';

interface VerbDialogProps {
  readonly taskId: string;
  /** null: told to the task. */
  readonly step: StepView | null;
  readonly event: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export function VerbDialog({ taskId, step, event, onClose, onDone }: VerbDialogProps) {
  const { wait, until: end = null } = step ?? {};
  const isAnswer = event === 'step.complete' && wait?.for === 'approval';
  const needsOutput = event === 'step.complete' && !isAnswer;
  const [reason, setReason] = useState('');
  const [outputText, setOutputText] = useState(needsOutput ? '{}' : '');
  const [untilText, setUntilText] = useState(() => (event === 'step.extend' ? laterThan(end) : ''));

  const output = readJson(outputText);
  const until = untilText === '' ? undefined : isoTime(untilText);
  const verb = {
    event,
    taskId,
    step: step?.name ?? null,
    reason: reason.trim(),
    output: output.value,
    until,
  };
  const isReady = output.fault === null && (event !== 'step.extend' || until !== undefined);

  return (
    <ActDialog
      title={titleOf(event, wait?.for)}
      to={step === null ? 'this task' : `step ${step.name}`}
      command={verbCommand(verb)}
      isReady={isReady}
      onTry={() => tryOut(verb, isAnswer)}
      onSent={() => {
        onDone();
        return null;
      }}
      onClose={onClose}
    >
      {wait?.prompt !== undefined && <p class="asked">{wait.prompt}</p>}
      <label class="field">
        <span class="name">Reason</span>
        <input
          value={reason}
          maxLength={1000}
          onInput={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <span class="hint">Kept in the journal, with who did it.</span>
      </label>
      {(needsOutput || event === 'step.skip') && (
        <OutputField text={outputText} fault={output.fault} isNeeded={needsOutput} onText={setOutputText} />
      )}
      {isAnswer && <OtherOutput text={outputText} fault={output.fault} onText={setOutputText} />}
      {event === 'step.extend' && <UntilField text={untilText} end={end} onText={setUntilText} />}
    </ActDialog>
  );
}

/** An hour, as a proposal. */
function laterThan(end: string | null): string {
  const from = Math.max(Date.now(), Date.parse(end ?? '') || 0);
  return localTime(new Date(Math.ceil(from / MINUTE_MS) * MINUTE_MS + HOUR_MS).toISOString());
}

/** The machine is told what the server would fill in: who answers how, and a time as a number. */
async function tryOut({ event, taskId, step, reason, output, until }: Verb, isAnswer: boolean) {
  const given = { type: event, ...(reason === '' ? {} : { reason }) };
  const answer = isAnswer && output === undefined ? await plainYes(reason) : output;
  const fields = {
    ...(answer === undefined ? {} : { output: answer }),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
  };
  return askWhatIf({ taskId, step, seq: null, event: { ...given, ...fields } });
}

async function plainYes(reason: string) {
  const { name } = await get<Me>('/me');
  return { approved: true, by: name, reason: reason === '' ? null : reason };
}
