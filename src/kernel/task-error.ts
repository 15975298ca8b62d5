/** The failure a task shows: the first that still stands, or else one that is being retried. */

import type { StepContext, StepError, TaskContext, WaitContext } from '../../machines/index.ts';
import { definitionOf, type TaskEntry } from './actor.ts';
import { statusOf } from './turn.ts';

export type TaskError = StepError & { readonly step: string | null };

/** A step as far as its failure goes. */
interface FailedStep {
  /** Its place in the workflow, from 0. */
  readonly index: number;
  readonly state: string;
  readonly context: StepContext | WaitContext;
}

/** `steps` in the order of the workflow; those without an error are passed over. */
export function taskErrorOf(
  entry: TaskEntry,
  task: TaskContext,
  steps: Iterable<FailedStep>,
): TaskError | null {
  if (task.error !== undefined) return task.error;
  let retried: TaskError | null = null;
  for (const { index, state, context } of steps) {
    if (context.error === undefined) continue;
    const error = { ...context.error, step: definitionOf(entry, index).name };
    if (state === 'failed') return error;
    if (statusOf(state) === 'retrying') retried ??= error;
  }
  return retried;
}
