/** An attempt changes this in its step when it begins, is sent once more, or loses its worker. */

import { isElsewhere } from './step-failures.ts';
import type { StepContext, StepEvent } from './step-model.ts';
import { unknownAfter } from './step-unknown.ts';

export const started = (context: StepContext, event: StepEvent): Partial<StepContext> => ({
  attempt: context.attempt + 1,
  token: event.type === 'step.start' ? event.token : context.token,
  remote: event.type === 'step.start' ? event.remote : undefined,
  takenAt: undefined,
  worker: undefined,
  delivery: undefined,
  silentWorkers: undefined,
  attemptAt: event.at,
  startedAt: context.startedAt ?? event.at,
  queuedAt: undefined,
  retryAt: undefined,
  delayMs: undefined,
  losses: undefined,
});

export const resent = (context: StepContext, event: StepEvent): Partial<StepContext> => ({
  losses: (context.losses ?? 0) + 1,
  remote: event.type === 'attempt.lost' ? event.remote : undefined,
  takenAt: undefined,
  worker: undefined,
  attemptAt: event.at,
  ...unknownAfter(context, event),
});

/** The next worker to give a sign of it takes it. */
export function givenUp(context: StepContext, event: StepEvent): Partial<StepContext> {
  if (!isElsewhere(event)) return {};
  const { worker = null, returned, delivery = context.delivery } = event;
  const { silentWorkers: before = [] } = context;
  return {
    takenAt: undefined,
    worker: undefined,
    delivery,
    silentWorkers: returned === true ? context.silentWorkers : [...before, worker],
    ...unknownAfter(context, event),
  };
}
