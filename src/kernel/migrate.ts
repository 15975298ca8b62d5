/**
 * Snapshots of older machine versions, made into those of the present one, one version after another; and the journal
 * entry that says so. A replay takes what came before that entry from the journal's own words, since the machine that
 * wrote it is gone, and goes on from the snapshot it holds.
 */

import { MACHINE_MIGRATIONS, type Migrations, type StoredSnapshot } from '../../machines/index.ts';
import { addressOf } from '../store/address.ts';
import type { ActorRow } from '../store/rows.ts';
import { kindOf } from './actor.ts';
import { readContext, writeContext } from './context-format.ts';
import type { JournalEntry } from './journal.ts';
import { hasState, MACHINE_VERSION } from './turn.ts';

export const MIGRATED = 'actor.migrated';

type Row = Pick<ActorRow, 'task' | 'ref' | 'machine' | 'state' | 'context' | 'timers'>;

/** The row for the machines of now; itself if it is of those. Throws why it cannot become one. */
export function migrate<R extends Row>(row: R, migrations: Migrations = MACHINE_MIGRATIONS): R {
  const kind = kindOf(addressOf(row.task, row.ref));
  const present = MACHINE_VERSION[kind];
  if (row.machine === present) return row;
  let version = row.machine;
  let snapshot: StoredSnapshot = {
    state: row.state,
    context: readContext(row.context),
    timers: JSON.parse(row.timers ?? '{}') as StoredSnapshot['timers'],
  };
  while (version !== present) {
    const next = migrations[version];
    if (next === undefined) throw new Error(`its snapshot is of machine ${row.machine}, this is ${present}`);
    snapshot = next(snapshot);
    version = after(version);
  }
  if (!hasState(kind, snapshot.state))
    throw new Error(
      `machine ${present} has no state ${snapshot.state}, which it came to from ${row.machine}`,
    );
  const timers = Object.keys(snapshot.timers).length === 0 ? null : JSON.stringify(snapshot.timers);
  return {
    ...row,
    machine: present,
    state: snapshot.state,
    context: writeContext(snapshot.context),
    timers,
  };
}

function after(version: string): string {
  const [kind = '', number] = version.split('@');
  return `${kind}@${Number(number) + 1}`;
}

/** Where replays begin for this actor from now on. */
export function migrationEntry({ ref, machine, state, context, timers }: Row, at: number): JournalEntry {
  const snapshot = { context: readContext(context), timers: JSON.parse(timers ?? '{}') as unknown };
  return { r: ref, e: { type: MIGRATED, at, machine, ...snapshot }, t: state };
}
