/** Does what a task's machine asks for: spawns and tells its steps, tells its dependents, makes its webhook. */

import {
  type StepError,
  type StepInput,
  type StepPolicy,
  standingOf,
  type WaitInput,
} from '../../machines/index.ts';
import { taskAt } from '../store/address.ts';
import { briefError } from '../views/errors.ts';
import { holds } from '../workflow/condition.ts';
import { nameKey } from '../workflow/name-key.ts';
import { isSingle } from '../workflow/registry.ts';
import { waitOf } from '../workflow/steps/index.ts';
import {
  type Actor,
  definitionOf,
  isPlaceActor,
  type PlaceActor,
  placeOf,
  type TaskActor,
  type TaskEntry,
} from './actor.ts';
import type { Batch } from './batch.ts';
import { tellParent } from './children.ts';
import { isCompensable, isForNothing, isOrdinary } from './compensations.ts';
import { expireSteps } from './deadlines.ts';
import { isLive } from './journal.ts';
import { reportOf } from './report.ts';
import { type Effect, statusOf } from './turn.ts';
import { tellEnd } from './webhooks.ts';

export function performTaskEffect(batch: Batch, task: TaskActor, effect: Effect): void {
  const { entry } = task;
  switch (effect.type) {
    case 'spawn': {
      const { steps, held } = effect.params as { steps: readonly number[] | 'roots'; held: boolean };
      spawnSteps(batch, entry, steps === 'roots' ? entry.workflow.roots : steps, held);
      return;
    }
    case 'spawnCompensations':
      spawnSteps(batch, entry, entry.workflow.firstCompensations, false);
      return;
    case 'spawnFailureHandlers':
      spawnFailureHandlers(batch, entry);
      return;
    case 'holdSteps':
      tellSteps(batch, entry, 'step.hold');
      return;
    case 'haltSteps':
      tellSteps(batch, entry, 'step.halt');
      return;
    case 'releaseSteps':
      if ((effect.params as { asked: boolean }).asked) tellSteps(batch, entry, 'step.release');
      return;
    case 'expireSteps':
      expireSteps(batch, task);
      return;
    case 'cancelSteps':
      tellSteps(batch, entry, 'step.cancel');
      return;
    case 'stopSteps':
      for (const step of liveSteps(batch, entry))
        batch.send(step, { type: 'step.cancel', at: batch.now, stop: true });
      return;
    case 'retrySteps':
      retrySteps(batch, entry);
      return;
    case 'revived':
      // The others were told for good how it ended.
      if (task.context.mending === true) return;
      tellParent(batch, entry, 'child.revived');
      tellDependents(batch, entry, 'dependency.revived');
      return;
    case 'ended': {
      const status = statusOf(task.state) as 'complete' | 'failed' | 'cancelled';
      if (task.context.mending === true) return;
      tellParent(batch, entry, `child.${status}`);
      tellDependents(batch, entry, `dependency.${status}`);
      if (status !== 'cancelled') tellEnd(batch, task, status);
      return;
    }
  }
}

export function spawnSteps(batch: Batch, entry: TaskEntry, steps: readonly number[], held: boolean): void {
  for (const index of steps) {
    const step = placeOf(entry, index);
    const why = whySkipped(batch, entry, index);
    if (step.kind === 'step') {
      batch.spawn(entry, step, stepInput(batch, entry, index));
      if (held) batch.send(step, { type: 'step.hold', at: batch.now });
    } else batch.spawn(entry, step, waitInput(batch, entry, index, held || why !== null));
    if (why !== null) skip(batch, entry, index, why);
  }
}

function whySkipped(batch: Batch, entry: TaskEntry, index: number): string | null {
  const { compensations, isConditional } = entry.workflow;
  if (compensations.has(index))
    return isForNothing(batch, entry, index) ? 'there is nothing to take back' : null;
  return isConditional && !isChosen(batch, entry, index) ? 'its condition does not hold' : null;
}

function stepInput(batch: Batch, entry: TaskEntry, index: number): StepInput {
  const { compensates } = definitionOf(entry, index);
  const policy = policyOf(entry, index);
  if (compensates !== undefined) return { at: batch.now, policy, compensates };
  return { at: batch.now, policy: isCompensable(batch, entry) ? { ...policy, compensable: true } : policy };
}

/** One that has run before does so again if something failed, and else stays as it was. */
function spawnFailureHandlers(batch: Batch, entry: TaskEntry): void {
  const { failureHandlers } = entry.workflow;
  const isNeeded = failuresOf(entry, batch.actorsOf(entry)).length > 0;
  for (const index of failureHandlers) {
    const before = batch.actor(placeOf(entry, index));
    if (before !== null && !isNeeded && before.state !== 'failed') {
      // The task counts it as started; that it has ended is told at once.
      const ended = reportOf(before, 'active', standingOf(before.state), batch.now);
      if (ended !== null) batch.send(taskAt(entry.no), ended);
      continue;
    }
    if (before === null) spawnSteps(batch, entry, [index], false);
    else if (before.kind === 'step') {
      const { attempt } = before.context;
      batch.spawnAgain(before, { at: batch.now, policy: policyOf(entry, index), attempt });
    }
    if (!isNeeded) skip(batch, entry, index, 'nothing failed');
  }
}

/** Nobody's decision: who skipped a step that was not chosen, or had nothing to take back. */
export const BY_CONDITION = 'condition';

function skip(batch: Batch, entry: TaskEntry, index: number, reason: string): void {
  batch.send(placeOf(entry, index), { type: 'step.skip', at: batch.now, by: BY_CONDITION, reason });
}

