/**
 * The tasks of one run. They share a tag, and each has an idempotency key of the run and its place in the input, so
 * that whoever runs the same file on the same store again finds the run that was interrupted, and repeats nothing.
 */

import { randomUUID } from 'node:crypto';
import { isRefusal, Refusal } from '../../errors.ts';
import type { Troupe } from '../../troupe.ts';
import { OPEN_TASK_STATUSES } from '../../views/statuses.ts';
import type { TaskStatus, TaskView } from '../../views/tasks.ts';
import { type CompiledWorkflow, LIMITS } from '../../workflow/definition.ts';
import { fullName } from '../../workflow/identity.ts';
import type { TaskRequest } from '../../workflow/task-request.ts';
import { Failure } from '../failure.ts';

export interface Batch {
  /** In input order, as they are at the start. */
  readonly tasks: readonly TaskView[];
  readonly isResumed: boolean;
}

const BY = 'troupe run';

/** `requests` are null when no input was given: then a new run is one task, and an old one goes on as it was. */
export async function startBatch(
  troupe: Troupe,
  workflow: CompiledWorkflow,
  requests: readonly TaskRequest[] | null,
  ifNew: () => readonly TaskRequest[],
): Promise<Batch> {
  const unfinished = findUnfinished(troupe, workflow);
  const tag = unfinished ?? `run:${randomUUID()}`;
  const asked = requests ?? (unfinished === null ? ifNew() : []);
  await submitAll(troupe, tag, asked, nameIn(troupe, workflow));
  const tasks = [...pagesOf(troupe, { tag })].reverse();
  for (const { id, status } of tasks) {
    const options = { by: BY, reason: 'run again' };
    if (status === 'paused') await troupe.taskVerb(null, id, 'resume', options);
  }
  return { tasks, isResumed: unfinished !== null };
}

/** The tag of the run that was interrupted, or null. */
function findUnfinished(troupe: Troupe, workflow: CompiledWorkflow): string | null {
  const { name, version } = workflow.definition;
  const full = fullName(workflow.definition);
  for (const status of OPEN_TASK_STATUSES) {
    for (const task of pagesOf(troupe, { name: full, status })) {
      const tag = task.tags.find((each) => each.startsWith('run:'));
      if (tag === undefined) continue;
      if (task.workflow?.hash === workflow.hash) return tag;
      throw new Failure(
        `the store holds an unfinished run of ${name} ${task.workflow?.version}; this is ${version}`,
        { notes: ['Run the file it was started with to its end first, or give another --db.'] },
      );
    }
  }
  return null;
}

function* pagesOf(
  troupe: Troupe,
  query: { tag?: string; name?: string; status?: TaskStatus },
): Generator<TaskView> {
  let cursor: string | null = null;
  do {
    const more: { cursor?: string } = cursor === null ? {} : { cursor };
    const page = troupe.listTasks({ tenantId: null, limit: LIMITS.tasksPerBatch, ...query, ...more });
    yield* page.tasks;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** The bare name where that means it, as it did when an interrupted run of an earlier release began. */
function nameIn(troupe: Troupe, { definition, hash }: CompiledWorkflow): string {
  const { name, version } = definition;
  try {
    if (troupe.getWorkflow(name, version).hash === hash) return name;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  return fullName(definition);
}

async function submitAll(
  troupe: Troupe,
  tag: string,
  requests: readonly TaskRequest[],
  name: string,
): Promise<void> {
  const keyed = requests.map((request, index) => ({
    ...request,
    name,
    tags: [tag],
    idempotencyKey: `${tag}/${index + 1}`,
    sourceSystem: BY,
  }));
  try {
    for (let from = 0; from < keyed.length; from += LIMITS.tasksPerBatch) {
      await troupe.submitBatch(keyed.slice(from, from + LIMITS.tasksPerBatch));
    }
  } catch (cause) {
    if (!isRefusal(cause, 'IDEMPOTENCY_KEY_REUSED')) throw cause;
    const help = 'Leave --input out to go on with it as it is, or give another --db for a new run.';
    throw new Failure('the store holds an unfinished run with another input', { notes: [help], cause });
  }
}
