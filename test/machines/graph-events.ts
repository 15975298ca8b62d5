/**
 * Lists the events that the exploration may send to each snapshot. The world could send them then; bounds keep
 * counters from going on for ever.
 */

import { type AnyMachineSnapshot, initialTransition } from 'xstate';
import {
  type Dependent,
  type Standing,
  type StepContext,
  type StepEvent,
  type StepPolicy,
  stepMachine,
  type TaskContext,
  type TaskEvent,
  type TaskInput,
  taskMachine,
  type WaitContext,
  type WaitEvent,
  type WaitPolicy,
  waitMachine,
} from '../../machines/index.ts';
import { MAX_LOSSES, MAX_WORKER_DEATHS } from '../../machines/step-model.ts';
import { snapshotOf } from '../../src/kernel/turn.ts';

type Unknown = { readonly type: 'no.such.event'; readonly at: number };

const AT = 1;
const unknown: Unknown = { type: 'no.such.event', at: AT };
const error = { name: 'Error', message: 'no luck', code: null };

const policies: readonly StepPolicy[] = [
  { maxAttempts: 2 },
  { maxAttempts: 2, optional: true },
  { maxAttempts: 1 },
  { maxAttempts: 1, optional: true },
  // After the first failure the backoff of at least one second is too long.
  { maxAttempts: 2, withinMs: 500, optional: true },
  // They ask again: once more, or there is no time for that.
  { maxAttempts: 1, everyMs: 1_000, withinMs: 500 },
  { maxAttempts: 1, everyMs: 1_000, withinMs: 500, optional: true },
  // Their tasks may be taken back.
  { maxAttempts: 1, compensable: true },
  { maxAttempts: 1, compensable: true, withinMs: 500, optional: true },
];

/** Steps as they are born, and as they run when one more death of a worker is one too many. */
export const stepStarts: readonly AnyMachineSnapshot[] = policies.flatMap((policy) => {
  const [snapshot] = initialTransition(stepMachine, { at: 0, policy: { startTimeoutMs: 5, ...policy } });
  const silentWorkers = Array.from({ length: MAX_WORKER_DEATHS - 1 }, () => null);
  const context = { ...snapshot.context, attempt: 1, token: 't1', losses: MAX_LOSSES, silentWorkers };
  // The others show what a last loss does.
  return policy.compensable === true ? [snapshot] : [snapshot, snapshotOf('step', 'running', context)];
});

export function stepEvents(snapshot: AnyMachineSnapshot): (StepEvent | Unknown)[] {
  const { policy, attempt, base, token = 'none', losses = 0 } = snapshot.context as StepContext;
  const { silentWorkers = [], polls = 0 } = snapshot.context as StepContext;
  // The first loss and the last are told apart, those between are not.
  const mayLose = losses === 0 || losses === MAX_LOSSES;
  const lost: StepEvent = { type: 'attempt.lost', at: AT, token, dice: 0 };
  // So are workers elsewhere that fall silent; one attempt of two shows what they do.
  const mayFall =
    policy.compensable !== true && attempt === 1 && base === 0 && losses !== 1 && silentWorkers.length !== 1;
  const fallen: StepEvent[] = [
    { ...lost, worker: null },
    ...(silentWorkers.length === 0 ? [{ ...lost, worker: null, silentMs: 30_000 }] : []),
    ...(silentWorkers.length === 0 ? [{ ...lost, worker: null, returned: true }] : []),
  ];
  const retries: StepEvent[] = [
    { type: 'step.retry', at: AT },
    { type: 'step.retry', at: AT, held: true },
  ];
  return [
    { type: 'step.start', at: AT, token: `t${attempt + 1}` },
    ...(policy.compensable === true ? [] : holds),
    { type: 'step.cancel', at: AT },
    ...(policy.compensable === true ? [{ type: 'step.cancel', at: AT, stop: true } as const] : []),
    { type: 'step.skip', at: AT },
    { type: 'step.complete', at: AT, output: 1, by: 'ann' },
    { type: 'step.startTimeout', at: AT },
    ...(policy.withinMs === undefined &&
    policy.compensable !== true &&
    (policy.maxAttempts === 1 || policy.optional === true)
      ? []
      : [{ type: 'step.within', at: AT } as const]),
    ...(base === 0 && attempt < 2 ? [{ type: 'step.expire', at: AT, deadlineAt: AT } as const] : []),
    { type: 'xstate.after.timeout.step.running', at: AT, dice: 0 },
    { type: 'xstate.after.backoff.step.retrying.backoff', at: AT },
    { type: 'xstate.after.rest.step.waiting.stopping', at: AT },
    ...outcomes(token),
    ...outcomes('old'),
    { type: 'attempt.unmet', at: AT, token: 'old', answer: '1' },
    ...((policy.compensable === true || policy.everyMs !== undefined) && polls < 1
      ? [{ type: 'attempt.unmet', at: AT, token, answer: '1' } as const]
      : []),
    { type: 'attempt.hindered', at: AT, token },
    { type: 'attempt.hindered', at: AT, token: 'old' },
    { type: 'attempt.sent', at: AT, token },
    { type: 'attempt.sent', at: AT, token: 'old' },
    { type: 'attempt.taken', at: AT, token },
    { type: 'attempt.taken', at: AT, token: 'old' },
    { type: 'attempt.lost', at: AT, token: 'old', dice: 0 },
    { type: 'attempt.lost', at: AT, token: 'old', dice: 0, worker: null },
    ...(mayFall ? fallen : []),
    ...(mayLose ? [lost] : []),
    ...(base === 0 && policy.compensable !== true ? retries : []),
    unknown,
  ];
}

