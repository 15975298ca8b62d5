/** Which states take a verb that is told to many tasks at once, so that the others are left alone. */

import type { TaskStatus, TaskSummary } from '../../actors/views.ts';

export type BulkVerb = 'retry' | 'cancel';

const ACCEPTED: Readonly<Record<BulkVerb, ReadonlySet<TaskStatus>>> = {
  retry: new Set<TaskStatus>(['failed']),
  cancel: new Set<TaskStatus>(['pending', 'running', 'retrying', 'paused', 'failed']),
};

export const accepts = (verb: BulkVerb, { status }: Pick<TaskSummary, 'status'>): boolean =>
  ACCEPTED[verb].has(status);
