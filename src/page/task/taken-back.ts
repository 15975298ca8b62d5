/** A task that takes back what it has done: how far it is or came, and what a person may still tell it. */

import type { ActorMoment } from '../../views/moments.ts';
import type { StepView, TaskView } from '../../views/tasks.ts';

type Ended = Pick<TaskView, 'status' | 'ending' | 'compensation' | 'compensated'>;

const isOver = ({ status }: Pick<TaskView, 'status'>): boolean =>
  status === 'failed' || status === 'cancelled' || status === 'complete';

/** It is at that, or its steps are ending before it. */
export const isTakingBack = (task: Pick<TaskView, 'status' | 'ending'>): boolean =>
  task.ending !== null && !isOver(task);

/** How far it is, or how far it came; null for a task that has taken nothing back. */
export function takenBackText(task: Ended & Pick<TaskView, 'steps'>): string | null {
  const { compensation, compensated, steps } = task;
  if (compensation === null) return null;
  const { done, total } = compensation;
  const figures = `${done} of ${total} done`;
  if (!isOver(task)) return `taking back: ${figures}`;
  if (compensated === true) return 'taken back';
  const failed = steps.filter(({ compensates, status }) => compensates !== undefined && status === 'failed');
  return failed.length === 0
    ? `partly taken back: ${figures}`
    : `partly taken back: ${failed.map(({ name }) => name).join(', ')} failed`;
}

/** `offered`: to cancel it may take back first what it has done. `going`: it does already, and may leave the rest. */
export type TakeBack = 'offered' | 'going' | null;

export function takeBackOf(task: TaskView, moment: ActorMoment | null): TakeBack {
  if (isTakingBack(task)) return 'going';
  const hasCompensations = moment?.context['compensations'] !== undefined;
  return hasCompensations && task.startedAt !== null && task.compensation === null ? 'offered' : null;
}

/** The server refuses to cancel what is all taken back, though the machine would take it. */
export const offeredByTask = ({ status, compensated }: TaskView, accepts: readonly string[]) =>
  status === 'failed' && compensated === true ? accepts.filter((event) => event !== 'task.cancel') : accepts;

/** While a task takes back, and after that, only compensations take anything; and failure handlers at its end. */
export function isLeftAlone(task: Ended, { compensates, onFailure }: StepView): boolean {
  if (compensates !== undefined) return false;
  if (isTakingBack(task)) return true;
  return task.compensation !== null && onFailure !== true;
}
