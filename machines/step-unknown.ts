/** A step's outcome is unknown when an attempt of it may have done its work, and nobody has heard of that. */

import type { StepContext, StepEvent } from './step-model.ts';

type Unknown = Pick<StepContext, 'unknown'>;

/** Nobody can tell whether the attempt that this event ends, or repeats, has done its work. */
function leavesUnknown(context: StepContext, event: StepEvent): boolean {
  switch (event.type) {
    case 'xstate.after.timeout.step.running':
      return true;
    case 'attempt.lost':
      // A worker may give back a job that it has not begun.
      return !(event.returned === true && context.takenAt === undefined);
    case 'attempt.failed':
      return event.unknown === true;
    default:
      return false;
  }
}

/** The attempt was cut off. It is remembered for ever, where it matters: another attempt says nothing about this one. */
export const cutOff = ({ policy }: StepContext): Unknown =>
  policy.compensable === true ? { unknown: true } : {};

export const unknownAfter = (context: StepContext, event: StepEvent): Unknown =>
  leavesUnknown(context, event) ? cutOff(context) : {};
