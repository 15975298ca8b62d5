/** Checks whether a line of a file of snapshots can become a stored task, before any row is written. */

import { Refusal, reasonOf } from '../errors.ts';
import { openActor } from '../kernel/actor.ts';
import { migrate } from '../kernel/migrate.ts';
import { statusOf } from '../kernel/turn.ts';
import { TASK_REF } from '../store/address.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { shortName } from '../workflow/identity.ts';
import { isSingle } from '../workflow/registry.ts';
import type { Records } from './records.ts';
import { actorRowsOf, taskRowOf } from './restore-rows.ts';
import { parseLine, type SnapshotLine } from './snapshot-format.ts';

export interface RestoreProblem {
  /** The line of the file, from 1. */
  readonly line: number;
  readonly taskId: string | null;
  readonly problem: string;
}

/** A task that can be restored, as far as it alone is asked. */
export interface Candidate {
  readonly id: string;
  readonly tenant: string;
  /** One of this id is in the store. */
  readonly exists: boolean;
  readonly isEnded: boolean;
  readonly dependencies: SnapshotLine['dependencies'];
  /** The task whose child it is, or null. */
  readonly parentId: string | null;
}

interface Examination {
  readonly store: SqliteStore;
  readonly records: Records;
  readonly number: number;
  readonly value: unknown;
  /** Ids and idempotency keys of the lines before. */
  readonly seen: Set<string>;
  readonly tell: (taskId: string | null, problem: string) => void;
}

/** Null for a line that was told to be unfit. */
export function examine({ store, records, number, value, seen, tell }: Examination): Candidate | null {
  let line: SnapshotLine;
  try {
    line = parseLine(value, number);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const { pointer, message } of error.faults) tell(null, `${pointer} ${message}`.trim());
    return null;
  }
  const { id, tenant, idempotencyKey } = line.task;
  const candidate: Candidate = {
    id,
    tenant,
    exists: store.taskById(id) !== null,
    isEnded: ['complete', 'cancelled'].includes(statusIn(line)),
    dependencies: line.dependencies,
    parentId: line.task.parent?.taskId ?? null,
  };
  if (candidate.exists) return candidate;
  const problems = [
    ...repeated(seen, `id ${id}`, 'it stands in the file twice'),
    ...(idempotencyKey === null ? [] : keyProblems(store, seen, tenant, idempotencyKey)),
    ...damageProblems(line),
    ...workflowProblems(records, line),
    ...webhookProblems(store, line),
  ];
  if (problems.length === 0) problems.push(...actorProblems(records, line));
  for (const problem of problems) tell(id, problem);
  return problems.length === 0 ? candidate : null;
}

const statusIn = ({ actors }: SnapshotLine): string =>
  statusOf(actors.find(({ ref }) => ref === TASK_REF)?.state ?? '');

function repeated(seen: Set<string>, what: string, problem: string): string[] {
  if (seen.has(what)) return [problem];
  seen.add(what);
  return [];
}

function keyProblems(store: SqliteStore, seen: Set<string>, tenant: string, key: string): string[] {
  const owner = store.taskByIdempotencyKey(tenant, key);
  if (owner !== null) return [`its idempotency key ${key} belongs to task ${owner.id} of this store`];
  return repeated(seen, `key ${tenant}\n${key}`, `its idempotency key ${key} stands in the file twice`);
}

/** Texts where JSON was stored. */
function damageProblems({ task, workflow, actors, journal }: SnapshotLine): string[] {
  const damaged = [
    ['its request', task.request],
    ['its workflow', workflow?.definition],
    ...actors.flatMap(({ ref, context, timers }) => [
      [`the snapshot of its actor ${ref}`, context],
      [`the timers of its actor ${ref}`, timers],
    ]),
    ...journal.map(({ seq, entries }) => [`its journal at entry ${seq}`, entries]),
  ];
  const problems = damaged
    .filter(([, value]) => typeof value === 'string')
    .map(([what]) => `${what} is damaged`);
  const wrong = journal.filter(
    ({ count, entries }) => typeof entries !== 'string' && entries.length !== count,
  );
  return [...problems, ...wrong.map(({ seq }) => `its journal at entry ${seq} lacks entries`)];
}

/** Makes a workflow known that is not yet; it is stored with the first task that is. */
function workflowProblems({ registry }: Records, { task, workflow }: SnapshotLine): string[] {
  if (isSingle(task.workflow) || registry.open(task.workflow) !== null) return [];
  if (workflow === null) return [`its workflow ${task.workflow} is neither in the file nor in the store`];
  const { name, version } = workflow;
  try {
    const compiled = compileWorkflow(workflow.definition as unknown as WorkflowDefinition);
    const { definition } = compiled;
    const { namespace = definition.namespace } = workflow;
    const isSame = definition.name === name && definition.namespace === namespace;
    if (compiled.hash !== task.workflow || !isSame)
      return [`its workflow ${name} ${version} was changed since the export`];
    if (registry.versionOf(definition, version) !== null)
      return [`workflow ${shortName(definition)} ${version} is in the store with other content`];
    registry.add(compiled);
    return [];
  } catch (error) {
    return [`its workflow ${name} ${version} cannot be opened: ${reasonOf(error)}`];
  }
}

function webhookProblems(store: SqliteStore, { webhooks }: SnapshotLine): string[] {
  return webhooks
    .filter(({ id }) => store.webhook(id) !== null)
    .map(({ id }) => `its webhook ${id} is in the store already`);
}

/** A snapshot is opened by the machine version that wrote it, or after its migrations, or not at all. */
function actorProblems({ cache }: Records, line: SnapshotLine): string[] {
  const entry = cache.entryOf(taskRowOf(line, 0));
  const refs = new Set(line.actors.map(({ ref }) => ref));
  if (refs.size < line.actors.length) return ['one of its actors stands in it twice'];
  if (!refs.has(TASK_REF)) return ['it has no actor of its own'];
  return actorRowsOf(line, 0).flatMap((row) => {
    try {
      openActor(entry, migrate(row));
      return [];
    } catch (error) {
      return [`actor ${row.ref}: ${reasonOf(error)}`];
    }
  });
}
