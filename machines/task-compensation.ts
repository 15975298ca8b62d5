/**
 * A task takes back what it has done: once nothing else of it can run, the compensations of its steps run, each after those
 * of all steps that came after its own. They are steps too, behind all others, counted with them and by themselves.
 */

import { type ActionArgs, assign } from 'xstate';
import { type EndingBy, isTakenBack, owedAfter } from './compensation-counts.ts';
import { add, count } from './standing-counts.ts';
import { isOfCompensation, isStuck } from './task-counts.ts';
import type { TaskContext, TaskEvent } from './task-model.ts';

const isNothingLeft = (context: TaskContext): boolean =>
  count(context, 'active') + count(context, 'backoff') + count(context, 'waiting') === 0;

export const owes = ({ owed = 0, compensation }: TaskContext): boolean =>
  owed > 0 && compensation === undefined;

/** Nothing else can run, and some of what was done is to be taken back. */
export function isToBeCompensated(context: TaskContext): boolean {
  if (!owes(context)) return false;
  // Somebody has asked for it.
  if (context.ending !== undefined) return isNothingLeft(context);
  return isStuck(context) && context.compensations?.byHand !== true;
}

/** It was cancelled, and nothing is left to take back. */
export function endsCancelled(context: TaskContext): boolean {
  if (context.ending !== 'cancel' || !isNothingLeft(context)) return false;
  return context.compensation === undefined
    ? !owes(context)
    : isTakenBack(context) && context.compensation.failed.length === 0;
}

export function begun(context: TaskContext): Partial<TaskContext> {
  const { stepCount, counts, compensations, deadline, error, owed = 0 } = context;
  if (compensations === undefined) return {};
  return {
    stepCount: stepCount + compensations.count,
    counts: add(counts, 'active', compensations.first),
    ending: context.ending ?? (deadline?.over === 'passed' ? 'deadline' : 'failure'),
    compensation: { total: owed, ended: {}, failed: [], ...(error === undefined ? {} : { error }) },
  };
}

type Turn = Pick<ActionArgs<TaskContext, TaskEvent, TaskEvent>, 'context' | 'event'>;

const change = (make: (turn: Turn) => Partial<TaskContext>) =>
  assign<TaskContext, TaskEvent, undefined, TaskEvent, never>(make);

const asks = (event: TaskEvent): boolean => event.type === 'task.cancel' && event.compensate === true;

export const compensationGuards = {
  isToBeCompensated: ({ context }: Turn) => isToBeCompensated(context),
  endsCancelled: ({ context }: Turn) => endsCancelled(context),
  isCompensated: ({ context }: Turn) => context.compensation !== undefined,
  owes: ({ context }: Turn) => owes(context),
  isOfCompensation: ({ event }: Turn) => isOfCompensation(event),
  /** It is at it, and goes on with it. */
  keepsTakingBack: ({ context, event }: Turn) => asks(event) && context.ending !== undefined,
  /** It has compensations, or children that may have some: it ends once they have. */
  isToTakeBack: ({ context, event }: Turn) =>
    asks(event) &&
    context.startedAt !== undefined &&
    (context.compensations !== undefined || !isNothingLeft(context)),
};

/** One that had ended told so for good. */
const anew = ({ finishedAt }: TaskContext, ending: EndingBy): Partial<TaskContext> => ({
  ending,
  finishedAt: undefined,
  ...(finishedAt === undefined ? {} : { mending: true }),
});

export const compensationActions = {
  noteCancel: change(({ context }) => anew(context, 'cancel')),
  noteAsked: change(({ context }) => anew(context, 'failure')),
  /** The rest is left. */
  leaveRest: change(({ context: { ending } }) => (ending === undefined ? {} : { ending: 'cancel' })),
  beginCompensation: change(({ context }) => begun(context)),
  countOwed: change(({ context, event }) =>
    event.type === 'step.owes' ? owedAfter(context, event.owes) : {},
  ),
};
