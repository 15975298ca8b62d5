/** The job of an attempt, made of what is committed; it is made again whenever it is to be sent again. */

import { timeoutOf } from '../../machines/index.ts';
import { WITHIN } from '../../machines/step-time.ts';
import { definitionOf, type TaskEntry, timeoutAtOf } from '../kernel/actor.ts';
import { type ActorCache, UnreadableActor } from '../kernel/actor-cache.ts';
import type { Attempt } from '../kernel/attempts.ts';
import { failuresOf } from '../kernel/task-effects.ts';
import { refOf, stepAt } from '../store/address.ts';
import type { Store } from '../store/store.ts';
import { describe } from '../worker/describe.ts';
import type { OutcomeError } from '../worker/job.ts';
import { type FreshJob, put } from '../worker/own.ts';
import { nameKey } from '../workflow/name-key.ts';

/**
 * Its values are those in memory, the same objects for all jobs of a task: read only, and given to handlers as their own
 * (`makeOwn`). Throws `UnreadableActor` when something it is made of was set aside.
 */
export function makeJob(
  store: Store,
  cache: ActorCache,
  attempt: Attempt,
  now: number,
  traceparent?: string,
): FreshJob {
  const { task, index: step, token } = attempt;
  const entry = cache.task(task);
  const { name, handler, isolation, memoryMb } = definitionOf(entry, step);
  const actor = cache.actor(attempt);
  if (actor === null) throw new UnreadableActor(attempt, `step ${name} was set aside`);
  // The time of a job that could not be sent so far begins with this.
  const timeoutAt = timeoutAtOf(actor) ?? now + timeoutOf(actor.context);
  const endsAt = Math.min(timeoutAt, actor.timers[WITHIN] ?? timeoutAt);
  const dependencies: Record<string, unknown> = {};
  for (const index of entry.workflow.inputs[step] ?? []) {
    const address = stepAt(task, index);
    const on = cache.actor(address);
    const { name: dependency } = definitionOf(entry, index);
    if (on === null) {
      const why = store.setAsidesOf(task).find(({ ref }) => ref === refOf(address))?.why ?? null;
      throw new UnreadableActor(address, `step ${dependency} was set aside: ${why}`);
    }
    put(dependencies, dependency, on.context.output ?? null);
  }
  const job: FreshJob = {
    taskId: entry.id,
    step: name,
    attempt: actor.context.attempt,
    token,
    tenantId: entry.tenant,
    handler: nameKey(handler),
    payload: entry.request.payload,
    dependencies: Object.assign(dependencies, failuresFor(cache, entry, step)),
    idempotencyKey: `${entry.id}/${name}`,
    deadline: new Date(endsAt).toISOString(),
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
function failuresFor(cache: ActorCache, entry: TaskEntry, step: number): Readonly<Record<string, unknown>> {
  const { failuresAs } = definitionOf(entry, step);
  if (failuresAs === undefined) return {};
  const actors = entry.workflow.definition.steps.flatMap(
    (_, index) => cache.actor(stepAt(entry.no, index)) ?? [],
  );
  const outputs = actors.flatMap(({ index, state, context }) => {
    const { name, failuresAs: isHandler } = definitionOf(entry, index);
    if (state !== 'complete' || isHandler !== undefined) return [];
    return [[name, context.output ?? null] as const];
  });
  return { ...Object.fromEntries(outputs), [failuresAs]: failuresOf(entry, actors) };
}
