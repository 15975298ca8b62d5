/** This module says what a task has to take back, whether it is at that, and what it refuses meanwhile. */

import { Refusal } from '../errors.ts';
import { taskAt } from '../store/address.ts';
import type { TaskView } from '../views/tasks.ts';
import type { StepDefinition } from '../workflow/definition.ts';
import {
  definitionOf,
  isPlaceActor,
  type PlaceActor,
  placeOf,
  type TaskActor,
  type TaskEntry,
} from './actor.ts';
import type { Batch } from './batch.ts';

/** Work of the step may be done, though it is not complete: nobody knows of an attempt, or children of it have worked. */
const isUnknown = ({ context }: PlaceActor): boolean =>
  context.unknown === true || ('done' in context && (context.done ?? 0) > 0);

/** The step has a compensation, and has done something that it would take back. */
export function isOwed(actor: PlaceActor): boolean {
  const { compensation } = definitionOf(actor.entry, actor.index);
  if (compensation === undefined) return false;
  if (actor.state === 'complete') return compensation.applies !== 'unknown';
  return compensation.applies !== 'complete' && isUnknown(actor);
}

/** It handles no failure and takes nothing back. */
export const isOrdinary = ({ failuresAs, compensates }: StepDefinition): boolean =>
  failuresAs === undefined && compensates === undefined;

export const hasCompensations = ({ workflow }: TaskEntry): boolean => workflow.compensations.size > 0;

/** By how many steps more, or less, its task would have to take back after this change. */
export function owesNow(after: PlaceActor, before: PlaceActor | null): 0 | 1 | -1 {
  if (!hasCompensations(after.entry)) return 0;
  const owes = isOwed(after);
  if (before !== null && isOwed(before)) return owes ? 0 : -1;
  return owes ? 1 : 0;
}

/** Its steps remember whether their outcome is unknown: the task may be taken back, or somebody asks for it. */
export const isCompensable = (batch: Batch, entry: TaskEntry): boolean =>
  hasCompensations(entry) || isAskedOf(batch, entry);

/** Its parent may be taken back, and is to know what of its child's work stands. */
export const isAskedOf = (batch: Batch, { parent }: TaskEntry): boolean =>
  parent !== null && isCompensable(batch, batch.task(parent.task));

/** The compensation applies to nothing: its step has not begun, or has failed by its own word. */
export function isForNothing(batch: Batch, entry: TaskEntry, index: number): boolean {
  const of = entry.workflow.compensations.get(index);
  if (of === undefined) return false;
  const step = batch.actor(placeOf(entry, of));
  return step === null || !isOwed(step);
}

type Compensating = Pick<TaskActor['context'], 'compensation' | 'ending'>;

/** All that was to be taken back is. */
export const isCompensated = ({ compensation }: Compensating): boolean =>
  compensation !== undefined && (compensation.ended.complete ?? 0) === compensation.total;

export const figuresOf = ({ compensation }: Compensating): TaskView['compensation'] =>
  compensation === undefined
    ? null
    : {
        done: compensation.ended.complete ?? 0,
        total: compensation.total,
        failed: compensation.failed.length,
      };

/** True once all that it had done is taken back, or `partly`; false before that is over. */
export function compensatedOf(context: Compensating, status: string): TaskView['compensated'] {
  if (context.compensation === undefined || (status !== 'failed' && status !== 'cancelled')) return false;
  return isCompensated(context) ? true : 'partly';
}

/** The work of a lost child may stand: some step of it is complete, or may have been, and was not taken back. */
export function leavesWork(batch: Batch, entry: TaskEntry): boolean {
  const context = batch.actor(taskAt(entry.no))?.context;
  if (context === undefined || isCompensated(context)) return false;
  for (const actor of batch.actorsOf(entry)) {
    if (isPlaceActor(actor) && (actor.state === 'complete' || isUnknown(actor))) return true;
  }
  return false;
}

/** It is at taking back, or comes to its end before that. */
export function isCompensating(batch: Batch, { no }: TaskEntry): boolean {
  const task = batch.actor(taskAt(no));
  if (task === null) return false;
  return task.context.ending !== undefined && task.state !== 'failed' && task.state !== 'cancelled';
}

/** Refuses what is not for a task that takes back what it has done, or has taken it back. */
export function refuseCompensated(batch: Batch, entry: TaskEntry, what: string): void {
  const task = batch.actor(taskAt(entry.no));
  if (task === null || task.state === 'cancelled') return;
  const { id } = entry;
  if (isCompensating(batch, entry))
    throw new Refusal('COMPENSATING', `task ${id} takes back what it has done: ${what}`);
  const { compensation } = task.context;
  if (compensation === undefined) return;
  const [failed] = compensation.failed;
  const advice = failed === undefined ? 'submit it again' : `retry or complete step ${failed.step}`;
  throw new Refusal('COMPENSATED', `task ${id} has taken back what it had done: ${advice}`);
}
