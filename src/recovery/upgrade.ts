/**
 * Migrates a store of older machines when a newer Troupe opens it. Every snapshot is migrated in the same
 * transaction as the schema, so that a store is of one version or the other. An actor that cannot be migrated is
 * set aside and listed; the rest runs.
 */

import type { Logger } from 'pino';
import type { Migrations } from '../../machines/index.ts';
import { reasonOf } from '../errors.ts';
import { openActor, rowOf } from '../kernel/actor.ts';
import type { JournalEntry } from '../kernel/journal.ts';
import { writeEntries } from '../kernel/journal-format.ts';
import { migrate, migrationEntry } from '../kernel/migrate.ts';
import { FIRST_VERSION, type Kind, MACHINE_VERSION, statusOf } from '../kernel/turn.ts';
import { webhookStatus } from '../kernel/webhooks.ts';
import type { RowWriter } from '../store/row-writer.ts';
import type { ActorRow } from '../store/rows.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { openRecords, type Records } from './records.ts';

export interface Upgraded {
  readonly migrated: number;
  readonly setAside: number;
}

export interface UpgradeOptions {
  readonly now: number;
  readonly log?: Logger;
  /** The migrations; by default those of the machines. */
  readonly migrations?: Migrations | undefined;
}

/** Under which a store says which machines its snapshots are of; the first release did not say. */
const MACHINES = 'machines';
const FIRST = 'task@1 step@1';
const PRESENT = Object.values(MACHINE_VERSION).join(' ');
const PAGE = 500;

export function isOfOlderMachines(store: SqliteStore): boolean {
  const written = (store.meta(MACHINES) ?? FIRST).split(' ');
  const versionOf = (kind: Kind): string =>
    written.find((version) => version.startsWith(`${kind}@`)) ?? FIRST_VERSION[kind];
  return Object.entries(MACHINE_VERSION).some(([kind, version]) => versionOf(kind as Kind) !== version);
}

/** Inside the caller's transaction. */
export function upgradeSnapshots(
  store: SqliteStore,
  rows: RowWriter,
  { now, log, migrations }: UpgradeOptions,
): Upgraded {
  if (!isOfOlderMachines(store)) return { migrated: 0, setAside: 0 };
  const records = openRecords(store);
  let migrated = 0;
  let setAside = 0;
  for (const [task, actors] of olderActors(store)) {
    const entries: JournalEntry[] = [];
    for (const row of actors) {
      try {
        entries.push(upgrade(rows, records, row, now, migrations));
        migrated++;
      } catch (error) {
        rows.setAside({ task, ref: row.ref, at: now, why: reasonOf(error) });
        setAside++;
      }
    }
    if (entries.length > 0)
      rows.appendJournal(task, store.lastSeq(task) + 1, entries.length, writeEntries(entries));
  }
  rows.setMeta(MACHINES, PRESENT);
  log?.info({ migrated, setAside }, 'the store was brought up to date with the machines of this version');
  return { migrated, setAside };
}

/** Makes anew the columns that follow from the state and serve look-ups. */
function upgrade(
  rows: RowWriter,
  { cache }: Records,
  row: ActorRow,
  now: number,
  migrations?: Migrations,
): JournalEntry {
  const next = migrate(row, migrations);
  const { task, ref } = row;
  const actor = openActor(cache.task(task), next);
  rows.updateActor(rowOf(actor));
  const status = statusOf(actor.state);
  if (actor.kind === 'task') rows.setTaskStatus(task, status);
  if (actor.kind === 'delivery') rows.setWebhookStatus(task, ref, webhookStatus(status));
  return migrationEntry(next, now);
}

/** Yields the actors of one task together. */
function* olderActors({ connection }: SqliteStore): Generator<[number, ActorRow[]]> {
  const present = Object.values(MACHINE_VERSION);
  const marks = present.map(() => '?').join(', ');
  const page = connection
    .prepare(
      `SELECT DISTINCT task FROM actors WHERE task > ? AND machine NOT IN (${marks}) ORDER BY task LIMIT ${PAGE}`,
    )
    .pluck();
  const ofTask = connection.prepare(
    `SELECT * FROM actors WHERE task = ? AND machine NOT IN (${marks}) ORDER BY ref`,
  );
  for (let after = 0; ; ) {
    const tasks = page.all(after, ...present) as number[];
    for (const task of tasks) yield [task, ofTask.all(task, ...present) as ActorRow[]];
    const last = tasks.at(-1);
    if (last === undefined) return;
    after = last;
  }
}
