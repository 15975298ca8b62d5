/**
 * The life of one task: `pending → running ⇄ retrying ⇄ waiting → complete | failed`, and what a person may do to it.
 * It keeps a counter of met dependencies per step, not a list to rescan; the part of the graph a completion
 * touches comes in with the event (`dependents`), like the time does, so a turn costs O(its dependents).
 */

import { assign, setup } from 'xstate';
import { failure } from './failure-codes.ts';
import { add, count } from './standing-counts.ts';
import { compensationActions, compensationGuards } from './task-compensation.ts';
import {
  allEnded,
  handledAgain,
  hasPassed,
  isBackingOff,
  isReport,
  isStuck,
  isWaiting,
  reported,
} from './task-counts.ts';
import {
  atDeadline,
  deadlineActions,
  deadlineGuards,
  finished,
  firstDeadline,
  renew,
} from './task-deadline.ts';
import { atOf, type TaskContext, type TaskEvent, type TaskInput } from './task-model.ts';
import {
  cancelAtOnce,
  cancelTask,
  ends,
  expire,
  losses,
  releaseHeld,
  reports,
  reportsAlive,
  reportsAtWork,
  spawnHeld,
  spawnRoots,
} from './task-transitions.ts';

export const taskMachine = setup({
  types: { context: {} as TaskContext, events: {} as TaskEvent, input: {} as TaskInput },
  delays: {
    delay: ({ context, event }) => (context.delayed ? Math.max(0, context.startAt - atOf(event)) : 0),
  },
  guards: {
    isToBeHandled: ({ context }) =>
      context.failureHandlerCount !== undefined &&
      context.ending !== 'cancel' &&
      (allEnded(context) || isStuck(context)),
    allEnded: ({ context }) => allEnded(context),
    isStuck: ({ context }) => isStuck(context),
    isMoving: ({ context }) => context.startedAt !== undefined && !isStuck(context),
    isBackingOff: ({ context }) => isBackingOff(context),
    isWaiting: ({ context }) => isWaiting(context),
    isActive: ({ context }) => count(context, 'active') > 0,
    // Once the deadline has passed there is nothing left to halt but failure handlers.
    isCritical: ({ context, event }) =>
      event.type === 'step.failed' && event.critical === true && !hasPassed(context),
    mayNotResume: ({ context, event }) =>
      event.type === 'task.resume' && event.fromParent === true && context.pausedByParent !== true,
    hasStarted: ({ context }) => context.startedAt !== undefined,
    isUnblocked: ({ context }) => context.unmet === 0,
    isDelayed: ({ context }) => context.delayed === true,
    isLastDependency: ({ context }) => context.unmet === 1 && context.delayed !== true,
    failsWithDependency: ({ context }) => context.onDependencyFailure === 'fail',
    ...deadlineGuards,
    ...compensationGuards,
  },
  actions: {
    // Effects: asked of whoever runs the machine.
    /** Held ones are spawned like others and told to wait. */
    spawn: (_, _params: { steps: readonly number[] | 'roots'; held: boolean }) => {},
    /** Spawns those that wait for no other; one whose step has done nothing is skipped. */
    spawnCompensations: () => {},
    /** Failure handlers of a task without failures are skipped. */
    spawnFailureHandlers: () => {},
    /** Only if asked: steps are also held while a critical failure stands. */
    releaseSteps: (_, _params: { asked: boolean }) => {},
    holdSteps: () => {},
    haltSteps: () => {},
    retrySteps: () => {},
    expireSteps: () => {},
    cancelSteps: () => {},
    /** They are cancelled too, each once its worker has stopped. */
    stopSteps: () => {},
    ended: () => {},
    revived: () => {},
    blocked: () => {},
    /** The journal says it. */
    noted: () => {},
    ignored: () => {},

    endDelay: assign({ delayed: undefined }),
    start: assign(({ context, event }) => ({
      startedAt: event.at,
      delayed: undefined,
      counts: add(context.counts, 'active', context.rootCount),
    })),
    report: assign(({ context, event }) => (isReport(event) ? reported(context, event) : {})),
    countFailureHandlers: assign(({ context: { stepCount, counts, failureHandlerCount = 0 } }) => ({
      stepCount: stepCount + failureHandlerCount,
      counts: add(counts, 'active', failureHandlerCount),
      failureHandlerCount: undefined,
    })),
    countAhead: assign(({ context, event }) =>
      event.type === 'step.spawnedAhead'
        ? { ahead: [...(context.ahead ?? []), event.index], counts: add(context.counts, 'active', 1) }
        : {},
    ),
    meet: assign({ unmet: ({ context }) => context.unmet - 1 }),
    lose: assign({ lost: ({ context }) => context.lost + 1 }),
    regain: assign({ lost: ({ context }) => context.lost - 1 }),
    await: assign({
      unmet: ({ context, event }) => context.unmet + (event.type === 'dependency.added' ? event.count : 0),
    }),
    blame: assign(({ event }) => {
      if (event.type !== 'dependency.failed' && event.type !== 'dependency.cancelled') return {};
      const how = event.type === 'dependency.failed' ? 'failed' : 'was cancelled';
      return {
        error: {
          step: null,
          ...failure('DependencyFailed', 'DEPENDENCY_FAILED', `${event.name}, which it depends on, ${how}`),
        },
      };
    }),
    notePause: assign(({ event }) => ({
      pausedByParent: event.type === 'task.pause' && event.fromParent === true ? (true as const) : undefined,
    })),
    finish: assign(({ context, event }) => finished(context, event.at)),
    reopen: assign(({ context, event }) => ({
      finishedAt: undefined,
      ...handledAgain(context, event),
    })),
    forgive: assign({ error: undefined, finishedAt: undefined }),
    ...deadlineActions,
    ...compensationActions,
  },
}).createMachine({
  id: 'task',
  context: ({ input }) => ({
    startAt: input.startAt,
    ...(input.startAt > input.at ? { delayed: true } : {}),
    stepCount: input.stepCount,
    rootCount: input.rootCount,
    ...(input.failureHandlerCount ? { failureHandlerCount: input.failureHandlerCount } : {}),
    unmet: input.unmet,
    lost: 0,
    ...(input.onDependencyFailure === 'fail' ? { onDependencyFailure: 'fail' } : {}),
    counts: {},
    met: {},
    halted: 0,
    retryCount: 0,
    ...firstDeadline(input),
    ...(input.compensations === undefined ? {} : { compensations: input.compensations }),
  }),
  initial: 'pending',
  entry: 'armDeadline',
  on: {
    'signal.withdrawn': { actions: 'noted' },
    '*': { actions: 'ignored' },
  },
  states: {
    pending: {
      after: {
        // Otherwise the last dependency starts it.
        delay: [
          { guard: 'isUnblocked', target: 'running', actions: ['start', spawnRoots] },
          { guard: 'isDelayed', actions: 'endDelay' },
          {},
        ],
      },
      on: {
        'dependency.complete': [
          { guard: 'isLastDependency', target: 'running', actions: ['meet', 'start', spawnRoots] },
          { actions: 'meet' },
        ],
        ...losses,
        'task.deadline': { guard: 'isDue', target: 'failed', actions: 'passDeadline' },
        'task.pause': { target: 'paused', actions: 'notePause' },
        'task.cancel': cancelAtOnce,
      },
    },
    running: {
      always: [
        ...ends,
        { guard: 'isBackingOff', target: 'retrying' },
        { guard: 'isWaiting', target: 'waiting' },
      ],
      on: {
        ...reportsAtWork,
        'step.retrying': { actions: 'report' },
        'task.deadline': expire,
        'task.pause': { target: 'paused', actions: ['notePause', 'holdSteps'] },
        'task.cancel': cancelTask,
      },
    },
    retrying: {
      always: [...ends, { guard: 'isActive', target: 'running' }, { guard: 'isWaiting', target: 'waiting' }],
      on: {
        ...reportsAtWork,
        'task.deadline': expire,
        'task.pause': { target: 'paused', actions: ['notePause', 'holdSteps'] },
        'task.cancel': cancelTask,
      },
    },
    waiting: {
      always: [...ends, { guard: 'isActive', target: 'running' }],
      on: {
        ...reportsAlive,
        'task.deadline': expire,
        'task.pause': { target: 'paused', actions: ['notePause', 'holdSteps'] },
        'task.cancel': cancelTask,
      },
    },
    paused: {
      always: { guard: 'isSpent', target: 'failed' },
      on: {
        'step.ready': { actions: 'report' },
        'step.retrying': { actions: 'report' },
        'step.waiting': { actions: 'report' },
        'step.held': reports['step.held'],
        'step.cancelled': reportsAlive['step.cancelled'],
        'step.owes': reportsAlive['step.owes'],
        'step.spawnedAhead': { actions: 'countAhead' },
        'step.failed': [
          reports['step.failed'][0],
          { guard: 'isOfCompensation', actions: [spawnHeld, 'report'] },
          { actions: 'report' },
        ],
        'step.complete': { actions: [spawnHeld, 'report'] },
        'step.skipped': { actions: [spawnHeld, 'report'] },
        'dependency.complete': { actions: 'meet' },
        ...losses,
        'task.deadline': [
          { guard: 'isDueUnstarted', target: 'failed', actions: 'passDeadline' },
          { guard: 'isDueUndone', actions: atDeadline },
          { guard: 'isDue', actions: 'switchOffDeadline' },
        ],
        // A parent resumes only what it has paused itself.
        'task.resume': [
          { guard: 'mayNotResume', actions: 'ignored' },
          { guard: 'hasStarted', target: 'running', actions: ['notePause', releaseHeld] },
          { target: 'pending', actions: 'notePause' },
        ],
        'task.cancel': cancelTask,
      },
    },
    complete: { type: 'final', entry: ['disarmDeadline', 'finish', 'ended'] },
    failed: {
      entry: ['disarmDeadline', 'finish', 'ended'],
      exit: 'revived',
      always: [
        // The last compensation that had failed was completed or skipped by hand.
        { guard: 'endsCancelled', target: 'cancelled' },
        { guard: 'isMoving', target: 'running', actions: ['reopen', ...renew] },
      ],
      on: {
        ...reports,
        'dependency.complete': { actions: 'meet' },
        'dependency.failed': { actions: 'lose' },
        'dependency.cancelled': { actions: 'lose' },
        'dependency.revived': { actions: 'regain' },
        'task.compensate': { guard: 'owes', target: 'running', actions: 'noteAsked' },
        'task.retry': [
          { guard: 'isCompensated', actions: 'ignored' },
          { guard: 'hasStarted', actions: ['setDeadline', 'retrySteps', 'releaseLate'] },
          { target: 'pending', actions: ['setDeadline', 'forgive', ...renew] },
        ],
        'task.cancel': cancelTask,
      },
    },
    cancelled: { type: 'final', entry: 'ended' },
  },
});
