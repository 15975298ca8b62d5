/** Why a task is not moving: every wait, who or what ends it, and when if a clock does; the most telling first. */

import { failedBy } from '../../machines/failure-codes.ts';
import type { StepContext } from '../../machines/index.ts';
import {
  DEFAULT_AGENT,
  dueAtOf,
  type HandlerKey,
  handlerKeyOf,
  NO_TIMERS,
  readHandlerKey,
  timeoutAtOf,
} from '../kernel/actor.ts';
import { statusOf } from '../kernel/turn.ts';
import { stepAt, stepRef, TASK_REF } from '../store/address.ts';
import type { TaskView, Waiting } from '../views/tasks.ts';
import { type Progress, progressText } from '../worker/progress.ts';
import type { StepDefinition } from '../workflow/definition.ts';
import { ownWorkOf, pendingText } from '../workflow/steps/index.ts';
import { whyHeld, whyPaused, withDeadline } from './deadline-text.ts';
import type { StoredStep, StoredTask } from './task-reader.ts';

/** Only the running process knows this: who serves a handler, and which limits are reached. */
export interface Reasons {
  isServed(key: HandlerKey): boolean;
  /** The handler that was probably meant by one that nobody serves, in words, or null. */
  meant(key: HandlerKey): string | null;
  limitReached(key: HandlerKey, tenant: string): string | null;
  /** Why no worker elsewhere can be reached, or null. */
  readonly unreachable: string | null;
  /** Returns the last progress that the attempt's worker told: a share from 0 to 1, or null. */
  progressOf(token: string): Progress | null;
  /** It has the share of every attempt whose worker has told one. */
  progress(): ReadonlyMap<string, Progress>;
}

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
  return first === undefined ? [] : [withDeadline(task.context, first), ...others];
}

const ORDER: readonly Waiting['kind'][] = ['paused', 'limit', 'timer', 'delay', 'worker', 'dependency'];

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
      return onSteps(task, reasons);
    case 'failed':
      return onSteps(task, reasons).filter(({ kind }) => kind === 'dependency');
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
  const { steps } = task.entry.workflow.definition;
  const waits: Waiting[] = [];
  for (const [index, step] of task.steps) {
    if (waits.length >= MOST_SHOWN) break;
    waits.push(...onStep(task, index, step, reasons));
  }
  for (let index = 0; index < steps.length && waits.length < MOST_SHOWN; index++) {
    if (!task.steps.has(index)) waits.push(...onDependencies(task, index));
  }
  return waits;
}

function onDependencies({ entry, steps, context }: StoredTask, index: number): Waiting[] {
  const { definition, dependencies } = entry.workflow;
  const nameOf = (of: number): string => definition.steps[of]?.name ?? '';
  const step = nameOf(index);
  const own = definition.steps[index];
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
  const definition = task.entry.workflow.definition.steps[index];
  if (definition === undefined) return [];
  const { name: step, handler } = definition;
  const key = handlerKeyOf(task.entry, stepAt(task.entry.no, index));
  const timers = task.timers.get(stepRef(index)) ?? NO_TIMERS;
  const dueAt = dueAtOf({ timers });
  const until = dueAt === null ? null : iso(dueAt);
  const why = task.aside.get(stepRef(index));
  if (why !== undefined && !isMet({ state, context })) return [{ ...setAside(why), step }];
  switch (state) {
    case 'pending.queued':
    case 'retrying.queued':
      return [queued(task, definition, key, until, reasons)];
    case 'running':
      return [
        {
          kind: 'worker',
          step,
          handler,
          until,
          why: whyRunning(context, key, timeoutAtOf({ timers }), reasons),
        },
      ];
    case 'retrying.backoff':
      return [{ kind: 'timer', step, until, why: whyBackingOff(context) }];
    case 'pending.held':
    case 'retrying.held':
      return [{ kind: 'dependency', step, until, why: whyHeld(task.context) }];
    default:
      return [];
  }
}

/** Names a worker that is gone, for the person who looks after it. */
function whyBackingOff({ attempt, error }: StepContext): string {
  const isGone = failedBy(error, 'HEARTBEAT_TIMEOUT', 'WORKER_DIED');
  return `backoff after attempt ${attempt}${isGone ? `: ${error.message}` : ''}`;
}

function whyRunning(
  context: StepContext,
  key: HandlerKey,
  timeoutAt: number | null,
  reasons: Reasons,
): string {
  const now = whereRunning(context, key, timeoutAt, reasons);
  const silent = context.remote === true ? context.silentWorkers?.at(-1) : undefined;
  if (silent === undefined) return now;
  return `${silent === null ? 'a worker' : `worker ${silent}`} fell silent, and the job was offered again; ${now}`;
}

function whereRunning(
  { attempt, token = '', remote, takenAt }: StepContext,
  key: HandlerKey,
  timeoutAt: number | null,
  reasons: Reasons,
): string {
  const { unreachable } = reasons;
  if (remote !== true && timeoutAt === null)
    return `attempt ${attempt} waits for a process that runs its handler`;
  const progress = reasons.progressOf(token);
  const share = progress === null ? '' : `, ${progressText(progress)}`;
  if (remote !== true) return `attempt ${attempt} is running${share}`;
  if (takenAt !== undefined) {
    return `attempt ${attempt} is running on a worker since ${iso(takenAt)}${share}`;
  }
  if (timeoutAt !== null) return `attempt ${attempt} was sent to the workers; none has said that it began`;
  if (unreachable === null && !reasons.isServed(key)) {
    return `${notServed(key, reasons)}; attempt ${attempt} is offered to whoever comes: ${startWorker(key)}`;
  }
  return `attempt ${attempt} is sent as soon as the workers can be reached${unreachable === null ? '' : `: ${unreachable}`}`;
}

function notServed(key: HandlerKey, reasons: Reasons): string {
  const meant = reasons.meant(key);
  return `no worker serves handler ${named(key)}${meant === null ? '' : `; ${meant}`}`;
}

function named(key: HandlerKey): string {
  const { agent, handler } = readHandlerKey(key);
  return agent === DEFAULT_AGENT ? handler : `${handler} of agent ${agent}`;
}

/** The one who reads this is often the one who can end the wait. */
function startWorker(key: HandlerKey): string {
  const { agent, handler } = readHandlerKey(key);
  const whose = agent === DEFAULT_AGENT ? '' : ` --agent ${agent}`;
  return `start "troupe worker${whose} --handlers FOLDER" with ${handler}.ts in the folder`;
}

function addHandler(key: HandlerKey): string {
  const { handler } = readHandlerKey(key);
  return `put ${handler}.ts (or .js) into a folder that the server is given by --handlers, or start a worker that has it`;
}

function queued(
  { entry }: StoredTask,
  definition: StepDefinition,
  key: HandlerKey,
  until: string | null,
  reasons: Reasons,
): Waiting {
  const { handler } = readHandlerKey(key);
  const { name: step } = definition;
  if (!reasons.isServed(key)) {
    const { unreachable } = reasons;
    const why =
      unreachable === null
        ? `${notServed(key, reasons)}; ${addHandler(key)}`
        : `no worker of ${named(key)} can be reached: ${unreachable}`;
    return { kind: 'worker', step, handler, until, why };
  }
  const limit = reasons.limitReached(key, entry.tenant);
  if (limit !== null) return { kind: 'limit', step, handler, until, why: `the limit is reached: ${limit}` };
  const why = ownWorkOf(definition)?.queued ?? `queued for a worker that serves ${handler}`;
  return { kind: 'worker', step, handler, until, why };
}
