/** Makes events for a task, with harmless defaults, and tasks that have come some of the way. */

import type { Dependent, Standing, StepError, TaskEvent, TaskInput } from '../../machines/index.ts';
import { type TaskLife, taskLife } from './life.ts';

export const error = (message: string): StepError => ({
  name: 'Error',
  message,
  code: null,
  retryable: false,
});

interface More {
  readonly from?: Standing;
  readonly critical?: boolean;
}

export const ready = (step: string, from: Standing, more: More = {}): TaskEvent => ({
  type: 'step.ready',
  at: 0,
  step,
  from,
  ...more,
});
export const retrying = (step: string): TaskEvent => ({ type: 'step.retrying', at: 0, step, from: 'active' });
export const held = (step: string, from: Standing = 'active'): TaskEvent => ({
  type: 'step.held',
  at: 0,
  step,
  from,
});
export const failed = (step: string, more: More = {}): TaskEvent => ({
  type: 'step.failed',
  at: 0,
  step,
  from: 'active',
  error: error(step),
  ...more,
});
export const complete = (
  step: string,
  dependents: readonly Dependent[] = [],
  more: More = {},
): TaskEvent => ({
  type: 'step.complete',
  at: 0,
  step,
  from: 'active',
  dependents,
  ...more,
});
export const skipped = (step: string, dependents: readonly Dependent[] = [], more: More = {}): TaskEvent => ({
  type: 'step.skipped',
  at: 0,
  step,
  from: 'active',
  dependents,
  ...more,
});
export const spawnedAhead = (index: number): TaskEvent => ({
  type: 'step.spawnedAhead',
  at: 0,
  step: `${index}`,
  index,
});

export const tell = (verb: 'pause' | 'resume' | 'cancel' | 'retry', at = 0): TaskEvent => ({
  type: `task.${verb}`,
  at,
  by: 'ann',
  reason: null,
});

export const dependency = (news: 'complete' | 'failed' | 'cancelled' | 'revived', at = 0): TaskEvent => ({
  type: `dependency.${news}`,
  at,
  taskId: 'other',
  name: 'Other',
});

/** A task that has started: all `steps` are roots unless said otherwise. */
export const running = (steps: number, input: Partial<TaskInput> = {}): TaskLife =>
  taskLife({ stepCount: steps, rootCount: steps, ...input }).rings(0);

/** Its steps told to hold have said that they do. */
export const paused = (): TaskLife => running(2).hears(tell('pause'), held('a'), held('b'));
