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
import { RestField, TakeBackField } from './take-back-fields.tsx';
import type { TakeBack } from './taken-back.ts';
import { OtherOutput, OutputField, UntilField } from './verb-fields.tsx';

interface VerbDialogProps {
  readonly taskId: string;
  /** null: told to the task. */
  readonly step: StepView | null;
  readonly event: string;
  readonly takeBack?: TakeBack | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export function VerbDialog(props: VerbDialogProps) {
  const { taskId, step, event, takeBack = null, onClose, onDone } = props;
  const { wait, until: end = null } = step ?? {};
  const isAnswer = event === 'step.complete' && wait?.for === 'approval';
  const needsOutput = event === 'step.complete' && !isAnswer;
  const [reason, setReason] = useState('');
  const [outputText, setOutputText] = useState(needsOutput ? '{}' : '');
  const [untilText, setUntilText] = useState(() => (event === 'step.extend' ? laterThan(end) : ''));
  const isCancel = event === 'task.cancel';
  // It goes on with what it is at, unless told outright to leave the rest.
  const [compensate, setCompensate] = useState(isCancel && takeBack === 'going' ? true : undefined);

  const output = readJson(outputText);
  const until = untilText === '' ? undefined : isoTime(untilText);
  const verb = {
    event,
    taskId,
    step: step?.name ?? null,
    reason: reason.trim(),
    output: output.value,
    until,
    compensate,
  };
  const isReady = output.fault === null && (event !== 'step.extend' || until !== undefined);

  return (
    <ActDialog
      title={titleOf(event, wait?.for)}
      to={step === null ? subjectOf(event) : `step ${step.name}`}
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
      {isCancel && takeBack === 'offered' && (
        <TakeBackField isChosen={compensate === true} onChosen={(is) => setCompensate(is || undefined)} />
      )}
      {isCancel && takeBack === 'going' && (
        <RestField isTakenBack={compensate === true} onTakenBack={setCompensate} />
      )}
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
const subjectOf = (event: string): string =>
  event === 'task.compensate' ? 'what this task has done' : 'this task';

async function tryOut(verb: Verb, isAnswer: boolean) {
  const { event, taskId, step, reason, output, until, compensate } = verb;
  const given = { type: event, ...(reason === '' ? {} : { reason }) };
  const answer = isAnswer && output === undefined ? await plainYes(reason) : output;
  const fields = {
    ...(answer === undefined ? {} : { output: answer }),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
    ...(compensate === undefined ? {} : { compensate }),
  };
  return askWhatIf({ taskId, step, seq: null, event: { ...given, ...fields } });
}

async function plainYes(reason: string) {
  const { name } = await get<Me>('/me');
  return { approved: true, by: name, reason: reason === '' ? null : reason };
}
