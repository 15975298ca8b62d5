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
];

/** Steps as they are born, and as they run when one more death of a worker is one too many. */
export const stepStarts: readonly AnyMachineSnapshot[] = policies.flatMap((policy) => {
  const [snapshot] = initialTransition(stepMachine, { at: 0, policy: { startTimeoutMs: 5, ...policy } });
  const silentWorkers = Array.from({ length: MAX_WORKER_DEATHS - 1 }, () => null);
  const context = { ...snapshot.context, attempt: 1, token: 't1', losses: MAX_LOSSES, silentWorkers };
  return [snapshot, snapshotOf('step', 'running', context)];
});

export function stepEvents(snapshot: AnyMachineSnapshot): (StepEvent | Unknown)[] {
  const { attempt, base, token = 'none', losses = 0, silentWorkers = [] } = snapshot.context as StepContext;
  // The first loss and the last are told apart, those between are not.
  const mayLose = losses === 0 || losses === MAX_LOSSES;
  const lost: StepEvent = { type: 'attempt.lost', at: AT, token, dice: 0 };
  // So are workers elsewhere that fall silent; one attempt of two shows what they do.
  const mayFall = attempt === 1 && base === 0 && losses !== 1 && silentWorkers.length !== 1;
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
    { type: 'step.hold', at: AT },
    { type: 'step.release', at: AT },
    { type: 'step.halt', at: AT },
    { type: 'step.cancel', at: AT },
    { type: 'step.skip', at: AT },
    { type: 'step.complete', at: AT, output: 1, by: 'ann' },
    { type: 'step.startTimeout', at: AT },
    { type: 'step.within', at: AT },
    { type: 'step.expire', at: AT, deadlineAt: AT },
    { type: 'xstate.after.timeout.step.running', at: AT, dice: 0 },
    { type: 'xstate.after.backoff.step.retrying.backoff', at: AT },
    ...outcomes(token),
    ...outcomes('old'),
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
    ...(base === 0 ? retries : []),
    unknown,
  ];
}

const outcomes = (token: string): StepEvent[] => [
  { type: 'attempt.complete', at: AT, token, output: 2 },
  { type: 'attempt.failed', at: AT, token, dice: 0, error: { ...error, retryable: true } },
  { type: 'attempt.failed', at: AT, token, dice: 0, error: { ...error, retryable: false } },
];

/** Two steps `a` and `b`, and a third that waits for both. */
const shape = { at: 0, startAt: 0, stepCount: 3, rootCount: 2, unmet: 0 };
const THIRD = 2;
const joined: readonly Dependent[] = [[THIRD, 2]];

const taskInputs: readonly TaskInput[] = [
  shape,
  { ...shape, stepCount: 1, rootCount: 1, startAt: 500, unmet: 2 },
  { ...shape, stepCount: 1, rootCount: 1, unmet: 1, onDependencyFailure: 'fail' },
  { ...shape, stepCount: 1, rootCount: 1, failureHandlerCount: 1 },
  // A deadline that is set anew is the same one: there are less states.
  { ...shape, at: AT, startAt: AT, stepCount: 1, rootCount: 1, failureHandlerCount: 1, deadlineMs: 900 },
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
    ...(context.deadline === undefined ? [] : [{ type: 'task.deadline', at: AT } as const]),
    { type: 'xstate.after.delay.task.pending', at: AT },
    ...dependencyNews(context),
    ...reports(context),
    unknown,
  ];
}

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
  for (const from of ['active', 'backoff', 'held', 'failed'] as const) {
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
