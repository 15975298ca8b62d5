/**
 * A store opened to be read, by whoever has no claim on it: beside a running server, after a crash, or in an archive
 * that cannot be written. Opening one changes nothing and leaves no file behind.
 */

import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Refusal } from '../errors.ts';
import { requireBinding } from './binding.ts';
import { type Connection, explain, schemaVersion } from './database.ts';
import { MIGRATIONS } from './migrations.ts';

export interface ReadOnly {
  readonly db: Connection;
  /** After the connection is closed. */
  release(): void;
}

/** Where the file format keeps "read version": 2 is a write-ahead log. https://sqlite.org/fileformat2.html */
const READ_VERSION_AT = 19;
const WRITE_AHEAD = 2;

/** Any SQLite file; throws a Refusal, STORE_UNUSABLE, for all others. */
export function openReadOnly(path: string): ReadOnly {
  requireBinding();
  try {
    const file = realpathSync(path);
    return needsCopy(file) ? openCopy(file) : { db: openFile(file), release: () => undefined };
  } catch (error) {
    throw explain(missing(error, path), path);
  }
}

/** A store of this schema, all of it as it is at one moment, however long it is read. */
export function openMoment(path: string): ReadOnly {
  const { db, release } = openReadOnly(path);
  try {
    db.exec('BEGIN');
    const version = schemaVersion(db, path);
    if (version < MIGRATIONS.length) throw tooOld(path, version);
    return { db, release };
  } catch (error) {
    db.close();
    release();
    throw explain(error, path);
  }
}

/** SQLite would make a log and its index beside a store whose server has closed it, and leave them there. */
function needsCopy(file: string): boolean {
  if (existsSync(`${file}-wal`)) return false;
  const header = Buffer.alloc(READ_VERSION_AT + 1);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return header[READ_VERSION_AT] === WRITE_AHEAD;
}

function openCopy(file: string): ReadOnly {
  const folder = temporaryFolder();
  const release = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, 'store.db');
    copyFileSync(file, copy, constants.COPYFILE_FICLONE);
    return { db: openFile(copy), release };
  } catch (error) {
    release();
    throw error;
  }
}

function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'troupe-read-'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `no folder for the copy that is read can be made in ${tmpdir()} (${why}): name another with TMPDIR`;
    throw new Refusal('STORE_UNUSABLE', message, { cause });
  }
}

function openFile(file: string): Connection {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 2_000 });
  try {
    // Opening reads nothing yet; what is no database is to be told now.
    db.pragma('schema_version');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function missing(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const told = (why: string): Refusal => new Refusal('STORE_UNUSABLE', `${path}: ${why}`, { cause: error });
  if (code === 'ENOENT') return told('there is no such file: name the store with --db FILE');
  if (code === 'EACCES' || code === 'EPERM') return told('it cannot be read: check its permissions');
  if (code === 'EISDIR') return told('it is a folder: name the file of the store');
  if (code === 'ENOSPC') return told('no room for a copy to read: name another folder with TMPDIR');
  return error;
}

function tooOld(path: string, version: number): Refusal {
  const isStore = version > 0;
  return new Refusal(
    isStore ? 'STORE_TOO_OLD' : 'STORE_UNUSABLE',
    isStore
      ? `${path} was written by an older Troupe (schema ${version}): start this version on it once, which brings it up to date`
      : `${path}: it is not a Troupe store`,
  );
}