/**
 * Tells whether a step whose dependencies have ended is to run. Its condition must hold, and not everything
 * before it was skipped as not chosen. A step where branches join runs, with null for the branch not taken.
 */
function isChosen(batch: Batch, entry: TaskEntry, index: number): boolean {
  const contextOf = (of: number) => batch.actor(placeOf(entry, of))?.context;
  const dependencies = entry.workflow.dependencies[index] ?? [];
  if (dependencies.length > 0 && dependencies.every((on) => contextOf(on)?.resolvedBy === BY_CONDITION))
    return false;
  const { condition } = definitionOf(entry, index);
  if (condition === undefined) return true;
  return holds(condition, (step) => {
    if (step === null) return entry.request.payload;
    const asked = stepNamed(entry, step);
    return asked === null ? null : (contextOf(asked)?.output ?? null);
  });
}

/** A failure handler gets this for each failed step. */
export interface Failure {
  readonly step: string;
  readonly attempt: number;
  readonly error: StepError;
}

/** The steps that failed, or were skipped after failing, in the order of the workflow. */
export function failuresOf(entry: TaskEntry, actors: Iterable<Actor>): Failure[] {
  const ended = [...actors].filter((actor): actor is PlaceActor => {
    if (!isPlaceActor(actor) || !isOrdinary(definitionOf(entry, actor.index))) return false;
    return actor.state === 'failed' || actor.state === 'skipped';
  });
  return ended
    .sort((a, b) => a.index - b.index)
    .flatMap(({ index, context: { attempt, error } }) =>
      error === undefined
        ? []
        : [{ step: definitionOf(entry, index).name, attempt, error: briefError(error) }],
    );
}

/** One that is not to begin yet is born held: what people are asked, they are asked once. */
function waitInput(batch: Batch, entry: TaskEntry, index: number, held: boolean): WaitInput {
  const policy = waitOf(definitionOf(entry, index))?.policy(definitionOf(entry, index));
  if (policy === undefined) throw new Error(`assertion failed: step ${index} of ${entry.id} is a wait`);
  return held ? { at: batch.now, policy, held } : { at: batch.now, policy };
}

/** Executions a step may use in one set: its own, else the task's, else the machine's default. */
export function policyOf(entry: TaskEntry, index: number): StepPolicy {
  const step = definitionOf(entry, index);
  // The bounds of a task say nothing about how it is taken back.
  const { maxRetries, timeoutSeconds } = step.compensates === undefined ? entry.request : NO_LIMITS;
  const fallback = isSingle(entry.workflowKey) ? SINGLE_STEP_ATTEMPTS : null;
  const maxAttempts = step.maxAttempts ?? (maxRetries === null ? fallback : maxRetries + 1);
  const timeoutMs = step.timeoutMs ?? (timeoutSeconds === null ? null : timeoutSeconds * 1_000);
  return {
    ...(maxAttempts === null ? {} : { maxAttempts }),
    ...(timeoutMs === null ? {} : { timeoutMs }),
    ...(step.startTimeoutMs === null ? {} : { startTimeoutMs: step.startTimeoutMs }),
    ...(step.withinMs === undefined ? {} : { withinMs: step.withinMs }),
    ...(step.everyMs === undefined ? {} : { everyMs: step.everyMs }),
    ...(step.backoff === null ? {} : { backoff: step.backoff }),
    ...(step.optional ? { optional: true } : {}),
  };
}

const NO_LIMITS = { maxRetries: null, timeoutSeconds: null } as const;

/** A task posted without a workflow is tried four times: `maxRetries` 3. */
const SINGLE_STEP_ATTEMPTS = 4;

/** A task tells these to all its steps. */
type StepOrder = `step.${'hold' | 'halt' | 'release' | 'cancel'}`;

function tellSteps(batch: Batch, entry: TaskEntry, type: StepOrder): void {
  for (const actor of liveSteps(batch, entry)) batch.send(actor, { type, at: batch.now });
}

function* liveSteps(batch: Batch, entry: TaskEntry): Generator<PlaceActor> {
  for (const actor of batch.actorsOf(entry)) if (isLive(actor)) yield actor;
}

/** A failure handler that failed only if nothing else did: else it runs again if that fails again. */
function retrySteps(batch: Batch, entry: TaskEntry): void {
  const failed = [...batch.actorsOf(entry)].filter(
    (actor): actor is PlaceActor => isPlaceActor(actor) && actor.state === 'failed',
  );
  const others = failed.filter(({ index }) => definitionOf(entry, index).failuresAs === undefined);
  for (const step of others.length > 0 ? others : failed)
    batch.send(step, { type: 'step.retry', at: batch.now });
}

type DependencyNews = `dependency.${'complete' | 'failed' | 'cancelled' | 'revived'}`;

function tellDependents(batch: Batch, entry: TaskEntry, type: DependencyNews): void {
  for (const row of batch.draft.dependentsOf(entry.no)) {
    const news = { at: batch.now, taskId: entry.id, name: entry.name };
    batch.send(taskAt(row.task), { type, ...news });
  }
}

/** The index of a step by its name, or null. */
export function stepNamed(entry: TaskEntry, name: string): number | null {
  const { indexByName } = entry.workflow;
  return indexByName.get(name) ?? indexByName.get(nameKey(name)) ?? null;
}

export const dependencyNames = (entry: TaskEntry, step: number): readonly string[] =>
  (entry.workflow.dependencies[step] ?? []).map((index) => definitionOf(entry, index).name);
