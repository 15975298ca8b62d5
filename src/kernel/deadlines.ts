/** The kernel gives tasks their deadlines, checks those that are asked for, and tells steps that one has passed. */

import { Refusal } from '../errors.ts';
import type { VerbOptions } from '../views/orchestrator.ts';
import { deadlineField } from '../workflow/task-request.ts';
import { definitionOf, type TaskActor, type TaskEntry } from './actor.ts';
import type { Batch } from './batch.ts';
import { isOrdinary } from './compensations.ts';
import { isLive } from './journal.ts';

const toMs = (seconds: number): number => Math.max(1, Math.round(seconds * 1_000));

/** The task's own wins over its workflow's; null: it has none. */
export function deadlineMsOf(
  deadlineSeconds: number | null | undefined,
  { workflow }: Pick<TaskEntry, 'workflow'>,
): number | null {
  return deadlineSeconds == null ? (workflow.definition.deadlineMs ?? null) : toMs(deadlineSeconds);
}

/** Refuses with INVALID_BODY a length that is none. */
export function checkedDeadline({ deadlineSeconds }: VerbOptions): { readonly deadlineMs?: number } {
  if (deadlineSeconds === undefined || deadlineSeconds === null) return {};
  const { error } = deadlineField.safeParse(deadlineSeconds);
  if (error === undefined) return { deadlineMs: toMs(deadlineSeconds) };
  const faults = error.issues.map(({ message }) => ({ pointer: '/deadlineSeconds', message }));
  throw new Refusal('INVALID_BODY', `the deadline ${faults[0]?.message}`, { faults });
}

/** Failure handlers are left their own time: they may run because of this. */
export function expireSteps(batch: Batch, { entry, context }: TaskActor): void {
  const deadlineAt = context.deadline?.at ?? batch.now;
  for (const actor of batch.actorsOf(entry)) {
    if (!isLive(actor) || !isOrdinary(definitionOf(entry, actor.index))) continue;
    batch.send(actor, { type: 'step.expire', at: batch.now, deadlineAt });
  }
}
