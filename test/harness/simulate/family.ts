/** Tasks under keys that are the same in each run: their own, and for children those of their parents and their places. */

import type { Troupe } from '../../../src/troupe.ts';
import type { TaskView } from '../../../src/views/tasks.ts';

const KEPT = 1_000;

/** All tasks by key: `a`, its child `a/Go.0`, and `a/Go.0'` where another has taken the place of that one. */
export function tasksByKey(troupe: Troupe): Map<string, TaskView> {
  const found = new Map<string, TaskView>();
  const add = (key: string, task: TaskView): void => {
    if (found.has(key)) {
      add(`${key}'`, task);
      return;
    }
    found.set(key, task);
    if (task.steps.every(({ children }) => children === undefined)) return;
    const { tasks } = troupe.listTasks({ tenantId: null, limit: KEPT, parentId: task.id });
    // The newest come first.
    for (const child of tasks.toReversed()) add(`${key}/${child.parent?.step}.${child.parent?.index}`, child);
  };
  for (const task of troupe.listTasks({ tenantId: null, limit: KEPT }).tasks)
    add(task.idempotencyKey ?? task.id, task);
  return found;
}