const holds: readonly StepEvent[] = [
  { type: 'step.hold', at: AT },
  { type: 'step.release', at: AT },
  { type: 'step.halt', at: AT },
];

const outcomes = (token: string): StepEvent[] => [
  { type: 'attempt.complete', at: AT, token, output: 2 },
  { type: 'attempt.failed', at: AT, token, dice: 0, error: { ...error, retryable: true } },
  { type: 'attempt.failed', at: AT, token, dice: 0, error: { ...error, retryable: false } },
];

const waitPolicies: readonly WaitPolicy[] = [
  { for: 'sleep' },
  { for: 'signal' },
  { for: 'signal', optional: true },
  { for: 'approval', remindMs: 5 },
  { for: 'approval', onTimeout: 'approve' },
  { for: 'approval', onTimeout: 'reject', optional: true },
  { for: 'child' },
  { for: 'children', optional: true },
];

/** Waits as they are born, and as they are born in a task that is paused. */
export const waitStarts: readonly AnyMachineSnapshot[] = waitPolicies.flatMap((policy) => [
  initialTransition(waitMachine, { at: 0, policy })[0],
  initialTransition(waitMachine, { at: 0, policy, held: true })[0],
]);

const asked: readonly WaitEvent[] = [
  { type: 'wait.begin', at: AT, until: 100 },
  { type: 'wait.begin', at: AT, key: 'k', prompt: 'p' },
];

/** One child, or an empty list, or two of which one may work at a time and one may be lost. */
const births = ({ for: what }: WaitPolicy): WaitEvent[] =>
  what === 'child'
    ? [{ type: 'wait.begin', at: AT, until: 100, total: 1, window: 1, wave: 1, tolerate: 0 }]
    : [
        { type: 'wait.begin', at: AT, total: 0, window: 2, wave: 2, tolerate: 0 },
        { type: 'wait.begin', at: AT, total: 2, window: 1, wave: 1, tolerate: 0 },
        { type: 'wait.begin', at: AT, total: 2, window: 2, wave: 2, tolerate: 1 },
      ];

/** Only a child that works has news, and only one that was lost is revived. */
function childNews(open: number, lost: number, next: number): WaitEvent[] {
  const about = { at: AT, index: next - 1, taskId: 'child' };
  return [
    ...(open > 0
      ? (['child.complete', 'child.failed', 'child.cancelled'] as const).map((type) => ({ type, ...about }))
      : []),
    ...(lost > 0 ? [{ type: 'child.revived' as const, ...about }] : []),
  ];
}

