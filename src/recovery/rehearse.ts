/**
 * Rehearses the upgrade of a store to a newer Troupe on a copy, which is thrown away. Only so is it known before
 * which tasks would be set aside.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Migrations } from '../../machines/index.ts';
import { reasonOf } from '../errors.ts';
import { schemaVersion } from '../store/database.ts';
import { MIGRATIONS } from '../store/migrations.ts';
import { openReadOnly } from '../store/read-only.ts';
import type { RowWriter } from '../store/row-writer.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import type { Diagnosis } from './doctor.ts';
import { contentAilments } from './doctor-content.ts';
import { hindranceOf } from './hindrance.ts';
import { isOfOlderMachines, type Upgraded, upgradeSnapshots } from './upgrade.ts';

export function isOfOlderVersion(path: string): boolean {
  if (schemaOf(path) < MIGRATIONS.length) return true;
  const store = new SqliteStore(path, { readOnly: true });
  try {
    return isOfOlderMachines(store);
  } finally {
    store.close();
  }
}

export function rehearseUpgrade(path: string, now: number, migrations?: Migrations): Diagnosis {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-upgrade-'));
  try {
    const copy = join(folder, 'store.db');
    copyStore(path, copy);
    let upgraded: Upgraded = { migrated: 0, setAside: 0 };
    const upgrade = (of: SqliteStore, rows: RowWriter): void => {
      upgraded = upgradeSnapshots(of, rows, { now, migrations });
    };
    const store = new SqliteStore(copy, { upgrade });
    try {
      const { facts, ailments } = contentAilments(store, now);
      const told = `the next start of this version brings it up to date, and ${upgraded.migrated} snapshots with it (tried on a copy): back it up before`;
      return { facts: [...facts, told], ailments };
    } finally {
      store.close();
    }
  } catch (error) {
    // A full disk says nothing about the store or about this version.
    if (hindranceOf(error) !== null) throw error;
    const problem = `this version could not bring it up to date: ${reasonOf(error)}`;
    return {
      facts: [],
      ailments: [{ code: 'UPGRADE_FAILS', problem, advice: 'stay with the version that wrote it' }],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function schemaOf(path: string): number {
  const { db, release } = openReadOnly(path);
  try {
    return schemaVersion(db, path);
  } finally {
    db.close();
    release();
  }
}

/** As it is at one moment, also beside a running server. */
function copyStore(path: string, copy: string): void {
  const { db, release } = openReadOnly(path);
  try {
    db.prepare('VACUUM INTO ?').run(copy);
  } finally {
    db.close();
    release();
  }
}
