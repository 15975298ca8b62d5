/**
 * The life of one step: `pending → running ⇄ retrying → complete | failed`, and what a person may do to it.
 * Pure: the time (`at`), the dice and the attempt token come in with the event; what is to happen outside comes
 * out as named effects. A webhook delivery lives the same life.
 */
import { assign, cancel, enqueueActions, setup } from 'xstate';
import { backoffMs, DEFAULT_BACKOFF } from "./backoff.js";
export const DEFAULT_STEP_POLICY = { maxAttempts: 3, timeoutMs: 60_000, backoff: DEFAULT_BACKOFF };
/** An attempt whose worker died this often is taken for the cause of the deaths and counts as failed. */
export const MAX_LOSSES = 10;
/** Reads the standing off a state, written `retrying.backoff` for `{ retrying: 'backoff' }`. */
export function standingOf(state) {
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
/** What failed, if the event is a failure: reported, timed out, or its worker died once too often. */
function failureOf(context, event) {
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
const workerLost = (losses) => ({
    name: 'WorkerLost',
    message: `the worker died under this attempt ${losses + 1} times`,
    code: 'WORKER_LOST',
    retryable: true,
});
const timedOut = (timeoutMs) => ({
    name: 'TimeoutError',
    message: `the attempt took longer than ${timeoutMs} ms`,
    code: 'TIMEOUT',
    retryable: true,
});
const timeoutOf = (context) => context.policy.timeoutMs ?? DEFAULT_STEP_POLICY.timeoutMs;
const isCurrent = (context, event) => !('token' in event) || event.token === context.token;
/** The three ends of a failed attempt, in the order they are asked. */
const afterFailure = [
    { guard: 'mayRetry', target: 'retrying', actions: 'planRetry' },
    { guard: 'isOptional', target: 'skipped', actions: ['recordFailure', 'finish'] },
    { guard: 'isCurrent', target: 'failed', actions: 'recordFailure' },
];
/** What a person may do to a step that has not ended. */
const byHand = {
    'step.skip': { target: '#step.skipped', actions: ['resolve', 'finish'] },
    'step.complete': { target: '#step.complete', actions: ['resolve', 'finish'] },
};
export const stepMachine = setup({
    types: {
        context: {},
        events: {},
        input: {},
        output: {},
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
            return (isCurrent(context, event) &&
                failure !== null &&
                failure.error.retryable &&
                context.halted !== true &&
                context.attempt - context.base < maxAttempts);
        },
        mayResend: ({ context, event }) => isCurrent(context, event) && (context.losses ?? 0) < MAX_LOSSES,
    },
    actions: {
        // Effects: asked of whoever runs the machine. `enqueue`: find a worker; `dequeue`: no longer; `dispatch`: send
        // the job; `release`: the attempt is over, its worker may stop; `stale`, `ignored`: the event changed nothing.
        enqueue: () => { },
        dequeue: () => { },
        dispatch: () => { },
        release: () => { },
        stale: () => { },
        ignored: () => { },
        hold: assign({ held: true }),
        unhold: assign({ held: undefined, halted: undefined }),
        halt: assign({ halted: true }),
        queue: assign({ queuedAt: ({ event }) => event.at }),
        startAttempt: assign(({ context, event }) => ({
            attempt: context.attempt + 1,
            token: event.type === 'step.start' ? event.token : context.token,
            attemptAt: event.at,
            startedAt: context.startedAt ?? event.at,
            queuedAt: undefined,
            retryAt: undefined,
            delayMs: undefined,
            losses: undefined,
        })),
        resend: assign({
            losses: ({ context }) => (context.losses ?? 0) + 1,
            attemptAt: ({ event }) => event.at,
        }),
        planRetry: assign(({ context, event }) => {
            const failure = failureOf(context, event);
            if (failure === null)
                return {};
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
            if (event.type !== 'step.skip' && event.type !== 'step.complete')
                return {};
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
                enqueue.raise({ type: 'step.startTimeout', at: 0 }, { delay, id: 'startTimeout' });
        }),
        disarmStartTimeout: enqueueActions(({ context, enqueue }) => {
            if (context.policy.startTimeoutMs !== undefined)
                enqueue(cancel('startTimeout'));
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
    output: ({ context }) => context.output ?? null,
    initial: 'pending',
    on: {
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
                'step.halt': { target: 'failed', actions: 'finish' },
            },
            states: {
                backoff: {
                    after: { backoff: [{ guard: 'isHeld', target: 'held' }, { target: 'queued', actions: 'queue' }] },
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