export function waitEvents(snapshot: AnyMachineSnapshot): (WaitEvent | Unknown)[] {
  const { attempt, policy, open = 0, lost = 0, next = 0, total } = snapshot.context as WaitContext;
  const isParent = policy.for === 'child' || policy.for === 'children';
  const retries: WaitEvent[] = [
    { type: 'step.retry', at: AT, by: 'ann' },
    { type: 'step.retry', at: AT, held: true },
  ];
  return [
    ...(isParent ? births(policy) : asked),
    ...(total === undefined ? [] : childNews(open, lost, next)),
    { type: 'children.more', at: AT },
    { type: 'wait.invalid', at: AT, error: { ...error, retryable: false } },
    { type: 'children.collected', at: AT, output: [4] },
    { type: 'children.uncollected', at: AT, error: { ...error, retryable: false } },
    { type: 'signal.received', at: AT, signal: 's', data: 3 },
    { type: 'signal.refused', at: AT, signal: 's', why: 'no number' },
    { type: 'step.hold', at: AT },
    { type: 'step.release', at: AT },
    { type: 'step.halt', at: AT },
    { type: 'step.cancel', at: AT },
    ...(isParent ? [{ type: 'step.cancel', at: AT, stop: true } as const] : []),
    { type: 'step.skip', at: AT },
    { type: 'step.complete', at: AT, output: 1, by: 'ann' },
    { type: 'step.reject', at: AT, by: 'ann', reason: null },
    { type: 'step.extend', at: AT, until: 200 },
    { type: 'step.deadline', at: AT },
    { type: 'step.expire', at: AT, deadlineAt: 1 },
    { type: 'step.remind', at: AT },
    ...(attempt < 2 ? retries : []),
    unknown,
  ];
}

/** Two steps `a` and `b`, and a third that waits for both. */
const shape = { at: 0, startAt: 0, stepCount: 3, rootCount: 2, unmet: 0 };
const THIRD = 2;
const joined: readonly Dependent[] = [[THIRD, 2]];

const taskInputs: readonly TaskInput[] = [
  shape,
  { ...shape, stepCount: 2, rootCount: 2 },
  { ...shape, stepCount: 2, rootCount: 1 },
  { ...shape, stepCount: 1, rootCount: 1, startAt: 500, unmet: 2 },
  { ...shape, stepCount: 1, rootCount: 1, unmet: 1, onDependencyFailure: 'fail' },
  { ...shape, stepCount: 1, rootCount: 1, failureHandlerCount: 1 },
  { ...shape, at: AT, startAt: AT, stepCount: 1, rootCount: 1, deadlineMs: 900 },
  // A deadline that is set anew is the same one: there are less states.
  { ...shape, at: AT, startAt: AT, stepCount: 1, rootCount: 1, failureHandlerCount: 1, deadlineMs: 900 },
  // A step with a compensation shows what more of them do.
  { ...shape, stepCount: 1, rootCount: 1, compensations: { count: 1, first: 1 } },
  { ...shape, stepCount: 1, rootCount: 1, compensations: { count: 1, first: 1, byHand: true } },
];

export const taskStarts: readonly AnyMachineSnapshot[] = taskInputs.map(
  (input) => initialTransition(taskMachine, input)[0],
);

export function taskEvents(snapshot: AnyMachineSnapshot): (TaskEvent | Unknown)[] {
  const context = snapshot.context as TaskContext;
  return [
    ...(['pause', 'resume', 'cancel', 'retry'] as const).map(
      (verb): TaskEvent => ({ type: `task.${verb}`, at: AT, by: 'ann', reason: null }),
    ),
    ...(context.compensations === undefined ? [] : compensationVerbs),
    // It was paused by a person.
    { type: 'task.resume', at: AT, by: 'parent', reason: null, fromParent: true },
    ...(context.deadline === undefined ? [] : [{ type: 'task.deadline', at: AT } as const]),
    { type: 'xstate.after.delay.task.pending', at: AT },
    { type: 'signal.withdrawn', at: AT, signal: 's', name: 'go', by: 'ann' },
    ...(context.compensations === undefined
      ? [...dependencyNews(context), ...reports(context)]
      : compensable(context)),
    unknown,
  ];
}

const compensationVerbs: readonly TaskEvent[] = [
  { type: 'task.cancel', at: AT, by: 'ann', reason: null, compensate: true },
  { type: 'task.cancel', at: AT, by: 'ann', reason: null, compensate: false },
  { type: 'task.compensate', at: AT, by: 'ann', reason: null },
];

function dependencyNews({ unmet, lost, startedAt }: TaskContext): TaskEvent[] {
  const other = { at: AT, taskId: 'other', name: 'Other' };
  const news: TaskEvent[] = [{ type: 'dependency.resolved', ...other }];
  // Once it has started its dependencies are complete, and have no more to say.
  if (startedAt !== undefined) return news;
  if (unmet < 2) news.push({ type: 'dependency.added', at: AT, count: 1 });
  if (lost < unmet) {
    news.push({ type: 'dependency.complete', ...other }, { type: 'dependency.failed', ...other });
    news.push({ type: 'dependency.cancelled', ...other });
  }
  if (lost > 0) news.push({ type: 'dependency.revived', ...other });
  return news;
}

