/** Tasks out of a store, as the lines of a file of snapshots: all as they are at one moment. */

import { Refusal } from '../errors.ts';
import { readContext } from '../kernel/context-format.ts';
import { readEntries } from '../kernel/journal-format.ts';
import type { ActorRow, DependencyRow, TaskRow, WorkflowRow } from '../store/rows.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { allTasks, countTasks, familyOf, PRUNED, webhooksOf } from '../store/whole-tasks.ts';
import { headerFor, type SnapshotLine } from './snapshot-format.ts';

export interface ExportOptions {
  /** Only these; refused if one is not there. */
  readonly ids?: readonly string[];
  /** Only those in one of these states. */
  readonly statuses?: readonly string[];
  /** Default true. Without it a task goes on, and has forgotten what happened to it. */
  readonly journal?: boolean;
  readonly now: number;
}

/** Lines without their line break; the first is the header. */
export function* exportTasks(store: SqliteStore, options: ExportOptions): Generator<string> {
  const { ids = null, statuses = [], journal = true, now } = options;
  const chosen = ids === null ? null : find(store, ids);
  yield JSON.stringify(headerFor(chosen?.length ?? countTasks(store, statuses), now));
  const workflows = new Map(store.workflows().map((row) => [row.hash, row]));
  for (const row of chosen ?? allTasks(store, statuses)) {
    yield JSON.stringify(lineOf(store, row, workflows, journal));
  }
}

function find(store: SqliteStore, ids: readonly string[]): TaskRow[] {
  const wanted = [...new Set(ids)];
  const rows = wanted.map((id) => ({ id, row: store.taskById(id) }));
  const faults = rows.flatMap(({ id, row }) =>
    row === null ? [{ pointer: '', message: `there is no task ${id}` }] : [],
  );
  if (faults.length > 0) {
    throw new Refusal('TASK_NOT_FOUND', `${faults.length} of ${wanted.length} tasks are not there`, {
      faults,
    });
  }
  const families = rows.flatMap(({ row }) => (row === null ? [] : familyOf(store, rootOf(store, row).no)));
  // In the order they were submitted: what others depend on first, and children after their parents.
  return [...new Map(families.map((row) => [row.no, row])).values()].sort((a, b) => a.no - b.no);
}

/** A task goes with its whole family: none of it could go on alone. */
function rootOf(store: SqliteStore, row: TaskRow): TaskRow {
  const above = row.parent === null ? null : store.taskByNo(row.parent);
  return above === null ? row : rootOf(store, above);
}

function lineOf(
  store: SqliteStore,
  row: TaskRow,
  workflows: ReadonlyMap<string, WorkflowRow>,
  journal: boolean,
): SnapshotLine {
  const workflow = workflows.get(row.workflow) ?? null;
  return {
    task: {
      id: row.id,
      tenant: row.tenant,
      name: row.name,
      workflow: row.workflow,
      priority: row.priority,
      correlation: row.correlation,
      idempotencyKey: row.idempotency_key,
      requestHash: row.request_hash,
      createdAt: row.created_at,
      request: jsonOf(row.request),
      ...parentOf(store, row),
    },
    workflow:
      workflow === null
        ? null
        : {
            namespace: workflow.namespace,
            name: workflow.name,
            version: workflow.version,
            createdAt: workflow.created_at,
            definition: jsonOf(workflow.definition),
            ...sourceOf(store, workflow),
          },
    actors: store.actors(row.no).map(actorOf),
    journal: journal
      ? [...store.journal(row.no)].map(({ seq, count, entries }) => ({
          seq,
          count,
          entries: orText<Entries>(entries, (row) => readEntries(row) as unknown as Entries),
        }))
      : [],
    dependencies: store.dependenciesOf(row.no).map((dependency) => dependencyOf(store, dependency)),
    webhooks: webhooksOf(store, row.no).map(({ id, ref, type, url, body, status, created_at }) => ({
      id,
      ref,
      type,
      url,
      body,
      status,
      createdAt: created_at,
    })),
    setAside: store.setAsidesOf(row.no).map(({ ref, at, why }) => ({ ref, at, why })),
    ...signalsOf(store, row),
  };
}

function parentOf(store: SqliteStore, row: TaskRow): Pick<SnapshotLine['task'], 'parent'> {
  const above = row.parent === null ? null : store.taskByNo(row.parent);
  if (above === null) return {};
  const { parent_ref: ref, parent_index: index, parent_try: tried } = row;
  return { parent: { taskId: above.id, ref: ref ?? 0, index: index ?? 0, try: tried ?? 0 } };
}

function signalsOf(store: SqliteStore, { no }: TaskRow): Pick<SnapshotLine, 'signals'> {
  const sent = store.signalsOf(no).filter(({ task }) => task === no);
  if (sent.length === 0) return {};
  const taken = new Map(store.takenBy(no).map(({ signal, ref }) => [signal, ref]));
  return {
    signals: sent.map(({ no: signal, id, name, at, by, data }) => ({
      ...{ id, name, at, by, data },
      takenBy: taken.get(signal) ?? null,
    })),
  };
}

function sourceOf(
  store: SqliteStore,
  { hash }: WorkflowRow,
): Pick<NonNullable<SnapshotLine['workflow']>, 'source'> {
  const row = store.workflowSource(hash);
  return row === null ? {} : { source: { format: row.format, text: row.text } };
}

function actorOf({ ref, machine, state, context, timers }: ActorRow): SnapshotLine['actors'][number] {
  return {
    ref,
    machine,
    state,
    context: orText(context, readContext<Json>),
    timers: timers === null ? null : jsonOf(timers),
  };
}

type Entries = Exclude<SnapshotLine['journal'][number]['entries'], string>;
type Json = Readonly<Record<string, unknown>>;

const jsonOf = (text: string): Json | string => orText(text, (json) => JSON.parse(json) as Json);

function orText<T>(text: string, read: (text: string) => T): T | string {
  try {
    return read(text);
  } catch {
    // Damaged: kept as it is, for whoever wants to look at it.
    return text;
  }
}

function dependencyOf(
  store: SqliteStore,
  { name, on_task: on }: DependencyRow,
): SnapshotLine['dependencies'][number] {
  if (on === null) return { name, taskId: null, status: null };
  const task = on === PRUNED ? null : store.taskByNo(on);
  if (task === null) return { name, taskId: null, status: null, pruned: true };
  return { name, taskId: task.id, status: task.status };
}
