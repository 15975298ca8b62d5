/** This module lists what a person may tell a task or a step, whichever way it comes. */

import type { Kind } from './turn.ts';

export const TASK_VERBS = ['pause', 'resume', 'retry', 'cancel'] as const;
export const STEP_VERBS = ['retry', 'skip', 'complete'] as const;

export type TaskVerb = (typeof TASK_VERBS)[number];
export type StepVerb = (typeof STEP_VERBS)[number];

interface Told {
  /** Who said it; `library` without. */
  readonly by?: string;
  readonly reason?: string | null;
}

export type TaskCommand = { readonly type: `task.${TaskVerb}` } & Told;

/** `output`: the step's, as if its worker had made it; a skipped one may have one too. */
export type StepCommand =
  | ({ readonly type: 'step.retry' } & Told)
  | ({ readonly type: 'step.skip'; readonly output?: unknown } & Told)
  | ({ readonly type: 'step.complete'; readonly output: unknown } & Told);

/** The events that a person may send, by the kind of actor. */
export const COMMANDS: Readonly<Record<Kind, readonly string[]>> = {
  task: TASK_VERBS.map((verb) => `task.${verb}`),
  step: STEP_VERBS.map((verb) => `step.${verb}`),
};
