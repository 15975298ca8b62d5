/** The job of an attempt, made of what is committed; it is made again whenever it is to be sent again. */

import { type StepContext, timeoutOf } from '../../machines/index.ts';
import { definitionOf, dueAtOf, handlerOf, stepIndex, stepRef, type TaskEntry } from '../actors/actor.ts';
import type { Attempt } from '../actors/batch.ts';
import { type Memory, UnreadableActor } from '../actors/memory.ts';
import { failuresOf } from '../actors/task-effects.ts';
import type { Store } from '../store/store.ts';
import type { Job, OutcomeError } from '../worker/job.ts';
import { describe } from '../worker/pool.ts';

/** Throws `UnreadableActor` when something it is made of was set aside. */
export function makeJob(
  store: Store,
  memory: Memory,
  { task, ref, token }: Attempt,
  now: number,
  traceparent?: string,
): Job {
  const entry = memory.task(task);
  const { name } = definitionOf(entry, ref);
  const actor = memory.actor(task, ref);
  const context = actor?.context as unknown as StepContext;
  // Of one that could not be sent so far, the time begins with this.
  const timeoutAt = (actor === null ? null : dueAtOf(actor)) ?? now + timeoutOf(context);
  const dependencies = (entry.workflow.dependencies[stepIndex(ref)] ?? []).map((index) => {
    const on = memory.actor(task, stepRef(index));
    const { name: dependency } = definitionOf(entry, stepRef(index));
    if (on === null) {
      const why = store.whySetAside(task, stepRef(index));
      throw new UnreadableActor(task, stepRef(index), `step ${dependency} was set aside: ${why}`);
    }
    return [dependency, (on.context as Partial<StepContext>).output ?? null] as const;
  });
  return {
    taskId: entry.id,
    step: name,
    attempt: context.attempt,
    token,
    tenantId: entry.tenant,
    handler: handlerOf(entry, ref),
    // Copies, so that what a handler does to its job stays with it.
    payload: copyJson(entry.request.payload),
    dependencies: copyJson({ ...Object.fromEntries(dependencies), ...failuresFor(memory, entry, ref) }),
    idempotencyKey: `${entry.id}/${name}`,
    deadline: new Date(timeoutAt).toISOString(),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** Why an attempt has failed whose job cannot be made: nobody else's trouble. */
export function unmade(thrown: unknown): OutcomeError {
  return { ...describe(thrown), retryable: !(thrown instanceof UnreadableActor) };
}

/** A failure handler depends on no step, and is told what failed. */
function failuresFor(memory: Memory, entry: TaskEntry, ref: number): Readonly<Record<string, unknown>> {
  const { failuresAs } = definitionOf(entry, ref);
  if (failuresAs === undefined) return {};
  const actors = entry.workflow.definition.steps.flatMap(
    (_, index) => memory.actor(entry.no, stepRef(index)) ?? [],
  );
  return { [failuresAs]: failuresOf(entry, actors) };
}

/** A deep copy of plain JSON; a few times faster than `structuredClone`, which takes anything. */
function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as T;
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    // Assigning this one would set the prototype.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: copyJson(member), enumerable: true });
    else copy[key] = copyJson(member);
  }
  return copy as T;
}
