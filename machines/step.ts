/**
 * The life of one step: `pending → running ⇄ retrying → complete | failed`, and what a person may do to it.
 * Pure: the time (`at`), the dice and the attempt token come in with the event; what is to happen outside comes
 * out as named effects. A webhook delivery lives the same life.
 */

import { assign, cancel, enqueueActions, setup } from 'xstate';
import { type Backoff, backoffMs, DEFAULT_BACKOFF } from './backoff.ts';

export interface StepError {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly retryable: boolean;
  readonly retryAfter?: number | string;
  readonly details?: unknown;
}

/** Where it differs from `DEFAULT_STEP_POLICY`; kept small because every snapshot carries it. */
export interface StepPolicy {
  readonly maxAttempts?: number;
  readonly timeoutMs?: number;
  /** Longest wait for a worker; without it a step waits for ever. */
  readonly startTimeoutMs?: number;
  readonly backoff?: Backoff;
  readonly optional?: boolean;
}

export const DEFAULT_STEP_POLICY = { maxAttempts: 3, timeoutMs: 60_000, backoff: DEFAULT_BACKOFF } as const;

/**
 * An attempt whose worker died this often is taken for the cause of the deaths and counts as failed: a loop has an
 * end, and a machine that restarts a hundred times on a bad day fails no work by it.
 */
export const MAX_LOSSES = 1_000;

export interface StepInput {
  readonly at: number;
  readonly policy: StepPolicy;
}

export interface StepContext {
  readonly policy: StepPolicy;
  /** Executions so far, over all sets; numbers the attempts. */
  readonly attempt: number;
  /** Executions before the present set: a retry by a person begins a fresh one. */
  readonly base: number;
  readonly token?: string;
  /** The present attempt was sent to a worker elsewhere. */
  readonly remote?: boolean;
  /** When that worker first gave a sign of being at it. */
  readonly takenAt?: number;
  readonly held?: boolean;
  /** A critical step of the task failed: what runs may finish, nothing is tried again. */
  readonly halted?: boolean;
  /** Workers that died under the present attempt. */
  readonly losses?: number;
  /** Since when it waits for a worker. */
  readonly queuedAt?: number;
  readonly startedAt?: number;
  readonly attemptAt?: number;
  readonly finishedAt?: number;
  /** Chosen after the last failure. */
  readonly delayMs?: number;
  readonly retryAt?: number;
  readonly error?: StepError;
  readonly output?: unknown;
  readonly resolvedBy?: string;
}

type Timed<E> = E & { readonly at: number };

export type StepEvent =
  | Timed<{ type: 'step.start'; token: string; remote?: boolean }>
  | Timed<{ type: 'step.hold' }>
  | Timed<{ type: 'step.release' }>
  | Timed<{ type: 'step.halt' }>
  | Timed<{ type: 'step.retry'; held?: boolean; by?: string; reason?: string | null }>
  | Timed<{ type: 'step.cancel' }>
  | Timed<{ type: 'step.skip'; output?: unknown; by?: string; reason?: string | null }>
  | Timed<{ type: 'step.complete'; output: unknown; by: string; reason?: string | null }>
  | Timed<{ type: 'step.startTimeout' }>
  | Timed<{ type: 'attempt.hindered'; token: string }>
  | Timed<{ type: 'attempt.sent'; token: string }>
  | Timed<{ type: 'attempt.taken'; token: string }>
  | Timed<{ type: 'attempt.complete'; token: string; output: unknown }>
  | Timed<{ type: 'attempt.failed'; token: string; error: StepError; dice: number }>
  | Timed<{ type: 'attempt.lost'; token: string; dice: number; remote?: boolean }>
  | Timed<{ type: 'xstate.after.timeout.step.running'; dice: number }>
  | Timed<{ type: 'xstate.after.backoff.step.retrying.backoff' }>;

/** How a task counts its steps. `active`: running, or ready and queued; `held`: neither until released. */
export type Standing = 'active' | 'backoff' | 'held' | 'failed' | 'complete' | 'skipped' | 'cancelled';

