/**
 * The life of a step that no worker does: `pending → waiting → complete | failed`, ended by the clock, a signal, a person
 * or child tasks. Pure like the others: what it asks for is filled in outside and comes with `wait.begin`, an answer comes with
 * its event, and `until` is absolute, so that neither a pause nor a restart moves it.
 */

import { assign, cancel, enqueueActions, setup } from 'xstate';
import {
  areDone,
  areLost,
  counted,
  endsAs,
  hasOpen,
  renewed,
  retried,
  spawned,
  toRetry,
} from './wait-children.ts';
import { childrenLost, endingBy, rejected, timedOut } from './wait-errors.ts';
import type { WaitContext, WaitEvent, WaitInput } from './wait-model.ts';
import { children, collecting, ending, goOn, halted, spawnNext, stopped } from './wait-with-children.ts';

const DEADLINE = 'step.deadline';
const REMINDER = 'step.remind';

/** A person may do this to a wait that has not ended. */
const byHand = {
  'step.skip': { target: '#wait.skipped', actions: ['resolve', 'finish'] },
  'step.complete': { target: '#wait.complete', actions: ['resolve', 'finish'] },
} as const;

const cancelWait = { target: '#wait.cancelled', actions: 'finish' } as const;

/** The deadline of the whole task has passed. */
const expireWait = { target: '#wait.failed', actions: ['recordExpiry', 'finish'] } as const;

/** The ends of a wait without the answer it asks for. */
const lost = (record: 'recordInvalid' | 'recordTimeout' | 'recordRejection') =>
  [
    { guard: 'isOptional', target: '#wait.skipped', actions: [record, 'finish'] },
    { target: '#wait.failed', actions: [record, 'finish'] },
  ] as const;

