/**
 * The life of an attempt that a worker elsewhere is to do: `unsent → sent | offered → taken → answered → over`. It is
 * kept in memory alone, and made anew from the step when a process opens the store. Pure: the time (`at`, on a clock
 * that only goes forward) comes in with the event; what is to be done comes out as named effects.
 */

import { assign, setup } from 'xstate';
import { deliveryOf, lostBefore, lostUnseen, type Turn, takerOf } from './remote-deliveries.ts';
import { type RemoteContext, type RemoteEvent, type RemoteInput, remoteEffects } from './remote-events.ts';
import type { StepError } from './step-model.ts';

/** A plain subscriber hears only what is published while it is there, so an offer is published again so often. */
const OFFER_AGAIN_MS = 30_000;

/** The wait for a sign is counted in parts, so that a connection that has just come back gives the worker time. */
const SILENCE_PARTS = 3;

const tookTimed = {
  type: 'took',
  params: ({ context: { sentAt }, event }: Turn) => ({
    waitedMs: sentAt === null || !('at' in event) ? 0 : event.at - sentAt,
  }),
} as const;
const tookOffered = { type: 'took', params: { waitedMs: null } } as const;

/** `lost` is worked out before the context has the new worker, and told with it. */
const taken = (lost: (turn: Turn) => (string | null)[]) =>
  ({
    type: 'tellTaken',
    params: ({ context, event }: Turn) => {
      const { worker, delivery } = takerOf(context, event);
      return { lost: lost({ context, event }), worker, delivery };
    },
  }) as const;

const release = (tells: boolean) =>
  ({
    type: 'release',
    params: ({ context, event }: Turn) => ({
      tells,
      id: event.type === 'attempt.released' && event.isPulled ? null : context.keptAs,
    }),
  }) as const;

const tellReturned = {
  type: 'tellReturned',
  params: ({ context, event }: Turn) =>
    event.type === 'worker.returned'
      ? { worker: event.worker, delivery: deliveryOf(context, event) }
      : { worker: null, delivery: context.delivery },
} as const;

const tellSilent = {
  type: 'tellSilent',
  params: ({ context: { worker, given } }: Turn) => ({ worker, silentMs: given.silenceMs }),
} as const;

const errorIn = (event: RemoteEvent): StepError => {
  if (event.type === 'job.refused' || event.type === 'job.unmade') return event.error;
  throw new Error(`assertion failed: ${event.type} has an error`);
};
const tellFailed = { type: 'tellFailed', params: ({ event }: Turn) => ({ error: errorIn(event) }) } as const;

const discard = {
  type: 'discard',
  params: ({ event }: Turn) => ({ id: event.type === 'job.kept' ? event.id : null }),
} as const;

const publish = ['notePublication', 'publish'] as const;

/** Nobody has it yet. */
const untaken = {
  'worker.returned': { guard: 'isLatest', actions: [tellReturned, 'noteReturned'] },
  'stream.lost': { guard: 'wasSent', actions: publish },
} as const;

/** Its time runs. */
const timed = {
  ...untaken,
  'worker.beat': {
    target: '#remote.taken',
    actions: [tookTimed, taken(lostUnseen), 'noteBeat'],
  },
  'worker.answered': { target: '#remote.answered', actions: tookTimed },
} as const;

/** Its time stands still. */
const untimed = {
  ...untaken,
  'worker.beat': {
    target: '#remote.taken',
    actions: [tookOffered, taken(lostUnseen), 'noteBeat'],
  },
  'worker.answered': { target: '#remote.answered', actions: tookOffered },
} as const;

