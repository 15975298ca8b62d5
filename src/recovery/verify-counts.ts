/** Compares a task's counts of its steps and dependencies with these: a counter off by one waits for ever. */

import { standingOf, Tally, type TaskContext } from '../../machines/index.ts';
import { type Actor, definitionOf, isPlaceActor, placeOf } from '../kernel/actor.ts';
import { isOwed } from '../kernel/compensations.ts';
import { refOf, TASK_REF } from '../store/address.ts';
import { PRUNED } from '../store/whole-tasks.ts';
import type { OpenedTask, Report } from './verify.ts';

export function countFindings(task: OpenedTask, tell: Report): void {
  const actor = task.actors.get(TASK_REF);
  // A cancelled task hears of its steps no more.
  if (actor?.kind !== 'task' || actor.state === 'cancelled') return;
  const { context } = actor;
  checkStandings(task, context, tell);
  checkCompensation(task, context, tell);
  if (context.startedAt === undefined && actor.state !== 'failed') checkDependencies(task, context, tell);
  if (context.startedAt !== undefined && actor.state !== 'complete') checkMet(task, context, tell);
}

function checkStandings(
  { actors, entry }: OpenedTask,
  { counts, halted, failureHandlerCount }: TaskContext,
  tell: Report,
): void {
  const found: Record<string, number> = {};
  let critical = 0;
  for (const actor of actors.values()) {
    if (!isPlaceActor(actor)) continue;
    const definition = definitionOf(entry, actor.index);
    // One of an earlier round is not counted until it is asked for anew.
    if (failureHandlerCount !== undefined && definition.failuresAs !== undefined) continue;
    const standing = standingOf(actor.state);
    found[standing] = (found[standing] ?? 0) + 1;
    if (standing === 'failed' && definition.critical) critical++;
  }
  for (const standing of new Set([...Object.keys(counts), ...Object.keys(found)])) {
    const counted = counts[standing as keyof typeof counts] ?? 0;
    const is = found[standing] ?? 0;
    if (counted !== is) tell(TASK_REF, `it counts ${counted} steps as ${standing}, and ${is} are`);
  }
  if (halted !== critical) tell(TASK_REF, `it counts ${halted} critical failures, and ${critical} stand`);
}

function checkDependencies({ store, row }: OpenedTask, { unmet, lost }: TaskContext, tell: Report): void {
  const statuses = store.dependenciesOf(row.no).map(({ on_task: on }) => {
    if (on === null) return 'unresolved';
    // Only one that is not waited for any more is pruned.
    return on === PRUNED ? 'complete' : (store.taskByNo(on)?.status ?? 'gone');
  });
  const is = statuses.filter((status) => status !== 'complete').length;
  if (unmet !== is) tell(TASK_REF, `it counts ${unmet} tasks it still waits for, and there are ${is}`);
  const over = statuses.filter((status) => status === 'failed' || status === 'cancelled').length;
  // One that was lost with its task may stand for it by name, after a restore.
  if (lost !== over && !statuses.includes('unresolved'))
    tell(TASK_REF, `it counts ${lost} lost dependencies, and there are ${over}`);
  if (statuses.includes('gone')) tell(TASK_REF, 'a task it waits for is gone');
}

/** Checks what is to be taken back, and what has been. */
function checkCompensation(
  { actors, entry }: OpenedTask,
  { owed = 0, compensation }: TaskContext,
  tell: Report,
): void {
  const places = [...actors.values()].filter(isPlaceActor);
  const owing = places.filter(isOwed).length;
  if (owed !== owing) tell(TASK_REF, `it counts ${owed} steps to take back, and there are ${owing}`);
  if (compensation === undefined) return;
  const failed = places.filter(
    ({ index, state }) => entry.workflow.compensations.has(index) && state === 'failed',
  );
  if (failed.length !== compensation.failed.length)
    tell(TASK_REF, `it counts ${compensation.failed.length} failed compensations, and ${failed.length} are`);
}

/** A compensation that has failed lets those before it run, whatever becomes of it later. */
function letsOthersRun(actor: Actor | undefined, isCompensation: boolean): boolean {
  if (actor === undefined) return false;
  if (actor.state === 'complete' || actor.state === 'skipped') return true;
  return isCompensation && (actor.state === 'failed' || (actor.kind === 'step' && actor.context.base > 0));
}

/** Checks the dependencies of steps that have not been spawned. */
function checkMet(
  { entry, actors }: OpenedTask,
  { met, ending, compensation }: TaskContext,
  tell: Report,
): void {
  const { dependencies, failureHandlers, compensations } = entry.workflow;
  const stepRef = (index: number): number => refOf(placeOf(entry, index));
  const tally = Tally.from(met);
  for (const [index, needs] of dependencies.entries()) {
    const isCompensation = compensations.has(index);
    if (actors.has(stepRef(index)) || failureHandlers.includes(index)) continue;
    // Nothing else begins in a task that ends, and no compensation before it does.
    if (isCompensation ? compensation === undefined : ending !== undefined) continue;
    const done = needs.filter((on) => letsOthersRun(actors.get(stepRef(on)), isCompensation)).length;
    const counted = tally.of(index);
    const { name } = definitionOf(entry, index);
    if (counted !== done)
      tell(TASK_REF, `it counts ${counted} dependencies of step ${name} as met, and ${done} are`);
    else if (done > 0 && done === needs.length)
      tell(stepRef(index), 'all it depends on has ended, and it was never started');
  }
}
