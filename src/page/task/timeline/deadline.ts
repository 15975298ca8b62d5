/** Where the deadline of a task stands on its timeline, if anybody wants to see it there. */

import type { TaskView } from '../../../views/tasks.ts';

/**
 * Epoch milliseconds, or null: of a task that is under way, and of one that has ended if the deadline came before `at`,
 * its end. A moment of the past (`seq`) may have had another one.
 */
export function deadlineOf(
  { deadline, finishedAt }: Pick<TaskView, 'deadline' | 'finishedAt'>,
  seq: number | null,
  at: number,
): number | null {
  if (deadline === null || seq !== null) return null;
  const when = Date.parse(deadline);
  return finishedAt === null || when <= at ? when : null;
}
