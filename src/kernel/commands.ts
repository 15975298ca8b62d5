/** This module lists what a person may tell a task or a step, whichever way it comes. */

import { stepVerbs, type TaskVerb, taskVerbs } from '../views/verbs.ts';
import type { Kind } from './turn.ts';

interface Told {
  /** The name of the caller; `library` without. */
  readonly by?: string;
  readonly reason?: string | null;
}

/** `deadlineSeconds`: the length of the task's deadline from now on; `compensate`: what it has done is taken back first. */
export type TaskCommand =
  | ({ readonly type: `task.${Exclude<TaskVerb, 'retry' | 'cancel'>}` } & Told)
  | ({ readonly type: 'task.cancel'; readonly compensate?: boolean } & Told)
  | ({ readonly type: 'task.retry'; readonly deadlineSeconds?: number } & Told);

/** `output`: the step's, as if its worker had made it; a skipped one may have one too. */
export type StepCommand =
  | ({ readonly type: 'step.retry' } & Told)
  | ({ readonly type: 'step.skip'; readonly output?: unknown } & Told)
  | ({ readonly type: 'step.complete'; readonly output: unknown } & Told)
  | ({ readonly type: 'step.reject' } & Told)
  | ({ readonly type: 'step.extend'; readonly until: string } & Told);

/** The events that a person may send, by the kind of actor. */
export const COMMANDS: Readonly<Record<Kind, readonly string[]>> = {
  task: taskVerbs.map((verb) => `task.${verb}`),
  step: stepVerbs.filter((verb) => verb !== 'reject' && verb !== 'extend').map((verb) => `step.${verb}`),
  wait: stepVerbs.map((verb) => `step.${verb}`),
};
