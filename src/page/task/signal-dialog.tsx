/** Sends a signal to one task: a step that waits for it takes it, now or once it begins to wait. */

import { useState } from 'preact/hooks';
import type { StepView } from '../../views/tasks.ts';
import { ActDialog } from './act-dialog.tsx';
import { askWhatIf } from './ask-what-if.ts';
import { signalCommand } from './commands.ts';
import { readJson } from './read-json.ts';
import { JsonField } from './verb-fields.tsx';

interface SignalDialogProps {
  readonly taskId: string;
  readonly step: StepView;
  /** The name of the signal. */
  readonly name: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function SignalDialog({ taskId, step, name, onClose, onDone }: SignalDialogProps) {
  const [text, setText] = useState('');
  const { value: data, fault } = readJson(text);
  const event = { type: 'signal.received', signal: name, data: data ?? null };
  return (
    <ActDialog
      title="Send signal"
      to={`${name} to this task`}
      command={signalCommand(taskId, name, data)}
      isReady={fault === null}
      onTry={
        step.status === 'waiting' ? () => askWhatIf({ taskId, step: step.name, seq: null, event }) : null
      }
      onSent={(answer) => {
        onDone();
        return isTaken(answer) ? null : `It is kept until a step of this task waits for ${name}.`;
      }}
      onClose={onClose}
    >
      <JsonField
        name="Data"
        text={text}
        fault={fault}
        hint={`The output of step ${step.name}; null if left empty.`}
        onText={setText}
      />
    </ActDialog>
  );
}

const isTaken = (answer: unknown): boolean => (answer as { readonly taken: boolean }).taken;
