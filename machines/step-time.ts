/**
 * Time ends a step in two ways. All its attempts may have so much together (`within`), from the first start of the present
 * set on, whatever the step does then; an attempt that would begin too late is not waited for. Or its task has a deadline.
 */

import { backoffMs } from './backoff.ts';
import { failure } from './failure-codes.ts';
import { asCauses, failureOf } from './step-failures.ts';
import { DEFAULT_STEP_POLICY, type StepContext, type StepError, type StepEvent } from './step-model.ts';
import { unknownAfter } from './step-unknown.ts';

/** As XState calls the timeout of `running`, and so ends it with the state. */
export const TIMEOUT = 'xstate.after.timeout.step.running';

/** The event, and the timer that brings it. */
export const WITHIN = 'step.within';

/** Time ends a step that has not ended: its own, or that of its task. */
export const byTime = {
  'step.within': [
    { guard: 'isOptional', target: '#step.skipped', actions: ['recordOutOfTime', 'finish'] },
    { target: '#step.failed', actions: ['recordOutOfTime', 'finish'] },
  ],
  'step.expire': { target: '#step.failed', actions: ['recordExpired', 'finish'] },
} as const;

/** The step has a time of its own, which begins now. */
export const beginsTime = ({ policy, setAt }: StepContext): boolean =>
  policy.withinMs !== undefined && setAt === undefined;

type Failure = NonNullable<ReturnType<typeof failureOf>>;

/** Another attempt is left, and nothing forbids it. */
function hasAnother({ policy, halted, attempt, base }: StepContext, { error }: Failure): boolean {
  const maxAttempts = policy.maxAttempts ?? DEFAULT_STEP_POLICY.maxAttempts;
  return error.retryable && halted !== true && attempt - base < maxAttempts;
}

const delayAfter = ({ policy, attempt, base }: StepContext, { error, dice }: Failure, at: number): number =>
  backoffMs(policy.backoff ?? DEFAULT_STEP_POLICY.backoff, attempt - base, dice, error.retryAfter, at);

function isInTime(context: StepContext, failed: Failure, at: number): boolean {
  const { policy, setAt } = context;
  if (policy.withinMs === undefined || setAt === undefined) return true;
  return at + delayAfter(context, failed, at) <= setAt + policy.withinMs;
}

export function hasAnotherInTime(context: StepContext, event: StepEvent): boolean {
  const failed = failureOf(context, event);
  return failed !== null && hasAnother(context, failed) && isInTime(context, failed, event.at);
}

export function retryPlan(
  context: StepContext,
  event: StepEvent,
): Pick<StepContext, 'error' | 'delayMs' | 'retryAt' | 'unknown'> {
  const failed = failureOf(context, event);
  if (failed === null) return {};
  const delayMs = delayAfter(context, failed, event.at);
  return { error: failed.error, delayMs, retryAt: event.at + delayMs, ...unknownAfter(context, event) };
}

/** The error that a step ends with: its last failure, or that there was no time for another attempt. */
export function lastError(context: StepContext, event: StepEvent): StepError | undefined {
  const failed = failureOf(context, event);
  if (failed === null) return undefined;
  return hasAnother(context, failed) && !isInTime(context, failed, event.at)
    ? outOfTime(context, failed.error)
    : failed.error;
}

export function outOfTime({ policy }: StepContext, before: StepError | undefined): StepError {
  const message = `the step may take ${policy.withinMs ?? 0} ms over all its attempts`;
  return { ...failure('WithinExceeded', 'WITHIN', message), ...asCauses(before) };
}
