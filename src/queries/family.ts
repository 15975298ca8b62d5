/** Tells whose child a task is, and who is at the top of its family. */

import { definitionOf } from '../kernel/actor.ts';
import type { ActorCache } from '../kernel/actor-cache.ts';
import { orUnreadable } from '../kernel/unreadable.ts';
import { addressOf, isStepPlace } from '../store/address.ts';
import type { TaskRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { TaskView } from '../views/tasks.ts';

export function familyOf(store: Store, cache: ActorCache, row: TaskRow): Pick<TaskView, 'parent' | 'rootId'> {
  const above = row.parent === null ? null : store.taskByNo(row.parent);
  if (above === null) return { parent: null, rootId: row.id };
  let root = above;
  for (let next = above.parent; next !== null; next = root.parent) {
    const found = store.taskByNo(next);
    if (found === null) break;
    root = found;
  }
  const address = addressOf(above.no, row.parent_ref ?? 0);
  const step = orUnreadable(
    () => (isStepPlace(address) ? definitionOf(cache.entryOf(above), address.index).name : ''),
    () => '',
  );
  return { parent: { taskId: above.id, step, index: row.parent_index ?? 0 }, rootId: root.id };
}
