/**
 * Checks that a store is whole before a server writes to it: writing on a damaged page spreads the damage. The
 * connection cannot write, so that the evidence stays as it was found.
 */

import { closeSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Refusal } from '../errors.ts';

/** https://sqlite.org/fileformat2.html#the_database_header; the formats for writing and reading follow it. */
export const MAGIC = 'SQLite format 3\0';

/** Either takes half a second when the file is in memory, at 5 and 12 ms a megabyte; a start may last that long. */
const CHECKED_BYTES = 96 * 1024 ** 2;
/** With its indexes: an actor that its index does not name is never found, and waits for ever. */
const CHECKED_WITH_INDEXES_BYTES = 40 * 1024 ** 2;

/** Refused: STORE_UNUSABLE. A larger store is left to `troupe doctor`, which takes its time. */
export function refuseDamaged(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (path === ':memory:' || size === 0 || size > CHECKED_BYTES) return;
  const format = unknownFormat(path);
  if (format !== null) throw damaged(path, `file format ${format}`);
  const damage = damageIn(path, size <= CHECKED_WITH_INDEXES_BYTES ? 'integrity_check' : 'quick_check');
  if (damage !== null) throw damaged(path, damage);
}

/** The file format by its header, if it is none there is: a higher one for writing is read-only to SQLite, in silence. */
export function unknownFormat(path: string): number | null {
  const header = Buffer.alloc(20);
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    readSync(file, header, 0, header.length, 0);
  } catch {
    // A folder, or not permitted: opening it will tell.
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
  return [header.readUInt8(18), header.readUInt8(19)].find((format) => format < 1 || format > 2) ?? null;
}

function damaged(path: string, damage: string): Refusal {
  return new Refusal(
    'STORE_UNUSABLE',
    `${path}: it is damaged (${damage}): keep a copy of it and of its -wal, ask "troupe doctor --db FILE", and put ` +
      'the last backup in its place',
  );
}

/** The first thing that is wrong, or null. Whatever else keeps the file from being read, opening it will tell. */
function damageIn(path: string, check: 'quick_check' | 'integrity_check'): string | null {
  let db: Database.Database | null = null;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: 2_000 });
    const found = String(db.pragma(`${check}(1)`, { simple: true }));
    return found === 'ok' ? null : (found.split('\n').at(-1) ?? found);
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_CORRUPT')) return null;
    return error.message;
  } finally {
    db?.close();
  }
}
