/**
 * The life of one task: `pending → running ⇄ retrying → complete | failed`, and what a person may do to it.
 * It keeps a counter of met dependencies per step, not a list to rescan; the part of the graph a completion
 * touches comes in with the event (`dependents`), like the time does, so a turn costs O(its dependents).
 */
import { assign, setup } from 'xstate';
const STANDING = {
    'step.ready': 'active',
    'step.retrying': 'backoff',
    'step.held': 'held',
    'step.failed': 'failed',
    'step.complete': 'complete',
    'step.skipped': 'skipped',
};
const count = (context, standing) => context.counts[standing] ?? 0;
const add = (counts, standing, n) => ({
    ...counts,
    [standing]: (counts[standing] ?? 0) + n,
});
const isReport = (event) => event.type in STANDING;
/** Steps whose last missing dependency this event brings. */
function readied(context, event) {
    if (event.type !== 'step.complete' && event.type !== 'step.skipped')
        return [];
    return event.dependents
        .filter(([step, needs]) => (context.met[step] ?? 0) + 1 === needs && context.ahead?.includes(step) !== true)
        .map(([step]) => step);
}
/** The counters after this event: one more met for each dependent, and no entry for those that have all. */
function metAfter(context, event) {
    if (event.type !== 'step.complete' && event.type !== 'step.skipped')
        return context.met;
    if (event.dependents.every(([, needs]) => needs === 1))
        return context.met;
    const met = { ...context.met };
    for (const [step, needs] of event.dependents) {
        const next = (met[step] ?? 0) + 1;
        if (next === needs)
            delete met[step];
        else
            met[step] = next;
    }
    return met;
}
const allEnded = (context) => count(context, 'complete') + count(context, 'skipped') === context.stepCount;
/** Nothing runs, nothing will by itself, and a failure is why. */
const isStuck = (context) => count(context, 'active') + count(context, 'backoff') === 0 &&
    count(context, 'failed') > 0 &&
    (context.halted > 0 || count(context, 'held') === 0);
