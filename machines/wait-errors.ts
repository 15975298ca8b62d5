/** The errors with which a wait ends, and how one with children that still work is to end. */

import { failure } from './failure-codes.ts';
import { deadlineError } from './step-failures.ts';
import type { StepError } from './step-model.ts';
import type { Ending, WaitContext, WaitEvent } from './wait-model.ts';

const iso = (at: number): string => new Date(at).toISOString();

const NOT_DONE: Readonly<Record<WaitContext['policy']['for'], string>> = {
  sleep: 'it slept',
  signal: 'the signal did not come',
  approval: 'nobody answered',
  child: 'the child task did not end',
  children: 'the child tasks did not all end',
};

export function timedOut({ policy, until = 0 }: Pick<WaitContext, 'policy' | 'until'>): StepError {
  if (policy.onTimeout === 'reject') return rejected('timeout', `nobody answered until ${iso(until)}`);
  return failure('WaitTimeout', 'WAIT_TIMEOUT', `${NOT_DONE[policy.for]} until ${iso(until)}`);
}

export function rejected(by: string, reason: string | null): StepError {
  const why = reason === null ? '' : `: ${reason}`;
  return { ...failure('Rejected', 'REJECTED', `${by} said no${why}`), details: { by, reason } };
}

export function childrenLost({ policy, total = 1, lost = 0, tolerate = 0 }: WaitContext): StepError {
  const message =
    policy.for === 'child'
      ? 'the child task did not complete: its own page says why; retry it, or this step'
      : `${lost} of ${total} child tasks did not complete, and ${tolerate} may be lost: retry this step to run those again`;
  return failure('ChildFailed', 'CHILD_FAILED', message);
}

export function endingBy(context: WaitContext, event: WaitEvent): Ending {
  switch (event.type) {
    case 'step.skip':
      return {
        as: 'skipped',
        output: event.output ?? null,
        ...(event.by === undefined ? {} : { by: event.by }),
      };
    case 'step.complete':
      return { as: 'complete', output: event.output, by: event.by };
    case 'step.expire':
      return { as: 'failed', error: deadlineError(event.deadlineAt, 'task', undefined) };
    case 'step.deadline':
      return { as: context.policy.optional === true ? 'skipped' : 'failed', error: timedOut(context) };
    default: {
      const isToStop = event.type === 'step.cancel' && event.stop === true;
      return isToStop ? { as: 'cancelled', compensate: true } : { as: 'cancelled' };
    }
  }
}
