/** The failure of a stored task, as much of it as is shown in a place; which one it is says task-error.ts. */

import { failedBy } from '../../machines/failure-codes.ts';
import { type TaskError, taskErrorOf } from '../kernel/task-error.ts';
import { briefError, errorSummary, errorView } from '../views/errors.ts';
import type { TaskSummary, TaskView } from '../views/tasks.ts';
import type { StoredTask } from './task-reader.ts';

function errorOf({ entry, context, steps }: StoredTask): TaskError | null {
  const failing = [...steps].filter(([, step]) => step.context.error !== undefined);
  return taskErrorOf(
    entry,
    context,
    failing.map(([index, step]) => ({ index, ...step })),
  );
}

/** For a list of whole tasks. */
export function briefErrorOf(stored: StoredTask): TaskView['error'] {
  const error = errorOf(stored);
  return error === null ? null : { ...errorView(briefError(error)), step: error.step };
}

/** A task has its failure in short; the step that it was has it whole. */
export function wholeErrorOf(stored: StoredTask): TaskView['error'] {
  const error = errorOf(stored);
  if (error === null) return null;
  const { entry, steps } = stored;
  const step = steps.get(entry.workflow.indexByName.get(error.step ?? '') ?? -1);
  // That of a compensation has the failure before it as its cause.
  const isOfStep = step?.state === 'failed' && !failedBy(error, 'COMPENSATION_FAILED');
  const whole = isOfStep ? (step.context.error ?? error) : error;
  return { ...errorView(whole), step: error.step };
}

/** For a list of summaries. */
export function summaryErrorOf(stored: StoredTask): TaskSummary['error'] {
  const error = errorOf(stored);
  return error === null ? null : { ...errorSummary(error), step: error.step };
}