/** A step reports only from where one is, and a critical one leaves `failed` only if one is there. */
function reports(context: TaskContext): TaskEvent[] {
  const { counts, halted } = context;
  const ended = (counts.complete ?? 0) + (counts.skipped ?? 0);
  const criticalsFrom = (from: Standing): boolean[] => {
    if (from !== 'failed') return [false, true];
    return [...((counts.failed ?? 0) > halted ? [false] : []), ...(halted > 0 ? [true] : [])];
  };
  const events: TaskEvent[] = [];
  for (const from of ['active', 'backoff', 'waiting', 'held', 'failed'] as const) {
    if ((counts[from] ?? 0) === 0) continue;
    for (const critical of criticalsFrom(from)) {
      const report = { at: AT, step: critical ? 'a' : 'b', from, ...(critical ? { critical } : {}) };
      const dependents = context.stepCount === 3 && ended < 2 ? joined : [];
      events.push(
        { type: 'step.complete', ...report, dependents },
        { type: 'step.skipped', ...report, dependents },
      );
      if (from !== 'active') events.push({ type: 'step.ready', ...report });
      if (from !== 'held') events.push({ type: 'step.held', ...report });
      // A child that is mended lets a failed task go on.
      const isRevived = from === 'failed' && context.deadline !== undefined;
      // Few steps show what waits do.
      const isSmall =
        context.deadline === undefined
          ? context.stepCount < 3
          : context.failureHandlerCount === undefined && context.handled === undefined;
      const mayWait = isSmall && (counts.waiting ?? 0) === 0 && !critical && context.retryCount < 2;
      if (mayWait && (from === 'active' || from === 'held' || isRevived))
        events.push({ type: 'step.waiting', ...report });
      if (from === 'active' && context.retryCount < 2) events.push({ type: 'step.retrying', ...report });
      if (from !== 'failed') {
        events.push({ type: 'step.failed', ...report, error: { ...error, retryable: false } });
      }
    }
  }
  const spawned = Object.values(counts).reduce((sum, n) => sum + n, 0);
  if (spawned > 0 && spawned < context.stepCount) {
    events.push({ type: 'step.spawnedAhead', at: AT, step: 'c', index: THIRD });
  }
  return events;
}

/** A step that may be taken back and, once its task takes back, compensations: what others show is left out. */
function compensable({ ending, counts, compensation, owed = 0, retryCount }: TaskContext): TaskEvent[] {
  const events: TaskEvent[] = [];
  for (const from of ['active', 'backoff', 'waiting', 'held', 'failed'] as const) {
    if ((counts[from] ?? 0) === 0) continue;
    const report = { at: AT, step: 'b', from };
    const failure = { error: { ...error, retryable: false } };
    if (compensation === undefined) {
      const owes = owed > 0 ? {} : { owes: 1 as const };
      if (owed === 0) events.push({ type: 'step.owes', at: AT, step: 'b', owes: 1 });
      if (ending === 'cancel') events.push({ type: 'step.cancelled', ...report });
      events.push({ type: 'step.complete', ...report, ...owes, dependents: [] });
      if (from === 'failed') events.push({ type: 'step.ready', ...report });
      else events.push({ type: 'step.failed', ...report, ...failure, ...owes });
      // One that waits does not back off as well.
      if (from === 'active' && counts.backoff === undefined) events.push({ type: 'step.waiting', ...report });
      if (from === 'active' && counts.waiting === undefined && retryCount < 1)
        events.push({ type: 'step.retrying', ...report });
      continue;
    }
    const own = { ...report, compensates: true as const };

    const dependents: readonly Dependent[] = [];
    // The step itself has failed for good; a compensation that has may be mended.
    if (from === 'failed' && compensation.failed.length === 0) continue;
    events.push({ type: 'step.complete', ...own, dependents });
    if (from === 'failed') events.push({ type: 'step.ready', ...own });
    else events.push({ type: 'step.failed', ...own, ...failure, dependents });
    if (from === 'active' && counts.backoff === undefined) events.push({ type: 'step.held', ...own });
    if (from === 'active' && retryCount < 1 && counts.held === undefined && counts.waiting === undefined)
      events.push({ type: 'step.retrying', ...own });
    if (from === 'held') events.push({ type: 'step.ready', ...own });
  }
  return events;
}
