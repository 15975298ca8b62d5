/** Moves against one of the child tasks that a task has by then, however deep. */

import type { TaskView } from '../../../src/views/tasks.ts';
import { tasksByKey } from './family.ts';
import type { Move, Stage } from './scenario.ts';

/** Does to a descendant of the task what is made for it, or nothing while there is none; the dice, in [0, 1), say to which. */
export function toDescendant(key: string, dice: number, make: (key: string, task: TaskView) => Move): Move {
  // A client that was not answered says the same to the same one again.
  let chosen: Move | null = null;
  const choose = (stage: Stage): Move | null => {
    const found = [...tasksByKey(stage.troupe)].filter(([each]) => each.startsWith(`${key}/`));
    const [at, task] = found[Math.floor(dice * found.length)] ?? [];
    if (at === undefined || task === undefined) return null;
    stage.world.ids[at] = task.id;
    return make(at, task);
  };
  return {
    what: `something to a child of ${key}`,
    async make(stage) {
      chosen ??= choose(stage);
      await chosen?.make(stage);
    },
  };
}
