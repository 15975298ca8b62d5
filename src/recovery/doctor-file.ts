/** A store as a file: whether it is there, whole, permitted, has room, and who has it open. */

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { fileBytes } from '../store/database.ts';
import { isLocked } from '../store/storage-failure.ts';
import { MAGIC, unknownFormat } from '../store/whole.ts';
import type { Ailment } from './doctor.ts';

const HEADER_BYTES = 100;
const PAGE_SIZE_AT = 16;
const PAGE_COUNT_AT = 28;

const MB = 1024 ** 2;
/** Two logs at their usual greatest: below it, a burst of commits can fill the disk. */
const LEAST_FREE_BYTES = 128 * MB;
/** Its limit is 64 MB; a log beyond this is not emptied any more. */
const MOST_LOG_BYTES = 256 * MB;

export function fileAilments(path: string): Ailment[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    const advice = 'name the store with --db FILE or TROUPE_DB; a server makes a new one where there is none';
    return [{ code: 'STORE_MISSING', problem: 'there is no such file', advice }];
  }
  if (!stats.isFile()) {
    return [{ code: 'STORE_NOT_A_FILE', problem: 'it is not a file', advice: 'name the file of the store' }];
  }
  if (!isPermitted(path, constants.R_OK)) {
    const advice = 'run this as the user the server runs as, or change its permissions';
    return [{ code: 'STORE_UNREADABLE', problem: 'this user cannot read it', advice }];
  }
  return [...permissionAilments(path), ...headerAilments(path, stats), ...roomAilments(path)];
}

function permissionAilments(path: string): Ailment[] {
  const ailments: Ailment[] = [];
  const advice = 'a server needs to write the file and to make others beside it: change the permissions';
  if (!isPermitted(path, constants.W_OK))
    ailments.push({ code: 'STORE_READ_ONLY', problem: 'this user cannot write it', advice });
  if (!isPermitted(dirname(realpathSync(path)), constants.W_OK))
    ailments.push({ code: 'FOLDER_READ_ONLY', problem: 'this user cannot write in its folder', advice });
  return ailments;
}

function headerAilments(path: string, { size }: Stats): Ailment[] {
  if (size === 0) {
    const advice =
      'if it should hold tasks, put the last backup in its place; a server makes a new store of it';
    return [{ code: 'STORE_EMPTY', problem: 'it is empty', advice }];
  }
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    const advice = 'name the store with --db FILE; if this was it, put the last backup in its place';
    return [{ code: 'NOT_A_STORE', problem: 'it is not an SQLite file', advice }];
  }
  const format = unknownFormat(path);
  if (format !== null) {
    const problem = `the store is damaged: its header names file format ${format}, which there is not`;
    return [{ code: 'STORE_DAMAGED', problem, advice: 'put the last backup in its place' }];
  }
  const stated = header.readUInt16BE(PAGE_SIZE_AT);
  const bytes = (stated === 1 ? 65_536 : stated) * header.readUInt32BE(PAGE_COUNT_AT);
  // A checkpoint that was cut short leaves a first page that promises too much; the log still has the rest.
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (size >= bytes || log > 0) return [];
  const problem = `it is cut off: ${size} bytes of ${bytes} are there`;
  return [{ code: 'STORE_TRUNCATED', problem, advice: 'put the last backup in its place' }];
}

function roomAilments(path: string): Ailment[] {
  const ailments: Ailment[] = [];
  const { bavail, bsize } = statfsSync(dirname(realpathSync(path)));
  const free = bavail * bsize;
  if (free < LEAST_FREE_BYTES) {
    const problem = `the disk has ${megabytes(free)} left`;
    ailments.push({ code: 'DISK_FULL', problem, advice: 'make room; troupe prune --compact may help' });
  }
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (log > MOST_LOG_BYTES) {
    const problem = `its write-ahead log has ${megabytes(log)}`;
    const advice = 'something reads the store for a very long time: end it, and the log is emptied';
    ailments.push({ code: 'LOG_TOO_LONG', problem, advice });
  }
  return ailments;
}

export function fileFacts(path: string): string[] {
  const holder = holderOf(path);
  return [
    megabytes(fileBytes(path)),
    ...(holder === null ? ['no server has it open'] : [`open in ${holder}`]),
  ];
}

const megabytes = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`;

function isPermitted(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    // Not permitted, and that is the answer.
    return false;
  }
}

/** Names the owner of the store, in words; null if it has none. */
export function holderOf(path: string): string | null {
  const lock = `${realpathSync(path)}-lock`;
  if (!existsSync(lock)) return null;
  let db: Database.Database | null = null;
  try {
    db = new Database(lock, { readonly: true, timeout: 0 });
    db.pragma('schema_version');
    return null;
  } catch (error) {
    // Another error says nothing about who holds the lock.
    if (!isLocked(error)) return null;
    const pid = lockHolder(lock);
    return pid === null ? 'another process' : `process ${pid}`;
  } finally {
    db?.close();
  }
}

/** Linux lists locks as `1: POSIX ADVISORY WRITE <pid> <major>:<minor>:<inode> <start> <end>`. */
function lockHolder(file: string): number | null {
  const { ino } = statSync(file);
  try {
    const line = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .find((text) => text.includes(' WRITE ') && text.includes(`:${ino} `));
    const pid = Number(line?.trim().split(/\s+/)[4]);
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    // Other systems have no such list.
    return null;
  }
}
