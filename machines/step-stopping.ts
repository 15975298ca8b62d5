/**
 * The attempt of a step whose task may be taken back is cut off in two moves: its worker is told to stop, and the step ends
 * once it has, at the latest when the attempt's time is over. What a worker has done by then is to be known, and ended, before
 * anything is taken back.
 */

import { deadlineError } from './step-failures.ts';
import { type StepContext, type StepEvent, timeoutOf } from './step-model.ts';
import { outOfTime } from './step-time.ts';

export interface Stopping {
  /** How the step ends then. */
  readonly as: 'cancelled' | 'failed' | 'skipped';
  /** The worker has stopped. */
  readonly over?: true;
}

/** The task is to be taken back, or may be. */
export const mustStop = ({ policy }: StepContext, event: StepEvent): boolean =>
  policy.compensable === true && (event.type !== 'step.cancel' || event.stop === true);

export function stopsBy(
  context: StepContext,
  event: StepEvent,
): Pick<StepContext, 'unknown' | 'stopping' | 'error'> {
  const { error, policy } = context;
  switch (event.type) {
    case 'step.cancel':
      return { unknown: true, stopping: { as: 'cancelled' } };
    case 'step.expire':
      return {
        unknown: true,
        stopping: { as: 'failed' },
        error: deadlineError(event.deadlineAt, 'step', error),
      };
    default:
      return {
        unknown: true,
        stopping: { as: policy.optional === true ? 'skipped' : 'failed' },
        error: outOfTime(context, error),
      };
  }
}

/** This much is left of the time of its attempt. */
export const restOf = (context: StepContext, at: number): number =>
  Math.max(0, Math.max(context.attemptAt ?? at, context.takenAt ?? 0) + timeoutOf(context) - at);

/** The step keeps what its worker had made after all, for whoever takes it back. */
export const stopped = ({ stopping }: StepContext, event: StepEvent): Partial<StepContext> =>
  stopping === undefined
    ? {}
    : {
        stopping: { ...stopping, over: true },
        ...(event.type === 'attempt.complete' ? { output: event.output } : {}),
      };

export const endsAs = ({ stopping }: StepContext, as: Stopping['as']): boolean =>
  stopping?.over === true && stopping.as === as;

const hasStopped = { guard: 'isCurrent', actions: 'noteStopped' } as const;

export const stopping = {
  exit: 'release',
  always: [
    { guard: 'stopsCancelled', target: '#step.cancelled', actions: ['endStop', 'finish'] },
    { guard: 'stopsSkipped', target: '#step.skipped', actions: ['endStop', 'finish'] },
    { guard: 'stopsFailed', target: '#step.failed', actions: ['endStop', 'finish'] },
  ],
  after: { rest: { actions: 'noteStopped' } },
  on: {
    'attempt.complete': hasStopped,
    'attempt.unmet': hasStopped,
    'attempt.failed': hasStopped,
    'attempt.lost': hasStopped,
    // Its task is not to be taken back after all.
    'step.cancel': [
      { guard: 'mustStop', actions: 'ignored' },
      { target: '#step.cancelled', actions: ['endStop', 'finish'] },
    ],
  },
} as const;