const isBackingOff = (context) => count(context, 'active') === 0 && count(context, 'backoff') > 0;
const isDue = (context, event) => event.at >= context.startAt;
const spawnRoots = { type: 'spawn', params: { steps: 'roots', held: false } };
const spawnReadied = {
    type: 'spawn',
    params: ({ context, event }) => ({ steps: readied(context, event), held: context.halted > 0 }),
};
const spawnHeld = {
    type: 'spawn',
    params: ({ context, event }) => ({ steps: readied(context, event), held: true }),
};
const canRelease = (context) => context.halted === 0 && count(context, 'held') > 0;
/** The failure that halted the task may have been mended: what was held goes on. */
const releaseMended = {
    type: 'releaseSteps',
    params: ({ context, event }) => ({
        asked: isReport(event) && event.from === 'failed' && canRelease(context),
    }),
};
const releaseHeld = {
    type: 'releaseSteps',
    params: ({ context }) => ({ asked: canRelease(context) }),
};
const reports = {
    'step.ready': { actions: ['report', releaseMended] },
    'step.retrying': { actions: 'report' },
    'step.held': { actions: 'report' },
    'step.spawnedAhead': { actions: 'countAhead' },
    'step.failed': [{ guard: 'isCritical', actions: ['report', 'haltSteps'] }, { actions: 'report' }],
    'step.complete': { actions: [spawnReadied, 'report', releaseMended] },
    'step.skipped': { actions: [spawnReadied, 'report', releaseMended] },
};
const losses = {
    'dependency.failed': [
        { guard: 'failsWithDependency', target: '#task.failed', actions: ['lose', 'blame'] },
        { actions: ['lose', 'blocked'] },
    ],
    'dependency.cancelled': [
        { guard: 'failsWithDependency', target: '#task.failed', actions: ['lose', 'blame'] },
        { actions: ['lose', 'blocked'] },
    ],
    'dependency.revived': { actions: 'regain' },
    'dependency.added': { actions: 'await' },
    'dependency.resolved': {},
};
const cancelTask = { target: '#task.cancelled', actions: ['cancelSteps', 'finish'] };
/** A task is over or not after every report; asked in this order. */
const ends = [
    { guard: 'allEnded', target: 'complete' },
    { guard: 'isStuck', target: 'failed' },
];
export const taskMachine = setup({
    types: { context: {}, events: {}, input: {} },
    delays: {
        delay: ({ context, event }) => Math.max(0, context.startAt - atOf(event)),
    },
    guards: {
        allEnded: ({ context }) => allEnded(context),
        isStuck: ({ context }) => isStuck(context),
        isBackingOff: ({ context }) => isBackingOff(context),
        isActive: ({ context }) => count(context, 'active') > 0,
        isCritical: ({ event }) => event.type === 'step.failed' && event.critical === true,
        hasStarted: ({ context }) => context.startedAt !== undefined,
        isUnblocked: ({ context }) => context.unmet === 0,
        isLastDependency: ({ context, event }) => context.unmet === 1 && isDue(context, event),
        failsWithDependency: ({ context }) => context.onDependencyFailure === 'fail',
    },
    actions: {
        // Effects: asked of whoever runs the machine.
        /** Held ones are spawned like others and told to wait. */
        spawn: (_, _params) => { },
        /** Only if asked: steps are also held while a critical failure stands. */
        releaseSteps: (_, _params) => { },
        holdSteps: () => { },
        haltSteps: () => { },
        retrySteps: () => { },
        cancelSteps: () => { },
        ended: () => { },
        revived: () => { },
        blocked: () => { },
        ignored: () => { },
        start: assign(({ context, event }) => ({
            startedAt: event.at,
            counts: add(context.counts, 'active', context.rootCount),
        })),
        report: assign(({ context, event }) => (isReport(event) ? reported(context, event) : {})),
        countAhead: assign(({ context, event }) => event.type === 'step.spawnedAhead'
            ? { ahead: [...(context.ahead ?? []), event.index], counts: add(context.counts, 'active', 1) }
            : {}),
        meet: assign({ unmet: ({ context }) => context.unmet - 1 }),
        lose: assign({ lost: ({ context }) => context.lost + 1 }),
        regain: assign({ lost: ({ context }) => context.lost - 1 }),
        await: assign({
            unmet: ({ context, event }) => context.unmet + (event.type === 'dependency.added' ? event.count : 0),
        }),
        blame: assign(({ event }) => {
            if (event.type !== 'dependency.failed' && event.type !== 'dependency.cancelled')
                return {};
            const how = event.type === 'dependency.failed' ? 'failed' : 'was cancelled';
            return {
                error: {
                    step: null,
                    name: 'DependencyFailed',
                    message: `${event.name}, which it depends on, ${how}`,
                    code: 'DEPENDENCY_FAILED',
                    retryable: false,
                },
            };
        }),
        finish: assign({ finishedAt: ({ event }) => event.at }),
        reopen: assign({ finishedAt: undefined }),
        forgive: assign({ error: undefined, finishedAt: undefined }),
    },
}).createMachine({
    id: 'task',
    context: ({ input }) => ({
        startAt: input.startAt,
        stepCount: input.stepCount,
        rootCount: input.rootCount,
        unmet: input.unmet,
        lost: 0,
        ...(input.onDependencyFailure === 'fail' ? { onDependencyFailure: 'fail' } : {}),
        counts: {},
        met: {},
        halted: 0,
        retryCount: 0,
    }),
    initial: 'pending',
    on: { '*': { actions: 'ignored' } },
    states: {
        pending: {
            after: {
                // Otherwise the last dependency starts it.
                delay: [{ guard: 'isUnblocked', target: 'running', actions: ['start', spawnRoots] }, {}],
            },
            on: {
                'dependency.complete': [
                    { guard: 'isLastDependency', target: 'running', actions: ['meet', 'start', spawnRoots] },
                    { actions: 'meet' },
                ],
                ...losses,
                'task.pause': { target: 'paused' },
                'task.cancel': cancelTask,
            },
        },
        running: {
            always: [...ends, { guard: 'isBackingOff', target: 'retrying' }],
            on: {
                ...reports,
                'task.pause': { target: 'paused', actions: 'holdSteps' },
                'task.cancel': cancelTask,
            },
        },
        retrying: {
            always: [...ends, { guard: 'isActive', target: 'running' }],
            on: {
                ...reports,
                'task.pause': { target: 'paused', actions: 'holdSteps' },
                'task.cancel': cancelTask,
            },
        },
        paused: {
            on: {
                'step.ready': { actions: 'report' },
                'step.retrying': { actions: 'report' },
                'step.held': { actions: 'report' },
                'step.spawnedAhead': { actions: 'countAhead' },
                'step.failed': reports['step.failed'],
                'step.complete': { actions: [spawnHeld, 'report'] },
                'step.skipped': { actions: [spawnHeld, 'report'] },
                'dependency.complete': { actions: 'meet' },
                ...losses,
                'task.resume': [
                    { guard: 'hasStarted', target: 'running', actions: releaseHeld },
                    { target: 'pending' },
                ],
                'task.cancel': cancelTask,
            },
        },
        complete: { type: 'final', entry: ['finish', 'ended'] },
        failed: {
            entry: ['finish', 'ended'],
            exit: 'revived',
            on: {
                'step.ready': { target: 'running', actions: ['reopen', 'report', releaseMended] },
                'step.held': { actions: 'report' },
                'step.spawnedAhead': { actions: 'countAhead' },
                'step.complete': { target: 'running', actions: ['reopen', spawnReadied, 'report', releaseMended] },
                'step.skipped': { target: 'running', actions: ['reopen', spawnReadied, 'report', releaseMended] },
                'dependency.complete': { actions: 'meet' },
                'dependency.failed': { actions: 'lose' },
                'dependency.cancelled': { actions: 'lose' },
                'dependency.revived': { actions: 'regain' },
                'task.retry': [
                    { guard: 'hasStarted', actions: 'retrySteps' },
                    { target: 'pending', actions: 'forgive' },
                ],
                'task.cancel': cancelTask,
            },
        },
        cancelled: { type: 'final', entry: 'ended' },
    },
});
/** The counters after a step's report. Steps it readies are spawned by the same turn, so they count from now. */
function reported(context, event) {
    let counts = add(add(context.counts, event.from, -1), STANDING[event.type], 1);
    const spawned = readied(context, event).length;
    if (spawned > 0)
        counts = add(counts, 'active', spawned);
    const next = { counts, met: metAfter(context, event) };
    const isCritical = 'critical' in event && event.critical === true;
    if (event.type === 'step.failed') {
        next.error = context.error ?? { ...event.error, step: event.step };
        if (isCritical)
            next.halted = context.halted + 1;
    }
    else if (event.from === 'failed') {
        if (isCritical)
            next.halted = context.halted - 1;
        if ((counts.failed ?? 0) === 0)
            next.error = undefined;
    }
    if (event.type === 'step.retrying')
        next.retryCount = context.retryCount + 1;
    return next;
}
function atOf(event) {
    return event.type === 'xstate.init' ? event.input.at : event.at;
}
