/** How a task is shown that takes back what it has done: in figures, and among the reasons why it is not moving. */

import type { TaskContext } from '../../machines/index.ts';
import { compensatedOf, figuresOf } from '../kernel/compensations.ts';
import { statusOf } from '../kernel/turn.ts';
import type { TaskView, Waiting } from '../views/tasks.ts';

type Ended = Pick<TaskView, 'ending' | 'compensation' | 'compensated'>;

export const compensationView = (context: TaskContext, state: string): Ended => ({
  ending: context.ending ?? null,
  compensation: figuresOf(context),
  compensated: compensatedOf(context, statusOf(state)),
});

/** The first reason is the one that is read. */
export function whileCompensating(context: TaskContext, wait: Waiting): Waiting {
  if (context.ending === undefined) return wait;
  const figures = figuresOf(context);
  const how = figures === null ? 'it ends' : `taking back: ${figures.done} of ${figures.total} done`;
  return { ...wait, why: `${how}; ${wait.why}` };
}

/** A failed task may be taken back still, or be mended. */
export function toBeCompensated({ owed = 0, compensation }: TaskContext): Waiting[] {
  if (owed === 0 || compensation !== undefined) return [];
  const steps = owed === 1 ? 'one step' : `${owed} steps`;
  const why = `what ${steps} did stands: retry the task, or say "compensate" to take it back`;
  return [{ kind: 'dependency', until: null, why }];
}
