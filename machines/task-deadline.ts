/**
 * A deadline says when a task must be over. It is a timer of its own beside those of the states: it counts from the end of
 * the task's delay, goes on while the task waits or is paused, and is set anew each time a failed task goes on. Once it
 * has passed nothing new starts, as after the failure of a critical step; failure handlers run all the same.
 */

import { type ActionArgs, assign, cancel, enqueueActions } from 'xstate';
import { deadlineError } from './step-failures.ts';
import { isToBeCompensated } from './task-compensation.ts';
import { allEnded, hasPassed, isStuck } from './task-counts.ts';
import { atOf, type TaskContext, type TaskEvent, type TaskInput } from './task-model.ts';

/** The event, and the timer that brings it. */
export const DEADLINE = 'task.deadline';

type Deadlined = Pick<TaskContext, 'deadline'>;

/** Its timer is armed. */
export const isDue = ({ deadline }: Deadlined): boolean =>
  deadline !== undefined && deadline.over === undefined;

export const firstDeadline = ({ at, startAt, deadlineMs }: TaskInput): Deadlined =>
  deadlineMs === undefined ? {} : { deadline: { ms: deadlineMs, at: Math.max(at, startAt) + deadlineMs } };

/** It was reached: the task has failed by it, whatever had failed before. */
function passed({ deadline, error }: TaskContext): Partial<TaskContext> {
  if (deadline === undefined) return {};
  const { ms, at } = deadline;
  return {
    deadline: { ms, at, over: 'passed' },
    error: { ...deadlineError(at, 'task', error), step: null },
  };
}

/** It is reached no more. */
function switchedOff({ deadline }: Deadlined): Deadlined {
  if (deadline === undefined || deadline.over !== undefined) return {};
  const { ms, at } = deadline;
  return { deadline: { ms, at, over: 'off' } };
}

/** The end of the task, be it before its deadline or by it. */
export const finished = (context: TaskContext, at: number): Partial<TaskContext> =>
  context.deadline === undefined ? { finishedAt: at } : { ...switchedOff(context), finishedAt: at };

/** A retry may give the task another length, or its first deadline; it counts once the task goes on. */
function withLength({ deadline }: Deadlined, event: TaskEvent): Deadlined {
  if (event.type !== 'task.retry' || event.deadlineMs === undefined) return {};
  const ms = event.deadlineMs;
  return { deadline: { ms, at: deadline?.at ?? event.at + ms, over: deadline?.over ?? 'off' } };
}

/** A failed step is tried again, in a task whose deadline is over; failure handlers have none. */
const isRevival = (context: Deadlined, event: TaskEvent): boolean =>
  context.deadline?.over !== undefined &&
  'from' in event &&
  event.from === 'failed' &&
  event.onFailure === undefined &&
  event.compensates === undefined;

/** The task goes on, and has the whole of its time again. */
function renewed(context: TaskContext, event: TaskEvent): Partial<TaskContext> {
  const { deadline, error, delayed, startAt } = context;
  if (deadline?.over === undefined || context.compensation !== undefined) return {};
  if ('onFailure' in event && event.onFailure !== undefined) return {};
  const { ms } = deadline;
  const from = delayed === true ? Math.max(event.at, startAt) : event.at;
  return {
    deadline: { ms, at: from + ms },
    // A task that has started fails without a step to blame by its deadline alone.
    ...(error?.step === null ? { error: undefined } : {}),
  };
}

type Turn = Pick<ActionArgs<TaskContext, TaskEvent, TaskEvent>, 'context' | 'event'>;

const change = (make: (turn: Turn) => Partial<TaskContext>) =>
  assign<TaskContext, TaskEvent, undefined, TaskEvent, never>(make);
type Release = { readonly type: 'releaseSteps'; readonly params: { asked: boolean } };
type Collect = Parameters<
  typeof enqueueActions<TaskContext, TaskEvent, undefined, TaskEvent, never, Release, never, never, never>
>[0];
const enqueueIn = (collect: Collect) => enqueueActions(collect);

export const deadlineGuards = {
  isDue: ({ context }: Turn) => isDue(context),
  isDueUnstarted: ({ context }: Turn) => isDue(context) && context.startedAt === undefined,
  isDueUndone: ({ context }: Turn) => isDue(context) && !allEnded(context),
  // Failure handlers and compensations, if there are any, start once the task is resumed.
  isSpent: ({ context }: Turn) =>
    hasPassed(context) &&
    context.failureHandlerCount === undefined &&
    !isToBeCompensated(context) &&
    isStuck(context),
  isRevival: ({ context, event }: Turn) => isRevival(context, event),
};

export const deadlineActions = {
  armDeadline: enqueueIn(({ context, event, enqueue }) => {
    if (context.deadline === undefined || !isDue(context)) return;
    const delay = context.deadline.at - atOf(event);
    enqueue(cancel(DEADLINE));
    enqueue.raise({ type: DEADLINE, at: 0 }, { delay, id: DEADLINE });
  }),
  disarmDeadline: enqueueIn(({ context, enqueue }) => {
    if (isDue(context)) enqueue(cancel(DEADLINE));
  }),
  /** Steps that became ready after the deadline are held; a task that goes on has a new one. */
  releaseLate: enqueueIn(({ context, enqueue }) => {
    if (hasPassed(context) && context.halted === 0)
      enqueue({ type: 'releaseSteps', params: { asked: true } });
  }),
  passDeadline: change(({ context }) => passed(context)),
  switchOffDeadline: change(({ context }) => switchedOff(context)),
  setDeadline: change(({ context, event }) => withLength(context, event)),
  renewDeadline: change(({ context, event }) => renewed(context, event)),
};

export const renew = ['releaseLate', 'renewDeadline', 'armDeadline'] as const;

/** Every unfinished step fails by it, and then the task as after any failure. */
export const atDeadline = ['passDeadline', 'expireSteps'] as const;
