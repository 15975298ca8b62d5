/** Tells what a person may send to a step: its machine knows its states, and waits have rules besides. */

import type { ActorMoment } from '../../views/moments.ts';
import type { StepStatus, StepView, TaskView } from '../../views/tasks.ts';
import { isLeftAlone } from './taken-back.ts';

/** A signal comes from outside, and to a task: its machine is not asked whether a person may send it. */
export const SIGNAL = 'signal.received';

/** The events that its state takes. `moment`: null before it was spawned. */
export function acceptsOf({ wait }: StepView, moment: ActorMoment | null): readonly string[] {
  const { accepts, status } = moment ?? NOTHING;
  // There is one answer: a question that got none, or a no, can only be asked anew.
  return wait?.for === 'approval' && status === 'failed'
    ? accepts.filter((event) => event !== 'step.complete')
    : accepts;
}

const NOTHING = { accepts: [], status: 'pending' } as const;

/** One that was never spawned has no machine to ask; it can still be resolved ahead by hand. */
export function offeredBy(task: TaskView, step: StepView, moment: ActorMoment | null): readonly string[] {
  const { status, startedAt } = task;
  if (isLeftAlone(task, step)) return [];
  const isOver = status === 'complete' || status === 'cancelled' || startedAt === null;
  // A signal that comes before its wait, or to one that a retry will begin anew, is kept for it.
  const takesSignal = step.wait?.signal !== undefined && !isOver && TAKE_SIGNALS.has(step.status);
  const signals = takesSignal ? [SIGNAL] : [];
  if (moment !== null) return [...signals, ...acceptsOf(step, moment)];
  // A compensation takes nothing before it has begun.
  return isOver || step.status !== 'pending' || step.compensates !== undefined
    ? []
    : [...signals, 'step.skip', 'step.complete'];
}

const TAKE_SIGNALS: ReadonlySet<StepStatus> = new Set(['pending', 'waiting', 'failed']);
