/** The job of an attempt, made of what is committed; it is made again whenever it is to be sent again. */

import { failure } from '../../machines/failure-codes.ts';
import { timeoutOf } from '../../machines/index.ts';
import { WITHIN } from '../../machines/step-time.ts';
import { definitionOf, placeOf, type TaskEntry, timeoutAtOf } from '../kernel/actor.ts';
import { type ActorCache, UnreadableActor } from '../kernel/actor-cache.ts';
import type { ApprovalLinks } from '../kernel/approval-links.ts';
import type { Attempt } from '../kernel/attempts.ts';
import { BY_CONDITION, failuresOf } from '../kernel/task-effects.ts';
import { statusOf } from '../kernel/turn.ts';
import { refOf } from '../store/address.ts';
import type { Store } from '../store/store.ts';
import { boundError } from '../worker/bound-error.ts';
import { describe } from '../worker/describe.ts';
import type { CompensatedStep, OutcomeError } from '../worker/job.ts';
import { type FreshJob, put } from '../worker/own.ts';
import { type Arguments, fillArguments } from '../workflow/arguments.ts';
import { isBuiltIn } from '../workflow/built-in.ts';
import { nameKey } from '../workflow/name-key.ts';

/** Jobs are made of what is stored, and of these. */
export interface JobParts {
  readonly store: Store;
  readonly cache: ActorCache;
  readonly links: ApprovalLinks;
}

/**
 * Its values are those in memory, the same objects for all jobs of a task: read only, and given to handlers as their own
 * (`makeOwn`). Throws `UnreadableActor` when something it is made of was set aside.
 */
export function makeJob(
  { store, cache, links }: JobParts,
  attempt: Attempt,
  now: number,
  traceparent?: string,
): FreshJob {
  const { task, index: step, token } = attempt;
  const entry = cache.task(task);
  const { name, handler, isolation, memoryMb, with: written } = definitionOf(entry, step);
  const actor = cache.actor(attempt);
  if (actor === null) throw new UnreadableActor(attempt, `step ${name} was set aside`);
  // The time of a job that could not be sent so far begins with this.
  const timeoutAt = timeoutAtOf(actor) ?? now + timeoutOf(actor.context);
  const endsAt = Math.min(timeoutAt, actor.timers[WITHIN] ?? timeoutAt);
  const dependencies: Record<string, unknown> = {};
  for (const index of entry.workflow.inputs[step] ?? []) {
    const address = placeOf(entry, index);
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
    with: {},
    idempotencyKey: `${entry.id}/${name}`,
    deadline: new Date(endsAt).toISOString(),
  };
  if (traceparent !== undefined) job.traceparent = traceparent;
  if (isolation !== undefined) job.isolation = isolation;
  if (memoryMb !== undefined) job.memoryMb = memoryMb;
  const compensates = compensatedBy(cache, entry, step);
  if (compensates !== null) job.compensates = compensates;
  if (entry.workflow.waits.size > 0 && !isBuiltIn(handler)) {
    const approvals = links.ofTask(cache, entry);
    if (approvals !== null) job.approvals = approvals;
  }
  if (written !== undefined) {
    job.with = argumentsOf(written, job);
    // They came for the arguments alone: a handler gets the outputs of the steps that it depends on.
    for (const index of furtherUp(entry, step)) delete dependencies[definitionOf(entry, index).name];
  }
  return job;
}

/** The steps that one refers to without depending on them stand behind its dependencies. */
const furtherUp = (
  { workflow: { inputs, dependencies, compensations } }: TaskEntry,
  step: number,
): readonly number[] => (inputs[step] ?? []).slice(compensations.has(step) ? 1 : dependencies[step]?.length);

/** There are no arguments for the attempt, nor will there be at another time. */
class NoArguments extends Error {
  readonly error: OutcomeError;

  constructor(error: OutcomeError) {
    super(error.message);
    this.error = error;
  }
}

function argumentsOf(written: Arguments, job: FreshJob): Arguments {
  const made = fillArguments(written, job);
  if ('filled' in made) return made.filled;
  throw new NoArguments(boundError(failure('PermanentError', made.fault.code, made.fault.message)));
}

/** Why an attempt has failed whose job cannot be made: nobody else's trouble. */
export function unmade(thrown: unknown): OutcomeError {
  if (thrown instanceof NoArguments) return thrown.error;
  return { ...describe(thrown), retryable: !(thrown instanceof UnreadableActor) };
}

/** The step that this one takes back, or null: it is no compensation. */
function compensatedBy(cache: ActorCache, entry: TaskEntry, step: number): CompensatedStep | null {
  const of = entry.workflow.compensations.get(step);
  const actor = of === undefined ? null : cache.actor(placeOf(entry, of));
  if (actor === null) return null;
  const { name } = definitionOf(entry, actor.index);
  const { output = null, error = null, attempt } = actor.context;
  const done = { step: name, output, error, attempt, idempotencyKey: `${entry.id}/${name}` };
  if (actor.kind !== 'wait' || actor.context.next === undefined) return done;
  const { total = 0, done: complete = 0, lost = 0 } = actor.context;
  return { ...done, children: { total, done: complete, lost } };
}

/** A failure handler depends on no step, and is told what failed, what the others have made, and what was taken back. */
function failuresFor(cache: ActorCache, entry: TaskEntry, step: number): Readonly<Record<string, unknown>> {
  const { failuresAs } = definitionOf(entry, step);
  if (failuresAs === undefined) return {};
  const actors = entry.workflow.steps.flatMap((_, index) => cache.actor(placeOf(entry, index)) ?? []);
  const completed: { readonly step: string; readonly output: unknown }[] = [];
  const compensated: { readonly step: string; readonly status: string; readonly error: unknown }[] = [];
  for (const { index, state, context } of actors) {
    const { name, compensates, ...definition } = definitionOf(entry, index);
    const { output = null, error = null, resolvedBy } = context;
    if (compensates !== undefined) {
      if (resolvedBy !== BY_CONDITION)
        compensated.push({ step: compensates, status: statusOf(state), error });
    } else if (state === 'complete' && definition.failuresAs === undefined)
      completed.push({ step: name, output });
  }
  const outputs = completed.map(({ step: name, output }) => [name, output] as const);
  const lists = { completed, compensated, [failuresAs]: failuresOf(entry, actors) };
  // Steps of those names go before.
  return { ...lists, ...Object.fromEntries(outputs), [failuresAs]: lists[failuresAs] };
}
