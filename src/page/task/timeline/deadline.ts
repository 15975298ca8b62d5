/** The timeline shows the deadline of a task where anybody wants to see it. */

import type { TaskView } from '../../../views/tasks.ts';

/**
 * Returns epoch milliseconds, or null: a task that is under way has it, and one that has ended if it came before `at`, the
 * end. A moment of the past (`seq`) may have had another one.
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
