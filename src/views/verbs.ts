/**
 * Lists the verbs for tasks and steps, with what each does. HTTP, NATS, the command and the page read these tables;
 * the compiler asks for the event of a new verb in its machine, its word in NATS and its method of the library.
 */

export const TASK_VERBS = {
  pause: 'Pause a task: no new attempt starts until it is resumed',
  resume: 'Resume a paused task where it was',
  retry:
    'Retry a failed task: failed steps get a fresh set of attempts, complete ones are not executed again',
  cancel: 'Cancel a task: unfinished steps are cancelled, running attempts get their signal',
  compensate: 'Take back what a failed task has done: the compensations of its steps run',
} as const;

export const STEP_VERBS = {
  retry: 'Retry a failed step with a fresh set of attempts',
  skip: 'Skip an unfinished step: dependents run with the given output, or null',
  complete: 'Resolve an unfinished step by hand with the given output; approve what waits for a person',
  reject: 'Say no to a step that waits for a person: it fails, or is skipped if it is optional',
  extend: 'Move the end of a wait',
} as const;

export type TaskVerb = keyof typeof TASK_VERBS;
export type StepVerb = keyof typeof STEP_VERBS;

export const taskVerbs = Object.keys(TASK_VERBS) as readonly TaskVerb[];
export const stepVerbs = Object.keys(STEP_VERBS) as readonly StepVerb[];