/** Reads the standing off a state, written `retrying.backoff` for `{ retrying: 'backoff' }`. */
export function standingOf(state: string): Standing {
  switch (state) {
    case 'pending.queued':
    case 'retrying.queued':
    case 'running':
      return 'active';
    case 'retrying.backoff':
      return 'backoff';
    case 'pending.held':
    case 'retrying.held':
      return 'held';
    case 'failed':
    case 'complete':
    case 'skipped':
    case 'cancelled':
      return state;
    default:
      throw new Error(`assertion failed: ${state} is no state of a step`);
  }
}

type Failure = { readonly error: StepError; readonly dice: number };

/** What failed, if the event is a failure: reported, timed out, or its worker died once too often. */
function failureOf(context: StepContext, event: StepEvent): Failure | null {
  switch (event.type) {
    case 'attempt.failed':
      return event;
    case 'attempt.lost':
      return { error: workerLost(context.losses ?? 0), dice: event.dice };
    case 'xstate.after.timeout.step.running':
      return { error: timedOut(timeoutOf(context)), dice: event.dice };
    default:
      return null;
  }
}

const workerLost = (losses: number): StepError => ({
  name: 'WorkerLost',
  message: `the worker died under this attempt ${losses + 1} times`,
  code: 'WORKER_LOST',
  retryable: true,
});

const timedOut = (timeoutMs: number): StepError => ({
  name: 'TimeoutError',
  message: `the attempt took longer than ${timeoutMs} ms`,
  code: 'TIMEOUT',
  retryable: true,
});

/** As XState calls the timeout of `running`, and so ends it with the state. */
const TIMEOUT = 'xstate.after.timeout.step.running';

/** Of an attempt, as its step has it. */
export const timeoutOf = (context: StepContext): number =>
  context.policy.timeoutMs ?? DEFAULT_STEP_POLICY.timeoutMs;

const isCurrent = (context: StepContext, event: StepEvent): boolean =>
  !('token' in event) || event.token === context.token;

/** The three ends of a failed attempt, in the order they are asked. */
const afterFailure = [
  { guard: 'mayRetry', target: 'retrying', actions: 'planRetry' },
  { guard: 'isOptional', target: 'skipped', actions: ['recordFailure', 'finish'] },
  { guard: 'isCurrent', target: 'failed', actions: 'recordFailure' },
] as const;

