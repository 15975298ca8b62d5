/**
 * The life of one step: `pending → running ⇄ retrying → complete | failed`, and what a person may do to it.
 * Pure: the time (`at`), the dice and the attempt token come in with the event; what is to happen outside comes
 * out as named effects. A webhook delivery lives the same life.
 */

import { assign, cancel, enqueueActions, setup } from 'xstate';
import { givenUp, resent, started } from './step-attempt.ts';
import { deadlineError, isElsewhere, notStarted } from './step-failures.ts';
import {
  MAX_LOSSES,
  MAX_WORKER_DEATHS,
  type StepContext,
  type StepEvent,
  type StepInput,
  timeoutOf,
} from './step-model.ts';
import { asksAgain, halted, mayAskAgain, unanswered } from './step-polling.ts';
import { endsAs, mustStop, restOf, stopped, stopping, stopsBy } from './step-stopping.ts';
import { beginsTime, byTime, hasAnotherInTime, lastError, retryPlan, TIMEOUT, WITHIN } from './step-time.ts';
import { cutOff, unknownAfter } from './step-unknown.ts';
import { held, queued } from './step-waiting.ts';

const isCurrent = (context: StepContext, event: StepEvent): boolean =>
  !('token' in event) || event.token === context.token;

/** The three ends of a failed attempt, in the order they are asked. */
const afterFailure = [
  { guard: 'mayRetry', target: 'retrying', actions: 'planRetry' },
  { guard: 'isOptional', target: 'skipped', actions: ['recordFailure', 'finish'] },
  { guard: 'isCurrent', target: 'failed', actions: 'recordFailure' },
] as const;

/** The attempt is cut off. */
const isToStop = { guard: 'mustStop', target: '#step.waiting.stopping', actions: 'stopBy' } as const;

/** A person may do this to a step that has not ended. */
const byHand = {
  'step.skip': { target: '#step.skipped', actions: ['resolve', 'finish'] },
  'step.complete': { target: '#step.complete', actions: ['resolve', 'finish'] },
} as const;

