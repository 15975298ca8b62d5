/** Which states take a verb that is told to many tasks at once, so that the others are left alone. */

import { OPEN_TASK_STATUSES } from '../../views/statuses.ts';
import type { TaskStatus, TaskSummary } from '../../views/tasks.ts';

export type BulkVerb = 'retry' | 'cancel';

const ACCEPTED: Readonly<Record<BulkVerb, ReadonlySet<TaskStatus>>> = {
  retry: new Set<TaskStatus>(['failed']),
  cancel: new Set<TaskStatus>([...OPEN_TASK_STATUSES, 'failed']),
};

/** In the order of a task's life, so that one that moves on while they are asked for is not missed. */
export const statesFor = (verb: BulkVerb): readonly TaskStatus[] => [...ACCEPTED[verb]];

export const accepts = (verb: BulkVerb, { status }: Pick<TaskSummary, 'status'>): boolean =>
  ACCEPTED[verb].has(status);