export const waitMachine = setup({
  types: {
    context: {} as WaitContext,
    events: {} as WaitEvent,
    input: {} as WaitInput,
    output: {} as unknown,
  },
  guards: {
    isHeld: ({ context }) => context.held === true,
    isClock: ({ context }) => context.policy.for === 'sleep',
    isForSignal: ({ context }) => context.policy.for === 'signal',
    isForNobody: ({ context }) => context.policy.for !== 'approval',
    isMoved: ({ context, event }) =>
      event.type === 'step.extend' && context.until !== undefined && context.until !== event.until,
    isForChildren: ({ context }) => context.policy.for === 'child' || context.policy.for === 'children',
    hasChildren: ({ context }) => context.next !== undefined,
    mayRetryChildren: ({ context, event }) =>
      context.next !== undefined && !(event.type === 'step.retry' && event.held === true),
    hasOpen: ({ context }) => hasOpen(context),
    hasNoneOpen: ({ context }) => !hasOpen(context),
    areDone: ({ context }) => areDone(context),
    areLost: ({ context }) => areLost(context),
    areLostAndOptional: ({ context }) => areLost(context) && context.policy.optional === true,
    endsCancelled: ({ context }) => endsAs(context, 'cancelled'),
    endsSkipped: ({ context }) => endsAs(context, 'skipped'),
    endsComplete: ({ context }) => endsAs(context, 'complete'),
    endsFailed: ({ context }) => endsAs(context, 'failed'),
    isApprovedByTimeout: ({ context }) => context.policy.onTimeout === 'approve',
    isOptional: ({ context }) => context.policy.optional === true,
  },
  actions: {
    // Effects: asked of whoever runs the machine. `fill`: tell it what it asks for; `listen`: give it what is there
    // already; `spawnNext`, `retryNext`, `pauseChildren` …, `collect`: children are born, told, and their outputs gathered; `remind`: tell people once more; `noted`: the journal says it; `ignored`: the event changed nothing.
    fill: () => {},
    listen: () => {},
    remind: () => {},
    noted: () => {},
    spawnNext: () => {},
    pauseChildren: () => {},
    resumeChildren: () => {},
    retryNext: () => {},
    cancelChildren: () => {},
    collect: () => {},
    ignored: () => {},

    unhold: assign({ held: undefined }),
    begin: assign(({ context, event }) => {
      if (event.type !== 'wait.begin') return {};
      const { at, until, key, prompt, total, window, wave, tolerate } = event;
      const asked = { until, key, prompt, total, window, wave, tolerate };
      return { attempt: context.attempt + 1, startedAt: context.startedAt ?? at, ...asked };
    }),
    countChild: assign(({ context, event }) => counted(context, event)),
    noteSpawned: assign(({ context }) => spawned(context)),
    noteRetry: assign(({ context, event }) => ({
      attempt: context.attempt + 1,
      ...toRetry(context),
      ...renewed(context, event),
      error: undefined,
      finishedAt: undefined,
    })),
    noteTold: assign(({ context }) => retried(context)),
    forgive: assign(({ context, event }) => ({
      error: undefined,
      finishedAt: undefined,
      ...renewed(context, event),
    })),
    noteEnding: assign(({ context, event }) => ({ ending: endingBy(context, event) })),
    settle: assign(({ context: { ending } }) => ({
      output: ending?.output ?? null,
      resolvedBy: ending?.by,
      error: ending?.error,
      ending: undefined,
    })),
    recordExpiry: assign(({ context, event }) => ({ error: endingBy(context, event).error })),
    recordLost: assign(({ context }) => ({ error: childrenLost(context) })),
    recordCollected: assign(({ event }) =>
      event.type === 'children.collected' ? { output: event.output ?? null, error: undefined } : {},
    ),
    recordUncollected: assign(({ event }) =>
      event.type === 'children.uncollected' ? { error: event.error } : {},
    ),
    extend: assign(({ event }) => (event.type === 'step.extend' ? { until: event.until } : {})),
    armDeadline: enqueueActions(({ context, event, enqueue }) => {
      if (context.until === undefined) return;
      // Later than now in any case: a signal that is there already comes first.
      const delay = Math.max(1, context.until - event.at);
      enqueue.raise({ type: DEADLINE, at: 0 }, { delay, id: DEADLINE });
    }),
    disarmDeadline: enqueueActions(({ context, enqueue }) => {
      if (context.until !== undefined) enqueue(cancel(DEADLINE));
    }),
    armReminder: enqueueActions(({ context, enqueue }) => {
      const delay = context.policy.remindMs;
      if (delay !== undefined) enqueue.raise({ type: REMINDER, at: 0 }, { delay, id: REMINDER });
    }),
    disarmReminder: enqueueActions(({ context, enqueue }) => {
      if (context.policy.remindMs !== undefined) enqueue(cancel(REMINDER));
    }),
    recordSignal: assign(({ event }) =>
      event.type === 'signal.received' ? { output: event.data ?? null, error: undefined } : {},
    ),
    approve: assign({ output: { approved: true, by: 'timeout', reason: null }, error: undefined }),
    recordInvalid: assign(({ event }) => (event.type === 'wait.invalid' ? { error: event.error } : {})),
    recordTimeout: assign(({ context }) => ({ error: timedOut(context) })),
    recordRejection: assign(({ event }) =>
      event.type === 'step.reject' ? { error: rejected(event.by ?? 'somebody', event.reason ?? null) } : {},
    ),
    resolve: assign(({ event }) => {
      if (event.type !== 'step.skip' && event.type !== 'step.complete') return {};
      return { output: event.output ?? null, resolvedBy: event.by, error: undefined };
    }),
    finish: assign({ finishedAt: ({ event }) => event.at }),
    askAnew: assign(({ event }) => ({
      error: undefined,
      finishedAt: undefined,
      until: undefined,
      held: event.type === 'step.retry' && event.held === true ? (true as const) : undefined,
    })),
  },
}).createMachine({
  id: 'wait',
  context: ({ input }) => ({
    policy: input.policy,
    attempt: 0,
    ...(input.held === true ? { held: true } : {}),
  }),
  output: ({ context }: { context: WaitContext }) => context.output ?? null,
  initial: 'pending',
  on: {
    // It was held before it could begin, or has ended since.
    'wait.begin': {},
    'wait.invalid': {},
    'step.hold': {},
    'step.release': {},
    'step.halt': {},
    'children.more': {},
    '*': { actions: 'ignored' },
  },
  states: {
    pending: {
      initial: 'ready',
      on: { ...byHand, 'step.cancel': cancelWait, 'step.expire': expireWait },
      states: {
        ready: {
          entry: 'fill',
          // In a task that is paused it asks for nothing yet.
          always: { guard: 'isHeld', target: 'held' },
          on: {
            'wait.begin': [
              { guard: 'isForChildren', target: '#wait.waiting.children', actions: ['begin', ...spawnNext] },
              { target: '#wait.waiting', actions: 'begin' },
            ],
            'wait.invalid': lost('recordInvalid'),
            'step.hold': { target: 'held' },
            'step.halt': { target: 'held' },
          },
        },
        held: {
          entry: 'unhold',
          on: { 'step.release': { target: 'ready' } },
        },
      },
    },
    waiting: {
      initial: 'listening',
      on: {
        ...byHand,
        'step.cancel': cancelWait,
        'step.expire': expireWait,
        'step.reject': [{ guard: 'isForNobody', actions: 'ignored' }, ...lost('recordRejection')],
      },
      states: {
        listening: {
          entry: ['listen', 'armDeadline', 'armReminder'],
          exit: ['disarmDeadline', 'disarmReminder'],
          on: {
            'signal.received': [
              { guard: 'isForSignal', target: '#wait.complete', actions: ['recordSignal', 'finish'] },
              { actions: 'ignored' },
            ],
            'signal.refused': { actions: 'noted' },
            'step.deadline': [
              { guard: 'isClock', target: '#wait.complete', actions: 'finish' },
              { guard: 'isApprovedByTimeout', target: '#wait.complete', actions: ['approve', 'finish'] },
              ...lost('recordTimeout'),
            ],
            'step.remind': { actions: ['remind', 'armReminder'] },
            'step.extend': [
              { guard: 'isMoved', target: 'listening', reenter: true, actions: 'extend' },
              { actions: 'ignored' },
            ],
            'step.hold': { target: 'held' },
            'step.halt': { target: 'held' },
          },
        },
        children,
        halted,
        stopped,
        collecting,
        ending,
        held: {
          on: {
            'step.release': { target: 'listening' },
            'step.extend': [{ guard: 'isMoved', actions: 'extend' }, { actions: 'ignored' }],
          },
        },
      },
    },
    failed: {
      on: {
        ...byHand,
        // Children that were lost are told to try again; those that are complete stay so.
        'step.retry': [
          { guard: 'mayRetryChildren', target: 'waiting.children', actions: ['noteRetry', ...goOn] },
          { guard: 'hasChildren', actions: 'ignored' },
          { target: 'pending.ready', actions: 'askAnew' },
        ],
        'child.revived': { target: 'waiting.children', actions: ['forgive', 'countChild', ...spawnNext] },
      },
    },
    complete: { type: 'final' },
    skipped: { type: 'final' },
    cancelled: { type: 'final' },
  },
});
