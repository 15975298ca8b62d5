/**
 * The life of one task: `pending → running ⇄ retrying → complete | failed`, and what a person may do to it.
 * It keeps a counter of met dependencies per step, not a list to rescan; the part of the graph a completion
 * touches comes in with the event (`dependents`), like the time does, so a turn costs O(its dependents).
 */

import { assign, setup } from 'xstate';
import type { Standing, StepError } from './step.ts';

export interface TaskInput {
  readonly at: number;
  /** Epoch milliseconds before which no step starts. */
  readonly startAt: number;
  /** Failure handlers not counted. */
  readonly stepCount: number;
  readonly rootCount: number;
  /** Steps that run last, and only if others failed. */
  readonly failureHandlerCount?: number;
  /** Tasks it waits for that are not complete. */
  readonly unmet: number;
  readonly onDependencyFailure?: 'fail';
}

export interface TaskContext {
  readonly startAt: number;
  /** Its delay is not over. Kept, and not read off the clock, which may have been set back since. */
  readonly delayed?: true;
  /** Steps that must end; failure handlers are among them once they are spawned. */
  readonly stepCount: number;
  readonly rootCount: number;
  /** Failure handlers that have not been spawned. */
  readonly failureHandlerCount?: number;
  readonly unmet: number;
  /** Of the unmet, how many have failed or were cancelled. */
  readonly lost: number;
  readonly onDependencyFailure?: 'fail';
  /** Spawned steps by standing. */
  readonly counts: Readonly<Partial<Record<Standing, number>>>;
  /** Met dependencies of steps that still miss some, by step index. */
  readonly met: Readonly<Record<string, number>>;
  /** Steps resolved by hand before their dependencies reported: not to be spawned again. */
  readonly ahead?: readonly number[];
  /** Critical steps that have failed; while any has, nothing new starts. */
  readonly halted: number;
  readonly retryCount: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** The first failure that still stands; `step` is null when no step is to blame. */
  readonly error?: StepError & { readonly step: string | null };
}

type Timed<E> = E & { readonly at: number };

/** A step that waits for the one reported on: its index and how many dependencies it has in all. */
export type Dependent = readonly [step: number, needs: number];

type Report<T extends string, E = unknown> = Timed<{ type: T; step: string; from: Standing } & E>;

export type TaskEvent =
  | Report<'step.ready', { critical?: boolean }>
  | Report<'step.retrying'>
  | Report<'step.held'>
  | Report<'step.failed', { error: StepError; critical?: boolean }>
  | Report<'step.complete', { dependents: readonly Dependent[]; critical?: boolean }>
  | Report<'step.skipped', { dependents: readonly Dependent[]; critical?: boolean }>
  | Timed<{ type: 'step.spawnedAhead'; step: string; index: number }>
  | Timed<{ type: 'dependency.complete'; taskId: string }>
  | Timed<{ type: 'dependency.failed' | 'dependency.cancelled'; taskId: string; name: string }>
  | Timed<{ type: 'dependency.revived'; taskId: string }>
  | Timed<{ type: 'dependency.added'; count: number; by?: string }>
  | Timed<{ type: 'dependency.resolved'; name: string; taskId: string }>
  | Timed<{
      type: 'task.pause' | 'task.resume' | 'task.cancel' | 'task.retry';
      by: string;
      reason: string | null;
    }>
  | Timed<{ type: 'xstate.after.delay.task.pending' }>;

type Counts = TaskContext['counts'];
type StepReport = Extract<TaskEvent, { from: Standing }>;

const STANDING: Readonly<Record<StepReport['type'], Standing>> = {
  'step.ready': 'active',
  'step.retrying': 'backoff',
  'step.held': 'held',
  'step.failed': 'failed',
  'step.complete': 'complete',
  'step.skipped': 'skipped',
};

const count = (context: TaskContext, standing: Standing): number => context.counts[standing] ?? 0;

const add = (counts: Counts, standing: Standing, n: number): Counts => ({
  ...counts,
  [standing]: (counts[standing] ?? 0) + n,
});

const isReport = (event: TaskEvent): event is StepReport => event.type in STANDING;

/** A critical step that had failed has not any more. */
const isMended = (event: TaskEvent): boolean =>
  isReport(event) && event.from === 'failed' && 'critical' in event && event.critical === true;

/** Steps whose last missing dependency this event brings. */
function readied(context: TaskContext, event: TaskEvent): number[] {
  if (event.type !== 'step.complete' && event.type !== 'step.skipped') return [];
  return event.dependents
    .filter(
      ([step, needs]) => (context.met[step] ?? 0) + 1 === needs && context.ahead?.includes(step) !== true,
    )
    .map(([step]) => step);
}

/** The counters after this event: one more met for each dependent, and no entry for those that have all. */
function metAfter(context: TaskContext, event: TaskEvent): TaskContext['met'] {
  if (event.type !== 'step.complete' && event.type !== 'step.skipped') return context.met;
  if (event.dependents.every(([, needs]) => needs === 1)) return context.met;
  const met: Record<string, number> = { ...context.met };
  for (const [step, needs] of event.dependents) {
    const next = (met[step] ?? 0) + 1;
    if (next === needs) delete met[step];
    else met[step] = next;
  }
  return met;
}

const allEnded = (context: TaskContext): boolean =>
  count(context, 'complete') + count(context, 'skipped') === context.stepCount;

