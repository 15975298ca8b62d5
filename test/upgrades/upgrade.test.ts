/** A newer Troupe on an older store: the machines' snapshots and the schema, in one transaction, tried beforehand. */

import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { MACHINE_MIGRATIONS, type Migrations } from '../../machines/index.ts';
import { MACHINE_VERSION } from '../../src/kernel/turn.ts';
import { rehearseUpgrade } from '../../src/recovery/rehearse.ts';
import { type Upgraded, upgradeSnapshots } from '../../src/recovery/upgrade.ts';
import { verifyStore } from '../../src/recovery/verify.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import type { RowWriter } from '../../src/store/row-writer.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { allSetAsides } from '../../src/store/whole-tasks.ts';
import { openStore } from '../recovery/stores.ts';
import { handlers, startTroupe, taskFact, temporaryFolder } from '../support.ts';
import { age, inFile, writeOldStore } from './old-store.ts';

/** Tasks of the store that wait for a worker. */
const QUEUED = 6;
const CANCELLED = 10;
const NOW = Date.UTC(2040, 0, 1);

/** The machine before the first called `pending.queued` otherwise, and had a state that nothing follows. */
const migrations: Migrations = {
  'step@0': ({ state, ...snapshot }) => {
    if (state === 'dreaming') throw new Error('nobody knows what became of dreaming');
    return { ...snapshot, state: state === 'waiting' ? 'pending.queued' : state };
  },
};

let db: string;
beforeEach(() => {
  db = join(temporaryFolder(), 'troupe.db');
  writeOldStore(db, 'v1');
  age(db, QUEUED, (state) => (state === 'pending.queued' ? 'waiting' : state));
});

function upgrade(by = migrations): Upgraded {
  let upgraded: Upgraded = { migrated: 0, setAside: 0 };
  const run = (store: SqliteStore, rows: RowWriter): void => {
    upgraded = upgradeSnapshots(store, rows, { now: NOW, migrations: by });
  };
  new SqliteStore(db, { upgrade: run }).close();
  return upgraded;
}

const idOf = (task: number): string =>
  inFile(db, (file) => file.prepare('SELECT id FROM tasks WHERE no = ?').pluck().get(task) as string);

describe('a snapshot of an older machine', () => {
  it('is migrated when the store is opened, once, and its task goes on', async () => {
    expect(upgrade()).toEqual({ migrated: 1, setAside: 0 });
    expect(upgrade()).toEqual({ migrated: 0, setAside: 0 });
    const troupe = await startTroupe({ db, handlers: handlers({ Unserved: () => 'at last' }) });
    await taskFact(troupe, idOf(QUEUED), 'complete');
  });

  it('has a journal that begins anew with it: it replays to what is stored, and its past keeps its states', async () => {
    upgrade();
    expect(verifyStore(openStore(db)).findings).toEqual([]);
    const troupe = await startTroupe({ db, handlers: handlers({ Unserved: () => 'at last' }) });
    await taskFact(troupe, idOf(QUEUED), 'complete');
    const events = [...troupe.history(null, idOf(QUEUED))];
    expect(events.map(({ event }) => event)).toContain('actor.migrated');
    await troupe.close();
    expect(verifyStore(openStore(db)).findings).toEqual([]);
  });

  it('without a migration is set aside and listed; the others run', async () => {
    age(db, CANCELLED, () => 'dreaming');
    expect(upgrade()).toEqual({ migrated: 1, setAside: 1 });
    const store = openStore(db);
    expect(allSetAsides(store)).toMatchObject([
      { task: CANCELLED, ref: 1, why: 'nobody knows what became of dreaming' },
    ]);
    store.close();
    const troupe = await startTroupe({ db, handlers: handlers({ Unserved: () => 'at last' }) });
    await taskFact(troupe, idOf(QUEUED), 'complete');
  });

  it('is told of before the upgrade: what would be migrated, and which tasks would not go on', () => {
    const well = rehearseUpgrade(db, NOW, migrations);
    expect(well.facts.join()).toContain('1 snapshots with it');
    const lacking = rehearseUpgrade(db, NOW, {});
    const told = lacking.ailments.find(({ code }) => code === 'MACHINE_LACKING');
    expect(told?.problem).toContain('step@0');
    expect(told?.problem).toContain(idOf(QUEUED));
    // Nothing was done to the store itself.
    expect(upgrade()).toEqual({ migrated: 1, setAside: 0 });
  });
});

it('from any machine version ever released leads to that of now', () => {
  for (const [kind, version] of Object.entries(MACHINE_VERSION)) {
    const number = Number(version.split('@')[1]);
    for (let from = 1; from < number; from++) expect(MACHINE_MIGRATIONS).toHaveProperty([`${kind}@${from}`]);
  }
});

describe('an upgrade', () => {
  it('that fails half-way leaves the store as it was', () => {
    const fail = (store: SqliteStore, rows: RowWriter): never => {
      upgradeSnapshots(store, rows, { now: NOW, migrations });
      throw new Error('the power went');
    };
    expect(() => new SqliteStore(db, { upgrade: fail })).toThrow('the power went');
    const machine = inFile(db, (file) =>
      file.prepare('SELECT machine FROM actors WHERE task = ? AND ref = 1').pluck().get(QUEUED),
    );
    expect(machine).toBe('step@0');
    expect(upgrade()).toEqual({ migrated: 1, setAside: 0 });
  });

  it('changes the schema and the snapshots in one transaction', () => {
    const released = inFile(db, (file) => file.pragma('user_version', { simple: true }));
    expect(released).toBe(1);
    const fail = (): never => {
      throw new Error('the power went');
    };
    (MIGRATIONS as string[]).push('CREATE TABLE notes (note TEXT)');
    try {
      expect(() => new SqliteStore(db, { upgrade: fail })).toThrow('the power went');
      const noted = "SELECT count(*) FROM sqlite_schema WHERE name = 'notes'";
      const tables = (): unknown => inFile(db, (file) => file.prepare(noted).pluck().get());
      expect(tables()).toBe(0);
      expect(rehearseUpgrade(db, NOW, migrations).ailments.map(({ code }) => code)).not.toContain(
        'UPGRADE_FAILS',
      );
      expect(upgrade()).toEqual({ migrated: 1, setAside: 0 });
      expect(tables()).toBe(1);
    } finally {
      (MIGRATIONS as string[]).pop();
    }
  });
});