/** What a person may do to a step that has not ended. */
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
  },
  guards: {
    isHeld: ({ context }) => context.held === true,
    asksHeld: ({ event }) => event.type === 'step.retry' && event.held === true,
    isCurrent: ({ context, event }) => isCurrent(context, event),
    isOptional: ({ context, event }) => isCurrent(context, event) && context.policy.optional === true,
    mayRetry: ({ context, event }) => {
      const failure = failureOf(context, event);
      const maxAttempts = context.policy.maxAttempts ?? DEFAULT_STEP_POLICY.maxAttempts;
      return (
        isCurrent(context, event) &&
        failure?.error.retryable === true &&
        context.halted !== true &&
        context.attempt - context.base < maxAttempts
      );
    },
    isUntaken: ({ context, event }) => isCurrent(context, event) && context.takenAt === undefined,
    mayResend: ({ context, event }) => isCurrent(context, event) && (context.losses ?? 0) < MAX_LOSSES,
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
    startAttempt: assign(({ context, event }) => ({
      attempt: context.attempt + 1,
      token: event.type === 'step.start' ? event.token : context.token,
      remote: event.type === 'step.start' ? event.remote : undefined,
      takenAt: undefined,
      attemptAt: event.at,
      startedAt: context.startedAt ?? event.at,
      queuedAt: undefined,
      retryAt: undefined,
      delayMs: undefined,
      losses: undefined,
    })),
    resend: assign({
      losses: ({ context }) => (context.losses ?? 0) + 1,
      remote: ({ event }) => (event.type === 'attempt.lost' ? event.remote : undefined),
      takenAt: undefined,
      attemptAt: ({ event }) => event.at,
    }),
    // What never left is not late.
    stopTimeout: enqueueActions(({ enqueue }) => {
      enqueue(cancel(TIMEOUT));
    }),
    recordTaken: assign({ takenAt: ({ event }) => event.at }),
    // Waiting for a worker elsewhere is no part of the time an attempt may take.
    restartTimeout: enqueueActions(({ context, enqueue }) => {
      enqueue(cancel(TIMEOUT));
      enqueue.raise({ type: TIMEOUT, at: 0, dice: 0 }, { delay: timeoutOf(context), id: TIMEOUT });
    }),
    planRetry: assign(({ context, event }) => {
      const failure = failureOf(context, event);
      if (failure === null) return {};
      const { error, dice } = failure;
      const backoff = context.policy.backoff ?? DEFAULT_STEP_POLICY.backoff;
      const delayMs = backoffMs(backoff, context.attempt - context.base, dice, error.retryAfter, event.at);
      return { error, delayMs, retryAt: event.at + delayMs };
    }),
    recordFailure: assign(({ context, event }) => ({
      error: failureOf(context, event)?.error,
      finishedAt: event.at,
    })),
    recordStartTimeout: assign(({ context, event }) => ({
      error: {
        name: 'StartTimeout',
        message: `no worker took the attempt within ${context.policy.startTimeoutMs} ms`,
        code: 'START_TIMEOUT',
        retryable: true,
      },
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
    })),
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
    attempt: 0,
    base: 0,
    queuedAt: input.at,
  }),
  output: ({ context }: { context: StepContext }) => context.output ?? null,
  initial: 'pending',
  on: {
    'attempt.hindered': { actions: 'stale' },
    'attempt.sent': { actions: 'stale' },
    'attempt.taken': { actions: 'stale' },
    'attempt.complete': { actions: 'stale' },
    'attempt.failed': { actions: 'stale' },
    'attempt.lost': { actions: 'stale' },
    'step.hold': {},
    'step.release': {},
    'step.halt': {},
    '*': { actions: 'ignored' },
  },
  states: {
    pending: {
      initial: 'queued',
      on: { ...byHand, 'step.cancel': { target: 'cancelled', actions: 'finish' } },
      states: {
        queued: {
          entry: ['enqueue', 'armStartTimeout'],
          exit: ['dequeue', 'disarmStartTimeout'],
          on: {
            'step.start': { target: '#step.running', actions: 'startAttempt' },
            'step.hold': { target: 'held' },
            'step.halt': { target: 'held' },
            'step.startTimeout': [
              { guard: 'isOptional', target: '#step.skipped', actions: ['recordStartTimeout', 'finish'] },
              { target: '#step.failed', actions: 'recordStartTimeout' },
            ],
          },
        },
        held: {
          entry: 'unhold',
          on: { 'step.release': { target: 'queued', actions: 'queue' } },
        },
      },
    },
    running: {
      entry: 'dispatch',
      exit: 'release',
      after: { timeout: [...afterFailure] },
      on: {
        ...byHand,
        'step.cancel': { target: 'cancelled', actions: 'finish' },
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
        'attempt.failed': [...afterFailure],
        'attempt.lost': [
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
        'step.cancel': { target: 'cancelled', actions: 'finish' },
        'step.halt': [
          { guard: 'isOptional', target: 'skipped', actions: 'finish' },
          { target: 'failed', actions: 'finish' },
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
        queued: {
          entry: ['enqueue', 'armStartTimeout'],
          exit: ['dequeue', 'disarmStartTimeout'],
          on: {
            'step.start': { target: '#step.running', actions: 'startAttempt' },
            'step.hold': { target: 'held' },
            'step.startTimeout': [
              { guard: 'isOptional', target: '#step.skipped', actions: ['recordStartTimeout', 'finish'] },
              { target: '#step.failed', actions: 'recordStartTimeout' },
            ],
          },
        },
        held: {
          entry: 'unhold',
          on: { 'step.release': { target: 'queued', actions: 'queue' } },
        },
      },
    },
    failed: {
      on: {
        ...byHand,
        'step.retry': [
          { guard: 'asksHeld', target: 'pending.held', actions: 'freshSet' },
          { target: 'pending.queued', actions: ['freshSet', 'queue'] },
        ],
      },
    },
    complete: { type: 'final' },
    skipped: { type: 'final' },
    cancelled: { type: 'final' },
  },
});
