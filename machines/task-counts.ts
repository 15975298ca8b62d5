/** How a task counts its steps: each in a standing, and by how many dependencies are met. */

import { compensationAfter, isTakenBack, owedAfter } from './compensation-counts.ts';
import { add, count } from './standing-counts.ts';
import type { Standing } from './step-model.ts';
import { countOf, FEW_STEPS, recordWith, Tally } from './tally.ts';
import type { Dependent, TaskContext, TaskEvent } from './task-model.ts';

export type StepReport = Extract<TaskEvent, { from: Standing }>;

const STANDING: Readonly<Record<StepReport['type'], Standing>> = {
  'step.ready': 'active',
  'step.retrying': 'backoff',
  'step.waiting': 'waiting',
  'step.held': 'held',
  'step.failed': 'failed',
  'step.complete': 'complete',
  'step.skipped': 'skipped',
  'step.cancelled': 'cancelled',
};

export const isReport = (event: TaskEvent): event is StepReport => event.type in STANDING;

/** A critical step that had failed has not any more. */
export const isMended = (event: TaskEvent): boolean =>
  isReport(event) && event.from === 'failed' && 'critical' in event && event.critical === true;

const NONE: readonly Dependent[] = [];

/** A step that has ended by this event stood in the way of these. */
function dependentsIn(event: TaskEvent): readonly Dependent[] {
  switch (event.type) {
    case 'step.complete':
    case 'step.skipped':
      return event.dependents;
    case 'step.failed':
      return event.dependents ?? NONE;
    default:
      return NONE;
  }
}

export const isOfCompensation = (event: TaskEvent): boolean => isReport(event) && event.compensates === true;

/** Steps whose last missing dependency this event brings. */
export function readied(context: TaskContext, event: TaskEvent): number[] {
  const dependents = dependentsIn(event);
  // Nothing is begun after a step that ends while the task does, but for compensations.
  if (dependents.length === 0 || (context.ending !== undefined && !isOfCompensation(event))) return [];
  const { met } = context;
  return dependents
    .filter(([step, needs]) => countOf(met, step) + 1 === needs && context.ahead?.includes(step) !== true)
    .map(([step]) => step);
}

/** The counters after this event: one more met for each dependent, and none for those that have all. */
function metAfter(context: TaskContext, event: TaskEvent): TaskContext['met'] {
  const dependents = dependentsIn(event);
  if (dependents.every(([, needs]) => needs === 1)) return context.met;
  const { met, stepCount } = context;
  const counts = dependents.map(([step, needs]) => {
    const next = countOf(met, step) + 1;
    return [step, next === needs ? 0 : next] as const;
  });
  return stepCount <= FEW_STEPS && !(met instanceof Tally)
    ? recordWith(met, counts)
    : Tally.from(met).with(counts);
}

export const allEnded = (context: TaskContext): boolean =>
  count(context, 'complete') + count(context, 'skipped') === context.stepCount;

/** Its deadline came before its end. */
export const hasPassed = ({ deadline }: Pick<TaskContext, 'deadline'>): boolean =>
  deadline?.over === 'passed';

/** Nothing new starts: a critical failure stands, or the deadline has passed. */
export const isHalted = (context: TaskContext): boolean => context.halted > 0 || hasPassed(context);

/** Nothing runs, nothing will by itself, and a failure or the deadline is why. */
export function isStuck(context: TaskContext): boolean {
  if (count(context, 'active') + count(context, 'backoff') + count(context, 'waiting') > 0) return false;
  if (context.compensation !== undefined) return isTakenBack(context);
  if (context.ending === 'cancel') return false;
  if (hasPassed(context)) return !allEnded(context);
  return count(context, 'failed') > 0 && (context.halted > 0 || count(context, 'held') === 0);
}

export const isBackingOff = (context: TaskContext): boolean =>
  count(context, 'active') === 0 && count(context, 'backoff') > 0;

/** Nothing runs or backs off, and something outside ends what is left. */
export const isWaiting = (context: TaskContext): boolean =>
  count(context, 'active') + count(context, 'backoff') === 0 && count(context, 'waiting') > 0;

/** The counters after a step's report. Steps it readies are spawned by the same turn, so they count from now. */
export function reported(context: TaskContext, event: StepReport): Partial<TaskContext> {
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
  if (event.type === 'step.retrying' && event.polls !== true) next.retryCount = context.retryCount + 1;
  if (event.onFailure !== undefined) next.handled = handledAfter(context, event, event.onFailure);
  if (event.owes !== undefined) next.owed = owedAfter(context, event.owes).owed;
  return event.compensates === true
    ? { ...next, ...compensationAfter(context, event, STANDING[event.type]) }
    : next;
}

const ENDED: ReadonlySet<Standing> = new Set(['complete', 'skipped', 'failed']);

function handledAfter(context: TaskContext, event: StepReport, of: number): TaskContext['handled'] {
  let ended = context.handled?.ended ?? {};
  if (ENDED.has(event.from) && (ended[event.from] ?? 0) > 0) ended = add(ended, event.from, -1);
  const to = STANDING[event.type];
  return { of, ended: ENDED.has(to) ? add(ended, to, 1) : ended };
}

/**
 * A failed task goes on: failure handlers, all of which have ended, are not counted until they are asked for anew. Not
 * when it goes on because one of them does.
 */
export function handledAgain(context: TaskContext, event: TaskEvent): Partial<TaskContext> {
  const { handled, counts } = context;
  if (handled === undefined || isOfCompensation(event)) return {};
  if (isReport(event) && event.onFailure !== undefined) return {};
  const ended = Object.entries(handled.ended) as [Standing, number][];
  if (ended.reduce((sum, [, n]) => sum + n, 0) !== handled.of) return {};
  const left = ended.reduce((less, [standing, n]) => add(less, standing, -n), counts);
  return {
    counts: left,
    stepCount: context.stepCount - handled.of,
    failureHandlerCount: handled.of,
    handled: undefined,
    ...((left.failed ?? 0) === 0 ? { error: undefined } : {}),
  };
}
