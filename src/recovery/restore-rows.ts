/** A line of a file of snapshots as the rows of a store. Queues and due times are made anew from the states. */

import { openActor, rowOf } from '../actors/actor.ts';
import type { JournalEntry } from '../actors/journal.ts';
import { writeEntries } from '../actors/journal-format.ts';
import { migrate, migrationEntry } from '../actors/migrate.ts';
import { statusOf } from '../actors/turn.ts';
import type { ActorRow, TaskRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { PRUNED, tagsOf } from '../store/whole-tasks.ts';
import type { Records } from './records.ts';
import type { Candidate } from './restore-checks.ts';
import type { SnapshotLine } from './snapshot-format.ts';

export function taskRowOf({ task, actors }: SnapshotLine, no: number): TaskRow {
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
  }));
}

/** All but its dependencies, which may stand further down in the file. */
export function writeTask(store: Store, { memory, stored }: Records, no: number, line: SnapshotLine): void {
  const row = taskRowOf(line, no);
  writeWorkflow(store, stored, line);
  store.insertTask({
    ...row,
    idempotencyKey: row.idempotency_key,
    requestHash: row.request_hash,
    createdAt: row.created_at,
    tags: tagsOf(row.request),
  });
  const entry = memory.entryOf(row);
  const actors = actorRowsOf(line, no).map((actor) => migrate(actor));
  for (const actor of actors) store.insertActor(rowOf(openActor(entry, actor)));
  for (const { ref, at, why } of line.setAside) store.setAside(no, ref, at, why);
  for (const { seq, entries } of line.journal) {
    store.appendJournal(no, seq, entries.length, writeEntries(entries as JournalEntry[]));
  }
  journalMigrations(store, no, line, actors);
  for (const { createdAt, ...webhook } of line.webhooks) {
    store.insertWebhook({ ...webhook, task: no, tenant: row.tenant, created_at: createdAt });
  }
}

/** Of those an older machine wrote: from here on they can be replayed. */
function journalMigrations(store: Store, no: number, line: SnapshotLine, actors: readonly ActorRow[]): void {
  const { journal, task } = line;
  const [last] = (journal.at(-1)?.entries ?? []) as unknown as JournalEntry[];
  const migrated = actors.filter(({ machine }, index) => machine !== line.actors[index]?.machine);
  const entries = migrated.map((row) => migrationEntry(row, last?.e.at ?? task.createdAt));
  if (entries.length > 0)
    store.appendJournal(no, store.lastSeq(no) + 1, entries.length, writeEntries(entries));
}

function writeWorkflow(store: Store, stored: Set<string>, { task, workflow }: SnapshotLine): void {
  if (workflow === null || stored.has(task.workflow)) return;
  stored.add(task.workflow);
  const { name, version, createdAt, definition, source } = workflow;
  store.insertWorkflow({
    hash: task.workflow,
    name,
    version,
    definition: JSON.stringify(definition),
    created_at: createdAt,
  });
  if (source !== undefined) store.insertWorkflowSource({ hash: task.workflow, ...source });
}

/** `numbers` of the tasks restored with it, by id. */
export function writeDependencies(
  store: Store,
  { id, tenant, isEnded, dependencies }: Candidate,
  numbers: ReadonlyMap<string, number>,
): void {
  const task = numbers.get(id);
  if (task === undefined) throw new Error(`assertion failed: task ${id} was restored`);
  for (const [position, { name, taskId, status, pruned }] of dependencies.entries()) {
    const known = taskId === null ? null : (numbers.get(taskId) ?? store.taskById(taskId)?.no ?? null);
    // Whoever still waits for one that is nowhere waits for a new one of that name.
    const isOver = pruned === true || (taskId !== null && (isEnded || status === 'complete'));
    store.putDependency({ task, position, name, on_task: known ?? (isOver ? PRUNED : null), tenant });
  }
}
