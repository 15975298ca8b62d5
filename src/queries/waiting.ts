/** Why a task is not moving: every wait, who or what ends it, and when if a clock does; the most telling first. */

import type { StepContext, WaitContext } from '../../machines/index.ts';
import { handlerKeyOf, placeOf } from '../kernel/actor.ts';
import { statusOf } from '../kernel/turn.ts';
import { refOf, TASK_REF } from '../store/address.ts';
import type { TaskView, Waiting } from '../views/tasks.ts';
import { pendingText } from '../workflow/steps/index.ts';
import { toBeCompensated, whileCompensating } from './compensation-text.ts';
import { whyPaused, withDeadline } from './deadline-text.ts';
import type { Reasons } from './reasons.ts';
import { type StoredStep, type StoredTask, shownSteps } from './task-reader.ts';
import { onAttempts } from './waiting-attempts.ts';
import { onWait } from './waiting-outside.ts';

/** A wide task may wait for thousands of things; the first hundred tell the story. */
const MOST_SHOWN = 100;

const iso = (at: number): string => new Date(at).toISOString();

export function waitingFor(
  task: StoredTask,
  dependencies: TaskView['dependencies'],
  reasons: Reasons,
): Waiting[] {
  const waits = unsorted(task, dependencies, reasons);
  const [first, ...others] = waits.sort((a, b) => rank(task, a) - rank(task, b));
  if (first === undefined) return [];
  return [whileCompensating(task.context, withDeadline(task.context, first)), ...others];
}

const ORDER: readonly Waiting['kind'][] = [
  'paused',
  'limit',
  'approval',
  'timer',
  'delay',
  'worker',
  'signal',
  'sleep',
  'dependency',
];

/** Ranks waits that a person must act on first: a failure, then a job no worker has taken. */
function rank({ entry, steps }: StoredTask, { kind, step, on, until }: Waiting): number {
  const stateOf = (name: string | undefined): string | undefined =>
    steps.get(entry.workflow.indexByName.get(name ?? '') ?? -1)?.state;
  if (kind === 'dependency' && stateOf(on) === 'failed') return -2;
  if (kind === 'worker' && (until === null || stateOf(step) !== 'running')) return -1;
  return ORDER.indexOf(kind);
}

function unsorted(task: StoredTask, dependencies: TaskView['dependencies'], reasons: Reasons): Waiting[] {
  const why = task.aside.get(TASK_REF);
  if (why !== undefined) return [setAside(why)];
  const status = statusOf(task.state);
  switch (status) {
    case 'pending':
      return [...delay(task), ...onTasks(dependencies)];
    case 'paused':
      return [{ kind: 'paused', until: null, why: whyPaused(task.context) }];
    case 'running':
    case 'retrying':
    case 'waiting':
      return onSteps(task, reasons);
    case 'failed':
      return [
        ...toBeCompensated(task.context),
        ...onSteps(task, reasons).filter(({ kind }) => kind === 'dependency'),
      ];
    default:
      return [];
  }
}

/** Like a pause it lasts until somebody does something. */
const setAside = (why: string): Waiting => ({
  kind: 'paused',
  until: null,
  why: `set aside, for its stored state cannot be used (${why}): "troupe doctor" says what to do`,
});

/** As XState calls the timer of a delay. */
const DELAY = 'xstate.after.delay.task.pending';

function delay({ context, timers }: StoredTask): Waiting[] {
  if (timers.get(TASK_REF)?.[DELAY] === undefined) return [];
  return [{ kind: 'delay', until: iso(context.startAt), why: `delayed until ${iso(context.startAt)}` }];
}

function onTasks(dependencies: TaskView['dependencies']): Waiting[] {
  return dependencies
    .filter(({ status }) => status !== 'complete')
    .slice(0, MOST_SHOWN)
    .map(({ name, taskId, status }) => ({
      kind: 'dependency',
      on: name,
      ...(taskId === null ? {} : { taskId }),
      until: null,
      why: whyTask(name, status),
    }));
}

function whyTask(name: string, status: string): string {
  switch (status) {
    case 'unresolved':
      return `no task called ${name} has been submitted yet`;
    case 'failed':
      return `task ${name} has failed: retry it, and this goes on`;
    case 'cancelled':
      return `task ${name} was cancelled: cancel this one too, or submit it again without that dependency`;
    default:
      return `task ${name} is ${status}`;
  }
}

/** Lists waits on steps; steps that have begun come first, since the others wait for them. */
function onSteps(task: StoredTask, reasons: Reasons): Waiting[] {
  const isOver = task.context.compensation !== undefined;
  const waits: Waiting[] = [];
  for (const [index, step] of task.steps) {
    if (waits.length >= MOST_SHOWN) break;
    waits.push(...onStep(task, index, step, reasons));
  }
  const { compensations } = task.entry.workflow;
  for (const [index] of shownSteps(task).entries()) {
    if (waits.length >= MOST_SHOWN) break;
    // A step that has not begun by now never does.
    if (isOver && !compensations.has(index)) continue;
    if (!task.steps.has(index)) waits.push(...onDependencies(task, index));
  }
  return waits;
}

function onDependencies({ entry, steps, context }: StoredTask, index: number): Waiting[] {
  const { steps: defined, dependencies } = entry.workflow;
  const nameOf = (of: number): string => defined[of]?.name ?? '';
  const step = nameOf(index);
  const own = defined[index];
  const pending = own === undefined ? null : pendingText(own);
  if (pending !== null) return [{ kind: 'dependency', step, until: null, why: pending }];
  const unmet = (dependencies[index] ?? []).filter((on) => !isMet(steps.get(on)));
  return unmet.map((on) => {
    const status = steps.get(on) === undefined ? 'pending' : statusOf(steps.get(on)?.state ?? '');
    const how = status === 'failed' ? 'has failed: retry, skip or complete it' : `is ${status}`;
    const halted =
      status === 'pending' && context.halted > 0 ? '; a critical step failed and halted the task' : '';
    return {
      kind: 'dependency',
      step,
      on: nameOf(on),
      until: null,
      why: `step ${nameOf(on)} ${how}${halted}`,
    };
  });
}

const isMet = (step: StoredStep | undefined): boolean =>
  step !== undefined && (step.state === 'complete' || step.state === 'skipped');

function onStep(
  task: StoredTask,
  index: number,
  { state, context }: StoredStep,
  reasons: Reasons,
): Waiting[] {
  const definition = task.entry.workflow.steps[index];
  if (definition === undefined) return [];
  const { name: step } = definition;
  const place = placeOf(task.entry, index);
  const ref = refOf(place);
  const why = task.aside.get(ref);
  if (why !== undefined && !isMet({ state, context })) return [{ ...setAside(why), step }];
  if (place.kind === 'wait') return onWait(definition, state, context as WaitContext);
  const key = handlerKeyOf(task.entry, place);
  return onAttempts(task, definition, { key, state, context: context as StepContext, ref }, reasons);
}
