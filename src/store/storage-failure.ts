/**
 * The codes of SQLite and of the system tell a failure of the storage from a mistake in what was written. Whoever asks
 * needs no SQLite for it: the name of an error and its code are enough.
 */

import { Refusal } from '../errors.ts';

/** So SQLite's own errors are called; their class would bring all of SQLite along. */
const SQLITE_ERROR = 'SqliteError';

/** The disk, its room, its permissions, a lock: a commit fails for want of these, not because of what is in it. */
const STORAGE = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|NOMEM|CORRUPT|PROTOCOL)/;

/** SQLite itself says that what it read cannot be right. */
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB)/;

const LOCKED = /^SQLITE_BUSY/;

/** A commit failed for want of the disk, not because of what was in it. */
export function isStorageFailure(error: unknown): boolean {
  return error instanceof Refusal ? error.code === 'STORE_UNUSABLE' : isOfSqlite(error, STORAGE);
}

/** After these the connection's own state is in doubt; only opening the file again tells what is on the disk. */
export const needsReopen = (error: unknown): boolean =>
  isOfSqlite(error, STORAGE) && !isOfSqlite(error, LOCKED);

/** Also of a refusal that explains it. */
export const isDamage = (error: unknown): boolean => DAMAGE.test(codeOf(error));

/** Another process has the store. Also of a refusal that explains it. */
export const isLocked = (error: unknown): boolean => LOCKED.test(codeOf(error));

/** The code that SQLite or the system gave, also where a refusal explains it; empty where there is none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error.name !== SQLITE_ERROR && error.cause !== undefined) return codeOf(error.cause);
  return 'code' in error ? String(error.code) : '';
}

const isOfSqlite = (error: unknown, codes: RegExp): boolean =>
  error instanceof Error && error.name === SQLITE_ERROR && codes.test(codeOf(error));
