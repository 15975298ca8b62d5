/** A line of a file of snapshots as the rows of a store. Queues, due times and waves are made anew from the states. */

import { openActor, rowOf } from '../kernel/actor.ts';
import { wavesAnew } from '../kernel/child-waves.ts';
import type { JournalEntry } from '../kernel/journal.ts';
import { writeEntries } from '../kernel/journal-format.ts';
import { migrate, migrationEntry } from '../kernel/migrate.ts';
import { statusOf } from '../kernel/turn.ts';
import type { RowWriter } from '../store/row-writer.ts';
import type { ActorRow, TaskRow } from '../store/rows.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { PRUNED, tagsOf } from '../store/whole-tasks.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import type { Records } from './records.ts';
import type { Candidate } from './restore-checks.ts';
import type { SnapshotLine } from './snapshot-format.ts';

/** A store whose rows are written in one transaction, and read meanwhile. */
interface Target {
  readonly store: SqliteStore;
  readonly rows: RowWriter;
}

/** `parent`: the number of the task whose child it is, or null. */
export function taskRowOf({ task, actors }: SnapshotLine, no: number, parent: number | null = null): TaskRow {
  return {
    no,
    id: task.id,
    tenant: task.tenant,
    name: task.name,
    workflow: task.workflow,
    status: statusOf(actors.find(({ ref }) => ref === 0)?.state ?? 'pending'),
    priority: task.priority,
    correlation: task.correlation,
    idempotency_key: task.idempotencyKey,
    request_hash: task.requestHash,
    created_at: task.createdAt,
    request: JSON.stringify(task.request),
    parent,
    parent_ref: parent === null ? null : (task.parent?.ref ?? null),
    parent_index: parent === null ? null : (task.parent?.index ?? null),
    parent_try: parent === null ? null : (task.parent?.try ?? null),
  };
}

export function actorRowsOf({ actors }: SnapshotLine, no: number): ActorRow[] {
  return actors.map(({ ref, machine, state, context, timers }) => ({
    task: no,
    ref,
    machine,
    state,
    context: typeof context === 'string' ? context : JSON.stringify(context),
    due_at: null,
    timers: timers === null ? null : JSON.stringify(timers),
    queue: null,
    awaits: null,
    runs_on: null,
  }));
}

/** All but its dependencies, which may stand further down in the file. */
export function writeTask(
  { store, rows }: Target,
  { cache, stored }: Records,
  { no, parent }: { readonly no: number; readonly parent: number | null },
  line: SnapshotLine,
): void {
  const row = taskRowOf(line, no, parent);
  writeWorkflow(rows, stored, line);
  rows.insertTask({
    ...row,
    idempotencyKey: row.idempotency_key,
    requestHash: row.request_hash,
    createdAt: row.created_at,
    tags: tagsOf(row.request),
    parent:
      parent === null || line.task.parent === undefined
        ? null
        : {
            task: parent,
            ref: line.task.parent.ref,
            index: line.task.parent.index,
            try: line.task.parent.try,
          },
  });
  const entry = cache.entryOf(row);
  const actors = actorRowsOf(line, no).map((actor) => migrate(actor));
  for (const actor of actors) {
    const opened = openActor(entry, actor);
    rows.insertActor(rowOf(opened));
    if (opened.kind !== 'wait') continue;
    for (const wave of wavesAnew(opened, row.status === 'paused')) rows.putChildWave(wave);
  }
  for (const { ref, at, why } of line.setAside) rows.setAside({ task: no, ref, at, why });
  for (const { seq, entries } of line.journal) {
    rows.appendJournal(no, seq, entries.length, writeEntries(entries as JournalEntry[]));
  }
  writeSignals({ store, rows }, row, line);
  journalMigrations({ store, rows }, no, line, actors);
  for (const { createdAt, ...webhook } of line.webhooks) {
    rows.insertWebhook({ ...webhook, task: no, tenant: row.tenant, created_at: createdAt });
  }
}

/** Under new numbers; an id that another signal has here stays away. */
function writeSignals(
  { store, rows }: Target,
  { no: task, tenant }: TaskRow,
  { signals = [] }: SnapshotLine,
): void {
  let no = store.lastSignalNo();
  for (const { id, name, at, by, data, takenBy } of signals) {
    if (store.signalById(tenant, id) !== null) continue;
    rows.insertSignal({
      no: ++no,
      tenant,
      name,
      key: null,
      task,
      id,
      at,
      until: null,
      by,
      data,
      taken_at: null,
    });
    if (takenBy !== null) rows.takeSignal({ task, ref: takenBy, signal: no, at });
  }
}

/** Migrates journals that an older machine wrote: from here on they can be replayed. */
function journalMigrations(
  { store, rows }: Target,
  no: number,
  line: SnapshotLine,
  actors: readonly ActorRow[],
): void {
  const { journal, task } = line;
  const [last] = (journal.at(-1)?.entries ?? []) as unknown as JournalEntry[];
  const migrated = actors.filter(({ machine }, index) => machine !== line.actors[index]?.machine);
  const entries = migrated.map((row) => migrationEntry(row, last?.e.at ?? task.createdAt));
  if (entries.length > 0)
    rows.appendJournal(no, store.lastSeq(no) + 1, entries.length, writeEntries(entries));
}

function writeWorkflow(rows: RowWriter, stored: Set<string>, { task, workflow }: SnapshotLine): void {
  if (workflow === null || stored.has(task.workflow)) return;
  stored.add(task.workflow);
  const { name, version, createdAt, definition, source } = workflow;
  rows.insertWorkflow({
    hash: task.workflow,
    // The checks have compiled it; the definition says where it belongs in the exports of all releases.
    namespace: (definition as unknown as WorkflowDefinition).namespace,
    name,
    version,
    definition: JSON.stringify(definition),
    created_at: createdAt,
  });
  if (source !== undefined) rows.insertWorkflowSource({ hash: task.workflow, ...source });
}

/** `numbers` of the tasks restored with it, by id. */
export function writeDependencies(
  { store, rows }: Target,
  { id, tenant, isEnded, dependencies }: Candidate,
  numbers: ReadonlyMap<string, number>,
): void {
  const task = numbers.get(id);
  if (task === undefined) throw new Error(`assertion failed: task ${id} was restored`);
  for (const [position, { name, taskId, status, pruned }] of dependencies.entries()) {
    const known = taskId === null ? null : (numbers.get(taskId) ?? store.taskById(taskId)?.no ?? null);
    // Whoever still waits for one that is nowhere waits for a new one of that name.
    const isOver = pruned === true || (taskId !== null && (isEnded || status === 'complete'));
    rows.putDependency({ task, position, name, on_task: known ?? (isOver ? PRUNED : null), tenant });
  }
}
