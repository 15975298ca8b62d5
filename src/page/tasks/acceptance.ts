/** Which states take a verb that is told to many tasks at once, so that the others are left alone. */

import type { TaskStatus, TaskView } from '../../actors/views.ts';

export type BulkVerb = 'retry' | 'cancel';

const ACCEPTED: Readonly<Record<BulkVerb, ReadonlySet<TaskStatus>>> = {
  retry: new Set<TaskStatus>(['failed']),
  cancel: new Set<TaskStatus>(['pending', 'running', 'retrying', 'paused', 'failed']),
};

export const accepts = (verb: BulkVerb, { status }: Pick<TaskView, 'status'>): boolean =>
  ACCEPTED[verb].has(status);
