/** A step that asks again: an answer that is not the one it waits for is no failure, and begins a fresh set of attempts. */

import { failure } from './failure-codes.ts';
import type { StepContext, StepEvent } from './step-model.ts';
import { outOfTime } from './step-time.ts';

/** The next question would come in the time that the step has. */
export function mayAskAgain({ policy, setAt }: StepContext, event: StepEvent): boolean {
  if (policy.withinMs === undefined || setAt === undefined) return true;
  return event.at + (policy.everyMs ?? 0) <= setAt + policy.withinMs;
}

export function asksAgain(context: StepContext, event: StepEvent): Partial<StepContext> {
  if (event.type !== 'attempt.unmet') return {};
  const delayMs = context.policy.everyMs ?? 0;
  return {
    base: context.attempt,
    delayMs,
    retryAt: event.at + delayMs,
    polls: (context.polls ?? 0) + 1,
    answer: event.answer,
    error: undefined,
  };
}

/** Its time is over: the last answer says how far it had come. */
export function unanswered(context: StepContext, event: StepEvent): Partial<StepContext> {
  const answer = event.type === 'attempt.unmet' ? event.answer : context.answer;
  const error = outOfTime(context, context.error);
  return { error: answer === undefined ? error : { ...error, details: { answer } }, finishedAt: event.at };
}

/** A critical step failed before the next question. */
export const halted = (context: StepContext): Partial<StepContext> =>
  context.error !== undefined
    ? {}
    : { error: failure('Halted', 'HALTED', 'a critical step of the task failed before the next question') };
