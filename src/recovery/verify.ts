/**
 * Verifies that a store holds what its machines would have made of it. Every snapshot opens, every journal
 * replays to it, and whatever is counted or indexed agrees with the states it is derived from.
 */

import { reasonOf } from '../errors.ts';
import { type Actor, actorName, openActor, type TaskEntry } from '../kernel/actor.ts';
import { statusOf } from '../kernel/turn.ts';
import { webhookStatus } from '../kernel/webhooks.ts';
import { addressOf, TASK_REF } from '../store/address.ts';
import type { ActorRow, TaskRow } from '../store/rows.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { allTasks, orphans, webhooksOf } from '../store/whole-tasks.ts';
import { openRecords, type Records } from './records.ts';
import { columnFindings } from './verify-columns.ts';
import { countFindings } from './verify-counts.ts';
import { journalFindings } from './verify-journal.ts';

export interface Finding {
  /** null: the store as a whole. */
  readonly taskId: string | null;
  /** `task`, `step:Name` or `webhook:1`. */
  readonly actor: string | null;
  readonly problem: string;
}

export interface Verified {
  readonly tasks: number;
  readonly findings: readonly Finding[];
}

/** A task with all its actors opened, as the checks want it. */
export interface OpenedTask {
  readonly store: SqliteStore;
  readonly row: TaskRow;
  readonly entry: TaskEntry;
  /** By ref. */
  readonly actors: ReadonlyMap<number, Actor>;
  readonly rows: ReadonlyMap<number, ActorRow>;
}

/** Reports a problem of one actor, by its ref. */
export type Report = (ref: number, problem: string) => void;

/** `goesOn` is asked after each task; when it says no, the rest is left unverified. */
export function verifyStore(store: SqliteStore, goesOn: () => boolean = () => true): Verified {
  const records = openRecords(store);
  const findings: Finding[] = [
    ...records.broken.map(({ name, why }) => ofStore(`workflow ${name} cannot be opened: ${why}`)),
    ...orphans(store).map(({ table, count }) => ofStore(`${count} rows of ${table} belong to no task`)),
  ];
  let tasks = 0;
  for (const row of allTasks(store)) {
    tasks++;
    findings.push(...verifyTask(store, row, records));
    if (!goesOn()) break;
  }
  return { tasks, findings };
}

const ofStore = (problem: string): Finding => ({ taskId: null, actor: null, problem });

function verifyTask(store: SqliteStore, row: TaskRow, { cache }: Records): Finding[] {
  const findings: Finding[] = [];
  let entry: TaskEntry;
  try {
    entry = cache.entryOf(row);
  } catch (error) {
    return [{ taskId: row.id, actor: 'task', problem: `it cannot be opened: ${reasonOf(error)}` }];
  }
  const tell: Report = (ref, problem) =>
    findings.push({ taskId: row.id, actor: nameOf(entry, ref), problem });
  const aside = new Map(store.setAsidesOf(row.no).map(({ ref, why }) => [ref, why]));
  for (const [ref, why] of aside) tell(ref, `it was set aside: ${why}`);
  const rows = new Map(store.actors(row.no).map((actor) => [actor.ref, actor]));
  const actors = new Map<number, Actor>();
  for (const [ref, actor] of rows) {
    if (aside.has(ref)) continue;
    try {
      actors.set(ref, openActor(entry, actor));
    } catch (error) {
      tell(ref, `its snapshot cannot be opened: ${reasonOf(error)}`);
    }
  }
  if (!rows.has(TASK_REF)) tell(TASK_REF, 'it has no actor');
  const task: OpenedTask = { store, row, entry, actors, rows };
  try {
    journalFindings(task, tell);
    columnFindings(task, tell);
    statusFindings(task, tell);
    // An actor that cannot be opened counts for an unknown number.
    if (actors.size === rows.size && actors.has(TASK_REF)) countFindings(task, tell);
  } catch (error) {
    tell(TASK_REF, `it cannot be checked: ${reasonOf(error)}`);
  }
  return findings;
}

function nameOf(entry: TaskEntry, ref: number): string {
  try {
    return actorName(entry, addressOf(entry.no, ref));
  } catch {
    // A row with a number the workflow has no step for: told under that number.
    return `actor ${ref}`;
  }
}

function statusFindings({ store, row, actors }: OpenedTask, tell: Report): void {
  const task = actors.get(TASK_REF);
  if (task !== undefined && statusOf(task.state) !== row.status) {
    tell(TASK_REF, `it is listed as ${row.status} and is ${statusOf(task.state)}`);
  }
  for (const { ref, status } of webhooksOf(store, row.no)) {
    const actor = actors.get(ref);
    if (actor === undefined) continue;
    const is = webhookStatus(statusOf(actor.state));
    if (is !== status) tell(ref, `it is listed as ${status} and is ${is}`);
  }
}
