/**
 * The SQLite file: opened so that a commit that returned is on the disk, claimed so that it has one writer, and
 * opened anew after an I/O error, because what the cache of a failed file holds is worth nothing.
 */

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { Refusal } from '../errors.ts';
import { MIGRATIONS } from './migrations.ts';
import { changedDefinition } from './schema.ts';

export type Connection = Database.Database;

const CHECKPOINT_PAGES = 8_000;
/** A page of the write-ahead log has a header of 24 bytes, the log one of 32: https://sqlite.org/fileformat2.html */
const LOG_BYTES = 32 + CHECKPOINT_PAGES * (4_096 + 24);
/** Room on the disk below which none of it is taken in advance. */
const AMPLE_BYTES = 1024 ** 3;

/** `upgrade` runs in one transaction with what is to be done to the schema, and after it. */
export function openDatabase(path: string, upgrade?: (db: Connection) => void): Connection {
  return open(path, path, (db) => {
    db.pragma('busy_timeout = 2000');
    db.pragma('journal_mode = WAL');
    // After journal_mode: set before it, WAL falls back to NORMAL, which loses commits when the power fails.
    db.pragma('synchronous = FULL');
    // Pages that change in every commit are copied into the file once a checkpoint: 32 MB apart, not 4.
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    db.pragma('journal_size_limit = 67108864');
    db.pragma('cache_size = -8192');
    db.pragma('temp_store = MEMORY');
    migrate(db, path, (migrated) => {
      refuseChangedSchema(migrated, path);
      upgrade?.(migrated);
    });
  });
}

/** Refuses a schema with missing or changed names, under which data would be written or read wrongly. */
function refuseChangedSchema(db: Connection, path: string): void {
  const changed = changedDefinition(db, MIGRATIONS.length);
  if (changed === null) return;
  const why = `it is damaged: ${changed} is not as it was made: ask "troupe doctor --db FILE", and restore a backup`;
  throw new Refusal('STORE_UNUSABLE', `${path}: ${why}`);
}

/**
 * Makes the write-ahead log as long as it will be at its first checkpoint, with zeros, which SQLite takes for the end
 * of it. A commit that makes the file longer has to sync the file system's books too, and takes twice as long.
 * Only between two commits: what is written then is beyond everything SQLite has written.
 */
export function lengthenLog(path: string): void {
  let file: number | null = null;
  try {
    const { bavail, bsize } = statfsSync(path);
    if (bavail * bsize < AMPLE_BYTES) return;
    file = openSync(`${path}-wal`, 'r+');
    const zeros = Buffer.alloc(1024 * 1024);
    for (let at = fstatSync(file).size; at < LOG_BYTES; ) {
      at += writeSync(file, zeros, 0, Math.min(zeros.length, LOG_BYTES - at), at);
    }
    fsyncSync(file);
  } catch {
    // Commits are slower then, or fail for the same cause and say so.
  } finally {
    if (file !== null) closeSync(file);
  }
}

/**
 * Claims the store for this process; the operating system ends the claim however the process ends. A lock on the
 * store itself would also shut out readers, so the claim is an open transaction on a file of its own.
 */
export function claim(path: string): { release(): void } {
  if (path === ':memory:') return { release: () => undefined };
  // By a link or by its own name, it is one store.
  const file = existsSync(path) ? realpathSync(path) : path;
  const lock = open(`${file}-lock`, path, (db) => {
    db.pragma('busy_timeout = 500');
    db.exec('BEGIN EXCLUSIVE');
  });
  return { release: () => lock.close() };
}

/** Opens a file for the store at `path`, and closes it again if it cannot be made ready. */
function open(file: string, path: string, makeReady: (db: Connection) => void): Connection {
  let db: Connection | null = null;
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    db = new Database(file);
    makeReady(db);
    return db;
  } catch (error) {
    db?.close();
    throw explain(error, path);
  }
}

/** How many migrations the file has seen; refuses more than there are. */
export function schemaVersion(db: Connection, path: string): number {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version <= MIGRATIONS.length) return version;
  throw new Refusal(
    'STORE_TOO_NEW',
    `${path} was written by a newer Troupe (schema ${version}, this one knows ${MIGRATIONS.length}): start that version`,
  );
}

function migrate(db: Connection, path: string, upgrade: (db: Connection) => void): void {
  const version = schemaVersion(db, path);
  // Nothing is written when nothing is to do: a full disk must not keep a store from being read.
  if (version === MIGRATIONS.length) {
    db.transaction(() => upgrade(db)).deferred();
    return;
  }
  db.transaction(() => {
    for (const sql of MIGRATIONS.slice(version)) db.exec(sql);
    db.pragma(`user_version = ${MIGRATIONS.length}`);
    upgrade(db);
  }).exclusive();
}

const ADVICE: Readonly<Record<string, string>> = {
  SQLITE_BUSY: 'another process has it open: stop that one, or give this one a store of its own',
  SQLITE_NOTADB: 'it is not a Troupe store',
  SQLITE_CORRUPT: 'it is damaged: restore a backup',
  SQLITE_CANTOPEN: 'it cannot be opened: check the path and its permissions',
  SQLITE_READONLY: 'it cannot be written: check its permissions and the file system',
};

/** An error of SQLite as a refusal that says what to do; others as they are. */
export function explain(error: unknown, path: string): unknown {
  if (error instanceof Refusal || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  const advice = Object.entries(ADVICE).find(([start]) => code.startsWith(start))?.[1];
  return new Refusal('STORE_UNUSABLE', `${path}: ${advice ?? error.message} (${code})`, {
    cause: error,
  });
}

export function fileBytes(path: string): number {
  if (path === ':memory:') return 0;
  return [path, `${path}-wal`].reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
