/** Shows what a task or a step takes in its state as buttons, and nothing else. */

import { useState } from 'preact/hooks';
import type { WaitsFor } from '../../views/statuses.ts';
import type { StepView } from '../../views/tasks.ts';
import { SIGNAL } from './accepts.ts';
import { titleOf } from './commands.ts';
import { SignalDialog } from './signal-dialog.tsx';
import type { TakeBack } from './taken-back.ts';
import { VerbDialog } from './verb-dialog.tsx';

interface VerbsProps {
  readonly taskId: string;
  /** null: the task itself. */
  readonly step: StepView | null;
  /** The events its state takes. */
  readonly accepts: readonly string[];
  /** A task says so; a step is not asked. */
  readonly takeBack?: TakeBack;
  readonly onDone: () => void;
}

export function Verbs({ taskId, step, accepts, takeBack = null, onDone }: VerbsProps) {
  const [asked, setAsked] = useState<string | null>(null);
  const close = (): void => setAsked(null);
  const waitsFor = step?.wait?.for;
  return (
    <>
      {accepts.length > 0 && (
        <div class="row verbs">
          {(waitsFor === undefined ? accepts : endsFirst(accepts)).map((event) => (
            <button key={event} type="button" class={lookOf(event, waitsFor)} onClick={() => setAsked(event)}>
              {event === SIGNAL ? 'Send signal' : titleOf(event, waitsFor)}
            </button>
          ))}
        </div>
      )}
      {/* It stays though the state takes nothing any more: it may have to tell that somebody else was first. */}
      {asked !== null && (
        <AskedDialog {...{ taskId, step, takeBack, onDone }} event={asked} onClose={close} />
      )}
    </>
  );
}

interface AskedDialogProps extends Omit<VerbsProps, 'accepts'> {
  readonly event: string;
  readonly onClose: () => void;
}

export function AskedDialog({ event, ...props }: AskedDialogProps) {
  const { step } = props;
  const signal = step?.wait?.signal;
  if (event === SIGNAL && step !== null && signal !== undefined)
    return <SignalDialog {...props} step={step} name={signal} />;
  return <VerbDialog {...props} event={event} />;
}

/** First comes what a wait waits for, and then more time for that. */
const ENDS: readonly string[] = [SIGNAL, 'step.complete', 'step.reject', 'step.extend'];

const endsFirst = (accepts: readonly string[]): string[] => [
  ...ENDS.filter((event) => accepts.includes(event)),
  ...accepts.filter((event) => !ENDS.includes(event)),
];

const FINAL = new Set(['task.cancel', 'task.compensate', 'step.skip', 'step.reject']);

function lookOf(event: string, waitsFor: WaitsFor | undefined): string {
  if (event === SIGNAL || (waitsFor === 'approval' && event === 'step.complete')) return 'primary';
  if (waitsFor !== undefined && event === 'step.skip') return 'plain';
  return FINAL.has(event) ? 'danger' : '';
}
