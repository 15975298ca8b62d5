/** Shows the events that a task or a step takes in its state as buttons, and no others. */

import { useState } from 'preact/hooks';
import { titleOf } from './commands.ts';
import { VerbDialog } from './verb-dialog.tsx';

interface VerbsProps {
  readonly taskId: string;
  /** null: the task itself. */
  readonly step: string | null;
  /** The events its state takes. */
  readonly accepts: readonly string[];
  readonly onDone: () => void;
}

const FINAL = new Set(['task.cancel', 'step.skip']);

export function Verbs({ taskId, step, accepts, onDone }: VerbsProps) {
  const [asked, setAsked] = useState<string | null>(null);
  if (accepts.length === 0) return null;
  return (
    <div class="row verbs">
      {accepts.map((event) => (
        <button
          key={event}
          type="button"
          class={FINAL.has(event) ? 'danger' : ''}
          onClick={() => setAsked(event)}
        >
          {titleOf(event)}
        </button>
      ))}
      {asked !== null && (
        <VerbDialog
          taskId={taskId}
          step={step}
          event={asked}
          onClose={() => setAsked(null)}
          onDone={onDone}
        />
      )}
    </div>
  );
}
