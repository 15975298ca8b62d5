/** Asks what would follow if the task or a step were sent an event; nothing of it happens. */

import type { WhatIfView } from '../../views/moments.ts';
import { post } from '../api.ts';
import { stepActor } from './journal.ts';
import { taskPath } from './task-path.ts';

interface Question {
  readonly taskId: string;
  /** null: the task itself. */
  readonly step: string | null;
  /** null for now. */
  readonly seq: number | null;
  readonly event: Readonly<Record<string, unknown>>;
}

export function askWhatIf({ taskId, step, seq, event }: Question): Promise<WhatIfView> {
  const actor = step === null ? 'task' : stepActor(step);
  return post(`${taskPath(taskId)}/what-if`, { ...(seq === null ? {} : { seq }), actor, event });
}
