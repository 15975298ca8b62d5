/** Failures of the storage are told from mistakes, and those that leave a connection in doubt from others. */

import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { explain } from '../../src/store/database.ts';
import {
  codeOf,
  isDamage,
  isLocked,
  isStorageFailure,
  needsReopen,
} from '../../src/store/storage-failure.ts';

const sqlite = (code: string) => new Database.SqliteError('it failed', code);
const system = (code: string) => Object.assign(new Error(code), { code });

/** An error that SQLite itself makes. */
function thrownBySqlite(sql: string): unknown {
  const db = new Database(':memory:');
  onTestFinished(() => void db.close());
  db.exec('CREATE TABLE t (a TEXT PRIMARY KEY)');
  try {
    db.exec(sql);
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}

describe('a failure of the storage', () => {
  it.each(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_CORRUPT'])(
    'is %s, and the file is to be opened again',
    (code) => {
      expect(isStorageFailure(sqlite(code))).toBe(true);
      expect(needsReopen(sqlite(code))).toBe(true);
    },
  );

  it('is a lock of another process, after which the connection is as good as before', () => {
    expect(isStorageFailure(sqlite('SQLITE_BUSY_SNAPSHOT'))).toBe(true);
    expect(needsReopen(sqlite('SQLITE_BUSY_SNAPSHOT'))).toBe(false);
  });

  it('is a store that was refused as unusable, and no other refusal', () => {
    expect(isStorageFailure(new Refusal('STORE_UNUSABLE', 'no'))).toBe(true);
    expect(isStorageFailure(new Refusal('WRONG_STATE', 'no'))).toBe(false);
    expect(needsReopen(new Refusal('STORE_UNUSABLE', 'no'))).toBe(false);
  });

  it('is not what was wrong with the rows', () => {
    const mistaken = thrownBySqlite("INSERT INTO t VALUES ('a'), ('a')");
    expect(codeOf(mistaken)).toBe('SQLITE_CONSTRAINT_PRIMARYKEY');
    expect(isStorageFailure(mistaken)).toBe(false);
    expect(isStorageFailure(thrownBySqlite('SELECT nothing'))).toBe(false);
  });

  it('is not an error of the system elsewhere, or of a program that says the same', () => {
    expect(isStorageFailure(system('ENOSPC'))).toBe(false);
    expect(isStorageFailure(system('SQLITE_FULL'))).toBe(false);
    expect(isStorageFailure('SQLITE_FULL')).toBe(false);
  });
});

describe('a code', () => {
  it('is found behind the refusal that explains it', () => {
    const told = explain(sqlite('SQLITE_BUSY'), 'troupe.db');
    expect(codeOf(told)).toBe('SQLITE_BUSY');
    expect(isLocked(told)).toBe(true);
    expect(isDamage(told)).toBe(false);
    expect(isDamage(explain(sqlite('SQLITE_NOTADB'), 'troupe.db'))).toBe(true);
  });

  it('is that of the system, and empty where there is none', () => {
    expect(codeOf(system('ENOSPC'))).toBe('ENOSPC');
    expect(codeOf(new Error('no code'))).toBe('');
    expect(codeOf(null)).toBe('');
  });
});
