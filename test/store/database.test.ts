/** The file: how it is opened, who may open it, and what is refused with which advice. */

import { mkdirSync, renameSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Refusal } from '../../src/errors.ts';
import { openDatabase } from '../../src/store/database.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { TroupeProcess } from '../harness/kill/process.ts';
import { request, startTroupe, temporaryFolder } from '../support.ts';

const FULL = 2;

let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), 'troupe.db');
});

const refusal = (open: () => unknown): Refusal => {
  try {
    open();
  } catch (error) {
    return error as Refusal;
  }
  throw new Error('it was not refused');
};

describe('a connection', () => {
  it('is in WAL mode and waits for the disk at every commit, after statements too', () => {
    const db = openDatabase(path);
    onTestFinished(() => void db.close());
    expect(db.pragma('synchronous', { simple: true })).toBe(FULL);
    db.exec("BEGIN IMMEDIATE; INSERT INTO meta VALUES ('a', '1'); COMMIT");
    db.prepare('SELECT * FROM meta').all();
    expect(db.pragma('synchronous', { simple: true })).toBe(FULL);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  });

  it('to a file that is there already is no different', () => {
    openDatabase(path).close();
    const db = openDatabase(path);
    onTestFinished(() => void db.close());
    db.exec("INSERT INTO meta VALUES ('a', '1')");
    expect(db.pragma('synchronous', { simple: true })).toBe(FULL);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  });

  it('makes the folders on the way to its file', () => {
    openDatabase(join(path, 'deep', 'troupe.db')).close();
  });
});

describe('a store', () => {
  it('open in this process is refused to a second one, with what to do about it', () => {
    const first = new SqliteStore(path);
    const refused = refusal(() => new SqliteStore(path));
    expect(refused).toMatchObject({ kind: 'unavailable', code: 'STORE_UNUSABLE' });
    expect(refused.message).toContain(path);
    expect(refused.message).toContain('another process has it open');
    first.close();
    new SqliteStore(path).close();
  });

  it('is the same store under another name', () => {
    const first = new SqliteStore(path);
    onTestFinished(() => first.close());
    const alias = `${path}-alias`;
    symlinkSync(path, alias);
    expect(refusal(() => new SqliteStore(alias)).message).toContain('another process has it open');
  });

  it('open in another process is refused, and free once that is dead', async () => {
    const other = new TroupeProcess({ db: path, log: `${path}.log`, after: '0-0' });
    onTestFinished(() => void other.kill());
    await other.ready;
    expect(refusal(() => new SqliteStore(path)).code).toBe('STORE_UNUSABLE');
    await other.kill();
    new SqliteStore(path).close();
  });

  it('can be read by others while it is open', async () => {
    const troupe = await startTroupe({ db: path });
    await troupe.submit(request('Charge'));
    const reader = new Database(path, { readonly: true });
    onTestFinished(() => void reader.close());
    expect(reader.prepare('SELECT name FROM tasks').pluck().all()).toEqual(['Charge']);
  });

  it('of a newer Troupe is refused, left as it is, and not kept from the right one', () => {
    new SqliteStore(path).close();
    const db = new Database(path);
    db.pragma('user_version = 999');
    db.close();
    for (const _ of ['twice', 'since a refusal must not hold on to the file']) {
      const refused = refusal(() => new SqliteStore(path));
      expect(refused).toMatchObject({ kind: 'unavailable', code: 'STORE_TOO_NEW' });
      expect(refused.message).toContain('schema 999');
    }
    const after = new Database(path);
    onTestFinished(() => void after.close());
    expect(after.pragma('user_version', { simple: true })).toBe(999);
  });

  it('that is another kind of file is refused as such', () => {
    writeFileSync(path, 'These are the notes of a meeting, and no database at all.\n'.repeat(100));
    const refused = refusal(() => new SqliteStore(path));
    expect(refused.code).toBe('STORE_UNUSABLE');
    expect(refused.message).toContain('not a Troupe store');
  });

  it('at a path where there can be none is refused', () => {
    writeFileSync(path, '');
    for (const nowhere of [temporaryFolder(), join(path, 'below-a-file', 'troupe.db')]) {
      const refused = refusal(() => new SqliteStore(nowhere));
      expect(refused.code).toBe('STORE_UNUSABLE');
      expect(refused.message).toContain(nowhere);
    }
  });
});

describe('a transaction', () => {
  const open = (): SqliteStore => {
    const store = new SqliteStore(path);
    onTestFinished(() => store.close());
    return store;
  };

  it('that throws leaves nothing behind, and the next one works', () => {
    const store = open();
    const mistake = new Error('a mistake');
    const failed = (): void =>
      store.rewrite((rows) => {
        rows.appendJournal(1, 1, 1, '[]');
        throw mistake;
      });
    expect(failed).toThrow(mistake);
    expect([store.lastSeq(1), store.commits]).toEqual([0, 0]);
    store.rewrite((rows) => rows.appendJournal(1, 1, 1, '[]'));
    expect([store.lastSeq(1), store.commits]).toEqual([1, 1]);
  });

  it('that the disk fails leaves what was committed to be read, also while the file cannot be opened again', () => {
    const store = open();
    store.rewrite((rows) => rows.appendJournal(1, 1, 1, '[]'));
    renameSync(path, `${path}-away`);
    mkdirSync(path);
    const failed = (): void =>
      store.rewrite((rows) => {
        rows.appendJournal(1, 2, 1, '[]');
        throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_WRITE');
      });
    expect(failed).toThrow('disk I/O error');
    expect(store.lastSeq(1)).toBe(1);
    expect(refusal(() => store.rewrite((rows) => rows.appendJournal(1, 2, 1, '[]'))).code).toBe(
      'STORE_UNUSABLE',
    );
    expect(store.lastSeq(1)).toBe(1);

    rmdirSync(path);
    renameSync(`${path}-away`, path);
    store.rewrite((rows) => rows.appendJournal(1, 2, 1, '[]'));
    expect(store.lastSeq(1)).toBe(2);
  });

  it('is there for whoever opens the file after the process died', async () => {
    const process = new TroupeProcess({ db: path, log: `${path}.log`, after: '0-0' });
    onTestFinished(() => void process.kill());
    await process.ready;
    const { taskId } = await process.call('submit', request('Nobody'));
    await process.kill();
    expect(open().taskById(taskId)).toMatchObject({ name: 'Nobody', status: 'running' });
  });
});