export const remoteAttemptMachine = setup({
  types: { context: {} as RemoteContext, events: {} as RemoteEvent, input: {} as RemoteInput },
  delays: {
    // Not within the time of an attempt: a subscriber may be at it who gives no sign of that.
    offer: ({ context }) => Math.max(OFFER_AGAIN_MS, context.given.timeoutMs),
    silence: ({ context }) => context.given.silenceMs / SILENCE_PARTS,
  },
  guards: {
    isTaken: ({ context }) => context.given.isTaken,
    isTimed: ({ context }) => context.given.isTimed,
    isServed: ({ event }) => event.type === 'job.kept' && event.isServed,
    isUnsent: ({ context }) => context.isUnsent,
    isPublished: ({ context }) => context.publishing === 0,
    wasSent: ({ context }) => context.sentAt !== null,
    isLatest: ({ context, event }) =>
      event.type === 'worker.returned' && deliveryOf(context, event) >= context.delivery,
    isPassedOn: ({ context, event }) => lostBefore({ context, event }).length > 0,
    isDeaf: ({ event }) => 'canHear' in event && !event.canHear,
    mayBeHeard: ({ context }) => context.silentParts + 1 < SILENCE_PARTS,
  },
  actions: {
    ...remoteEffects,
    notePublication: assign({ publishing: ({ context }) => context.publishing + 1, isUnsent: false }),
    noteKept: assign(({ context, event }) =>
      event.type === 'job.kept'
        ? { publishing: context.publishing - 1, sentAt: event.at, keptAs: event.id }
        : {},
    ),
    noteUnsent: assign({ publishing: ({ context }) => context.publishing - 1, isUnsent: true }),
    noteEnd: assign({ publishing: ({ context }) => context.publishing - 1 }),
    noteBeat: assign(({ context, event }) => {
      if (event.type !== 'worker.beat') return {};
      const { worker, delivery } = takerOf(context, event);
      return { worker, delivery, progress: event.progress ?? context.progress, silentParts: 0 };
    }),
    noteReturned: assign(({ context, event }) =>
      event.type === 'worker.returned'
        ? { worker: null, delivery: deliveryOf(context, event), progress: null, sentAt: event.at }
        : {},
    ),
    notePart: assign({ silentParts: ({ context }) => context.silentParts + 1 }),
    noteDeaf: assign({ silentParts: 0 }),
  },
}).createMachine({
  id: 'remote',
  context: ({ input }) => ({
    given: input,
    publishing: input.isTaken ? 0 : 1,
    isUnsent: false,
    sentAt: null,
    keptAs: null,
    worker: input.worker,
    delivery: input.delivery,
    progress: null,
    silentParts: 0,
  }),
  initial: 'new',
  on: {
    'job.kept': { actions: 'noteKept' },
    'job.unsent': { actions: 'noteUnsent' },
    'job.refused': { actions: ['noteEnd', tellFailed] },
    'job.unmade': { actions: tellFailed },
    'publish.again': [{ guard: 'isUnsent', actions: publish }, { actions: 'ignored' }],
    'attempt.released': { target: '.withdrawn', actions: release(true) },
    '*': { actions: 'ignored' },
  },
  states: {
    new: {
      always: [
        { guard: 'isTaken', target: 'taken' },
        { guard: 'isTimed', target: 'unsent.timed', actions: 'publish' },
        { target: 'unsent.untimed', actions: 'publish' },
      ],
    },
    unsent: {
      initial: 'timed',
      states: {
        timed: {
          on: {
            ...timed,
            'job.kept': { target: '#remote.sent', actions: 'noteKept' },
            'job.unsent': { target: 'untimed', actions: ['noteUnsent', 'tellHindered'] },
          },
        },
        untimed: {
          on: {
            ...untimed,
            'job.kept': [
              { guard: 'isServed', target: '#remote.sent', actions: ['noteKept', 'tellSent'] },
              { target: '#remote.offered', actions: 'noteKept' },
            ],
          },
        },
      },
    },
    /** In the stream, for those who serve it: its time runs. */
    sent: {
      on: {
        ...timed,
        'job.unsent': { target: 'unsent.untimed', actions: ['noteUnsent', 'tellHindered'] },
      },
    },
    /** In the stream, and nobody is seen to serve it: nobody is late with it before somebody is there. */
    offered: {
      after: { offer: { target: 'offered', reenter: true, actions: 'offerAgain' } },
      on: {
        ...untimed,
        'job.kept': [
          { guard: 'isServed', target: 'sent', actions: ['noteKept', 'tellSent'] },
          { actions: 'noteKept' },
        ],
        'worker.seen': { target: 'sent', actions: 'tellSent' },
      },
    },
    taken: {
      initial: 'watched',
      on: {
        'worker.beat': [
          { guard: 'isPassedOn', target: '.watched', actions: ['heard', taken(lostBefore), 'noteBeat'] },
          { target: '.watched', actions: ['heard', 'noteBeat'] },
        ],
        // It waits for the next worker, as it did for the first.
        'worker.returned': { guard: 'isLatest', target: 'sent', actions: [tellReturned, 'noteReturned'] },
        'worker.answered': { target: 'answered' },
      },
      states: {
        watched: {
          after: {
            silence: [
              // It is not the worker who is silent.
              { guard: 'isDeaf', target: 'watched', reenter: true, actions: 'noteDeaf' },
              { guard: 'mayBeHeard', target: 'watched', reenter: true, actions: 'notePart' },
              { target: 'silent', actions: tellSilent },
            ],
          },
        },
        /** Its step has been told, and releases it unless the worker gives a sign before. */
        silent: {},
      },
    },
    /** Its outcome is told to its step, which is about to release it. */
    answered: {
      on: {
        'job.unsent': { actions: 'noteEnd' },
        'job.refused': { actions: 'noteEnd' },
        'publish.again': { actions: 'ignored' },
        // Its own worker need not be told.
        'attempt.released': { target: 'withdrawn', actions: release(false) },
      },
    },
    /** Over, but the stream may still say that it keeps its job. */
    withdrawn: {
      always: { guard: 'isPublished', target: 'over' },
      on: {
        'job.kept': { actions: ['noteKept', discard] },
        'job.unsent': { actions: 'noteEnd' },
        'job.refused': { actions: 'noteEnd' },
        'job.unmade': { actions: 'ignored' },
        'publish.again': { actions: 'ignored' },
        'attempt.released': { actions: 'ignored' },
      },
    },
    over: { type: 'final' },
  },
});