export const stepMachine = setup({
  types: {
    context: {} as StepContext,
    events: {} as StepEvent,
    input: {} as StepInput,
    output: {} as unknown,
  },
  delays: {
    timeout: ({ context }) => timeoutOf(context),
    backoff: ({ context }) => context.delayMs ?? 0,
    rest: ({ context, event }) => restOf(context, event.at),
  },
  guards: {
    isHeld: ({ context }) => context.held === true,
    asksHeld: ({ event }) => event.type === 'step.retry' && event.held === true,
    isCurrent: ({ context, event }) => isCurrent(context, event),
    isOptional: ({ context, event }) => isCurrent(context, event) && context.policy.optional === true,
    beginsTime: ({ context }) => beginsTime(context),
    mayAskAgain: ({ context, event }) => isCurrent(context, event) && mayAskAgain(context, event),
    mustStop: ({ context, event }) => mustStop(context, event),
    stopsCancelled: ({ context }) => endsAs(context, 'cancelled'),
    stopsSkipped: ({ context }) => endsAs(context, 'skipped'),
    stopsFailed: ({ context }) => endsAs(context, 'failed'),
    mayRetry: ({ context, event }) => isCurrent(context, event) && hasAnotherInTime(context, event),
    isUntaken: ({ context, event }) => isCurrent(context, event) && context.takenAt === undefined,
    mayResend: ({ context, event }) =>
      isCurrent(context, event) && !isElsewhere(event) && (context.losses ?? 0) < MAX_LOSSES,
    isReturned: ({ context, event }) =>
      isCurrent(context, event) && isElsewhere(event) && event.returned === true,
    mayPassOn: ({ context, event }) =>
      isCurrent(context, event) &&
      isElsewhere(event) &&
      event.silentMs === undefined &&
      (context.silentWorkers ?? []).length + 1 < MAX_WORKER_DEATHS,
  },
  actions: {
    // Effects: asked of whoever runs the machine. `enqueue`: find a worker; `dequeue`: no longer; `dispatch`: send
    // the job; `release`: the attempt is over, its worker may stop; `stale`, `ignored`: the event changed nothing.
    enqueue: () => {},
    dequeue: () => {},
    dispatch: () => {},
    release: () => {},
    stale: () => {},
    ignored: () => {},

    hold: assign({ held: true }),
    unhold: assign({ held: undefined, halted: undefined }),
    halt: assign({ halted: true }),
    queue: assign({ queuedAt: ({ event }) => event.at }),
    startAttempt: assign(({ context, event }) => started(context, event)),
    resend: assign(({ context, event }) => resent(context, event)),
    // An attempt that was never sent cannot be late.
    stopTimeout: enqueueActions(({ enqueue }) => {
      enqueue(cancel(TIMEOUT));
    }),
    recordTaken: assign(({ event }) => {
      if (event.type !== 'attempt.taken') return {};
      const { at, worker, delivery } = event;
      return { takenAt: at, worker, delivery };
    }),
    giveUpWorker: assign(({ context, event }) => givenUp(context, event)),
    // Waiting for a worker elsewhere is no part of the time an attempt may take.
    restartTimeout: enqueueActions(({ context, enqueue }) => {
      enqueue(cancel(TIMEOUT));
      enqueue.raise({ type: TIMEOUT, at: 0, dice: 0 }, { delay: timeoutOf(context), id: TIMEOUT });
    }),
    planRetry: assign(({ context, event }) => retryPlan(context, event)),
    recordFailure: assign(({ context, event }) => ({
      error: lastError(context, event),
      finishedAt: event.at,
      ...unknownAfter(context, event),
    })),
    planPoll: assign(({ context, event }) => asksAgain(context, event)),
    recordUnanswered: assign(({ context, event }) => unanswered(context, event)),
    recordHalted: assign(({ context }) => halted(context)),
    recordOutOfTime: assign(({ context, event }) => unanswered(context, event)),
    recordExpired: assign(({ context, event }) =>
      event.type === 'step.expire' ? { error: deadlineError(event.deadlineAt, 'step', context.error) } : {},
    ),
    recordStartTimeout: assign(({ context, event }) => ({
      error: notStarted(context.policy.startTimeoutMs ?? 0),
      finishedAt: event.at,
    })),
    recordOutput: assign(({ event }) => ({
      output: event.type === 'attempt.complete' ? event.output : null,
      error: undefined,
    })),
    resolve: assign(({ event }) => {
      if (event.type !== 'step.skip' && event.type !== 'step.complete') return {};
      return { output: event.output ?? null, resolvedBy: event.by, error: undefined };
    }),
    finish: assign({
      finishedAt: ({ event }) => event.at,
      retryAt: undefined,
      delayMs: undefined,
      queuedAt: undefined,
    }),
    freshSet: assign(({ context }) => ({
      base: context.attempt,
      token: undefined,
      held: undefined,
      halted: undefined,
      error: undefined,
      finishedAt: undefined,
      startedAt: context.startedAt,
      setAt: undefined,
      polls: undefined,
      answer: undefined,
    })),
    cutOff: assign(({ context }) => cutOff(context)),
    stopBy: assign(({ context, event }) => stopsBy(context, event)),
    noteStopped: assign(({ context, event }) => stopped(context, event)),
    endStop: assign({ stopping: undefined }),
    startSet: assign({ setAt: ({ event }) => event.at }),
    armWithin: enqueueActions(({ context, enqueue }) => {
      enqueue.raise({ type: WITHIN, at: 0 }, { delay: context.policy.withinMs ?? 0, id: WITHIN });
    }),
    disarmWithin: enqueueActions(({ context, enqueue }) => {
      if (context.setAt !== undefined) enqueue(cancel(WITHIN));
    }),
    armStartTimeout: enqueueActions(({ context, enqueue }) => {
      const delay = context.policy.startTimeoutMs;
      if (delay !== undefined)
        enqueue.raise({ type: 'step.startTimeout', at: 0 }, { delay, id: 'step.startTimeout' });
    }),
    disarmStartTimeout: enqueueActions(({ context, enqueue }) => {
      if (context.policy.startTimeoutMs !== undefined) enqueue(cancel('step.startTimeout'));
    }),
  },
}).createMachine({
  id: 'step',
  context: ({ input }) => ({
    policy: input.policy,
    attempt: input.attempt ?? 0,
    base: input.attempt ?? 0,
    queuedAt: input.at,
  }),
  output: ({ context }: { context: StepContext }) => context.output ?? null,
  initial: 'pending',
  on: {
    'attempt.hindered': { actions: 'stale' },
    'attempt.sent': { actions: 'stale' },
    'attempt.taken': { actions: 'stale' },
    'attempt.complete': { actions: 'stale' },
    'attempt.unmet': { actions: 'stale' },
    'attempt.failed': { actions: 'stale' },
    'attempt.lost': { actions: 'stale' },
    'step.hold': {},
    'step.release': {},
    'step.halt': {},
    'step.expire': {},
    '*': { actions: 'ignored' },
  },
  states: {
    pending: {
      initial: 'queued',
      on: { ...byHand, ...byTime, 'step.cancel': { target: 'cancelled', actions: 'finish' } },
      states: {
        queued: { ...queued, on: { ...queued.on, 'step.halt': { target: 'held' } } },
        held,
      },
    },
    running: {
      entry: 'dispatch',
      exit: 'release',
      after: { timeout: [...afterFailure] },
      on: {
        'step.skip': { target: '#step.skipped', actions: ['cutOff', 'resolve', 'finish'] },
        'step.complete': byHand['step.complete'],
        'step.within': [isToStop, ...byTime['step.within']],
        'step.expire': [isToStop, byTime['step.expire']],
        'step.cancel': [isToStop, { target: 'cancelled', actions: 'finish' }],
        'attempt.hindered': [
          { guard: 'isUntaken', actions: 'stopTimeout' },
          { guard: 'isCurrent', actions: 'ignored' },
        ],
        'attempt.sent': [
          { guard: 'isUntaken', actions: 'restartTimeout' },
          { guard: 'isCurrent', actions: 'ignored' },
        ],
        'attempt.taken': [
          { guard: 'isUntaken', actions: ['recordTaken', 'restartTimeout'] },
          { guard: 'isCurrent', actions: 'ignored' },
        ],
        'attempt.complete': { guard: 'isCurrent', target: 'complete', actions: ['recordOutput', 'finish'] },
        'attempt.unmet': [
          { guard: 'mayAskAgain', target: 'retrying', actions: 'planPoll' },
          { guard: 'isOptional', target: 'skipped', actions: ['recordUnanswered', 'finish'] },
          { guard: 'isCurrent', target: 'failed', actions: 'recordUnanswered' },
        ],
        'attempt.failed': [...afterFailure],
        'attempt.lost': [
          { guard: 'isReturned', actions: ['giveUpWorker', 'restartTimeout'] },
          { guard: 'mayPassOn', actions: ['giveUpWorker', 'restartTimeout'] },
          { guard: 'mayResend', target: 'running', reenter: true, actions: 'resend' },
          ...afterFailure,
        ],
        'step.hold': { actions: 'hold' },
        'step.release': { actions: 'unhold' },
        'step.halt': { actions: 'halt' },
      },
    },
    retrying: {
      initial: 'backoff',
      on: {
        ...byHand,
        ...byTime,
        'step.cancel': { target: 'cancelled', actions: 'finish' },
        'step.halt': [
          { guard: 'isOptional', target: 'skipped', actions: 'finish' },
          { target: 'failed', actions: ['recordHalted', 'finish'] },
        ],
      },
      states: {
        backoff: {
          after: {
            backoff: [
              { guard: 'isHeld', target: 'held' },
              { target: 'queued', actions: 'queue' },
            ],
          },
          on: {
            'step.hold': { actions: 'hold' },
            'step.release': { actions: 'unhold' },
          },
        },
        queued,
        held,
      },
    },
    waiting: { initial: 'stopping', on: byHand, states: { stopping } },
    failed: {
      entry: 'disarmWithin',
      on: {
        ...byHand,
        'step.retry': [
          { guard: 'asksHeld', target: 'pending.held', actions: 'freshSet' },
          { target: 'pending.queued', actions: ['freshSet', 'queue'] },
        ],
      },
    },
    complete: { type: 'final', entry: 'disarmWithin' },
    skipped: { type: 'final', entry: 'disarmWithin' },
    cancelled: { type: 'final', entry: 'disarmWithin' },
  },
});
