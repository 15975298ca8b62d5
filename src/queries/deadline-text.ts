/** These texts tell of a deadline among the reasons why a task is not moving. */

import type { TaskContext } from '../../machines/index.ts';
import type { Waiting } from '../views/tasks.ts';

type Deadlined = Pick<TaskContext, 'deadline'>;

/** The first reason is the one that is read: it says until when all of it may last. */
export function withDeadline({ deadline }: Deadlined, wait: Waiting): Waiting {
  if (deadline === undefined || deadline.over !== undefined) return wait;
  const { why, until } = wait;
  const own = until === null || why.includes(until) ? why : `${why}, until ${until}`;
  return { ...wait, why: `${own}, and all of it until ${new Date(deadline.at).toISOString()}` };
}

export function whyPaused({ deadline }: Deadlined): string {
  if (deadline?.over === 'passed')
    return 'paused: its deadline has passed, and its failure handlers run once somebody resumes it';
  const paused = 'paused: nothing new starts until somebody resumes it';
  return deadline === undefined || deadline.over !== undefined
    ? paused
    : `${paused}; the deadline is not paused`;
}

export const whyHeld = ({ deadline }: Deadlined): string =>
  deadline?.over === 'passed'
    ? 'held: the deadline of the task has passed; retry the task, and it goes on with a new one'
    : 'held: a critical step failed and halted the task';
