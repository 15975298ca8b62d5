/** The job of an attempt, made of what is committed; it is made again whenever it is to be sent again. */

import { type StepContext, timeoutOf } from '../../machines/index.ts';
import { definitionOf, dueAtOf, handlerOf, stepIndex, stepRef, type TaskEntry } from '../kernel/actor.ts';
import { type ActorCache, UnreadableActor } from '../kernel/actor-cache.ts';
import type { Attempt } from '../kernel/batch.ts';
import { failuresOf } from '../kernel/task-effects.ts';
import type { Store } from '../store/store.ts';
import { describe } from '../worker/describe.ts';
import type { OutcomeError } from '../worker/job.ts';
import { type FreshJob, put } from '../worker/own.ts';

/**
 * Its values are those in memory, the same objects for all jobs of a task: read only, and given to handlers as their own
 * (`makeOwn`). Throws `UnreadableActor` when something it is made of was set aside.
 */
export function makeJob(
  store: Store,
  memory: ActorCache,
  { task, ref, token }: Attempt,
  now: number,
  traceparent?: string,
): FreshJob {
  const entry = memory.task(task);
  const { name, isolation, memoryMb } = definitionOf(entry, ref);
  const actor = memory.actor(task, ref);
  const context = actor?.context as unknown as StepContext;
  // Of one that could not be sent so far, the time begins with this.
  const timeoutAt = (actor === null ? null : dueAtOf(actor)) ?? now + timeoutOf(context);
  const dependencies: Record<string, unknown> = {};
  for (const index of entry.workflow.dependencies[stepIndex(ref)] ?? []) {
    const on = memory.actor(task, stepRef(index));
    const { name: dependency } = definitionOf(entry, stepRef(index));
    if (on === null) {
      const why = store.setAsidesOf(task).find((aside) => aside.ref === stepRef(index))?.why ?? null;
      throw new UnreadableActor(task, stepRef(index), `step ${dependency} was set aside: ${why}`);
    }
    put(dependencies, dependency, (on.context as Partial<StepContext>).output ?? null);
  }
  const job: FreshJob = {
    taskId: entry.id,
    step: name,
    attempt: context.attempt,
    token,
    tenantId: entry.tenant,
    handler: handlerOf(entry, ref),
    payload: entry.request.payload,
    dependencies: Object.assign(dependencies, failuresFor(memory, entry, ref)),
    idempotencyKey: `${entry.id}/${name}`,
    deadline: new Date(timeoutAt).toISOString(),
  };
  if (traceparent !== undefined) job.traceparent = traceparent;
  if (isolation !== undefined) job.isolation = isolation;
  if (memoryMb !== undefined) job.memoryMb = memoryMb;
  return job;
}

/** Why an attempt has failed whose job cannot be made: nobody else's trouble. */
export function unmade(thrown: unknown): OutcomeError {
  return { ...describe(thrown), retryable: !(thrown instanceof UnreadableActor) };
}

/** A failure handler depends on no step, and is told what failed and what the others have made. */
function failuresFor(memory: ActorCache, entry: TaskEntry, ref: number): Readonly<Record<string, unknown>> {
  const { failuresAs } = definitionOf(entry, ref);
  if (failuresAs === undefined) return {};
  const actors = entry.workflow.definition.steps.flatMap(
    (_, index) => memory.actor(entry.no, stepRef(index)) ?? [],
  );
  const outputs = actors.flatMap(({ ref: of, state, context }) => {
    const { name, failuresAs: isHandler } = definitionOf(entry, of);
    if (state !== 'complete' || isHandler !== undefined) return [];
    return [[name, (context as Partial<StepContext>).output ?? null] as const];
  });
  return { ...Object.fromEntries(outputs), [failuresAs]: failuresOf(entry, actors) };
}