/** Nothing runs, nothing will by itself, and a failure is why. */
const isStuck = (context: TaskContext): boolean =>
  count(context, 'active') + count(context, 'backoff') === 0 &&
  count(context, 'failed') > 0 &&
  (context.halted > 0 || count(context, 'held') === 0);

const isBackingOff = (context: TaskContext): boolean =>
  count(context, 'active') === 0 && count(context, 'backoff') > 0;

type Turn = { readonly context: TaskContext; readonly event: TaskEvent };

const spawnRoots = { type: 'spawn', params: { steps: 'roots', held: false } } as const;

const spawnReadied = {
  type: 'spawn',
  params: ({ context, event }: Turn) => ({ steps: readied(context, event), held: context.halted > 0 }),
} as const;

const spawnHeld = {
  type: 'spawn',
  params: ({ context, event }: Turn) => ({ steps: readied(context, event), held: true }),
} as const;

/** The last failure that halted the task may have been mended: what was held, or told to hold, goes on. */
const releaseMended = {
  type: 'releaseSteps',
  params: ({ context, event }: Turn) => ({
    asked: isMended(event) && context.halted === 0,
  }),
} as const;

const releaseHeld = {
  type: 'releaseSteps',
  params: ({ context }: Turn) => ({ asked: context.halted === 0 }),
} as const;

const reports = {
  'step.ready': { actions: ['report', releaseMended] },
  'step.held': { actions: 'report' },
  'step.spawnedAhead': { actions: 'countAhead' },
  'step.failed': [{ guard: 'isCritical', actions: ['report', 'haltSteps'] }, { actions: 'report' }],
  'step.complete': { actions: [spawnReadied, 'report', releaseMended] },
  'step.skipped': { actions: [spawnReadied, 'report', releaseMended] },
} as const;

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
} as const;

const cancelTask = { target: '#task.cancelled', actions: ['cancelSteps', 'finish'] } as const;

/** A task is over or not after every report; asked in this order. */
const ends = [
  { guard: 'isToBeHandled', actions: ['countFailureHandlers', 'spawnFailureHandlers'] },
  { guard: 'allEnded', target: 'complete' },
  { guard: 'isStuck', target: 'failed' },
] as const;

export const taskMachine = setup({
  types: { context: {} as TaskContext, events: {} as TaskEvent, input: {} as TaskInput },
  delays: {
    delay: ({ context, event }) => (context.delayed ? Math.max(0, context.startAt - atOf(event)) : 0),
  },
  guards: {
    isToBeHandled: ({ context }) =>
      context.failureHandlerCount !== undefined && (allEnded(context) || isStuck(context)),
    allEnded: ({ context }) => allEnded(context),
    isStuck: ({ context }) => isStuck(context),
    isMoving: ({ context }) => context.startedAt !== undefined && !isStuck(context),
    isBackingOff: ({ context }) => isBackingOff(context),
    isActive: ({ context }) => count(context, 'active') > 0,
    isCritical: ({ event }) => event.type === 'step.failed' && event.critical === true,
    hasStarted: ({ context }) => context.startedAt !== undefined,
    isUnblocked: ({ context }) => context.unmet === 0,
    isDelayed: ({ context }) => context.delayed === true,
    isLastDependency: ({ context }) => context.unmet === 1 && context.delayed !== true,
    failsWithDependency: ({ context }) => context.onDependencyFailure === 'fail',
  },
  actions: {
    // Effects: asked of whoever runs the machine.
    /** Held ones are spawned like others and told to wait. */
    spawn: (_, _params: { steps: readonly number[] | 'roots'; held: boolean }) => {},
    /** Those of a task in which nothing failed are skipped. */
    spawnFailureHandlers: () => {},
    /** Only if asked: steps are also held while a critical failure stands. */
    releaseSteps: (_, _params: { asked: boolean }) => {},
    holdSteps: () => {},
    haltSteps: () => {},
    retrySteps: () => {},
    cancelSteps: () => {},
    ended: () => {},
    revived: () => {},
    blocked: () => {},
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
  }),
  initial: 'pending',
  on: { '*': { actions: 'ignored' } },
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
        'task.pause': { target: 'paused' },
        'task.cancel': cancelTask,
      },
    },
    running: {
      always: [...ends, { guard: 'isBackingOff', target: 'retrying' }],
      on: {
        ...reports,
        'step.retrying': { actions: 'report' },
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
      always: { guard: 'isMoving', target: 'running', actions: 'reopen' },
      on: {
        ...reports,
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
function reported(context: TaskContext, event: StepReport): Partial<TaskContext> {
  let counts = add(add(context.counts, event.from, -1), STANDING[event.type], 1);
  const spawned = readied(context, event).length;
  if (spawned > 0) counts = add(counts, 'active', spawned);
  const next: { -readonly [K in keyof TaskContext]?: TaskContext[K] } = {
    counts,
    met: metAfter(context, event),
  };
  const isCritical = 'critical' in event && event.critical === true;
  if (event.type === 'step.failed') {
    next.error = context.error ?? { ...event.error, step: event.step };
    if (isCritical) next.halted = context.halted + 1;
  } else if (event.from === 'failed') {
    if (isCritical) next.halted = context.halted - 1;
    if (context.error?.step === event.step) next.error = undefined;
  }
  if (event.type === 'step.retrying') next.retryCount = context.retryCount + 1;
  return next;
}

function atOf(event: TaskEvent | { type: 'xstate.init'; input: TaskInput }): number {
  return event.type === 'xstate.init' ? event.input.at : event.at;
}
