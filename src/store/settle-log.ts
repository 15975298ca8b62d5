/** Syncs the write-ahead log of a process that died to the disk, before anything is built upon it. */

import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

const CHUNK_BYTES = 64 * 1024;
/** A log that cannot be opened for writing is not there, or the store cannot be: opening that will tell. */
const TOLD_LATER = new Set(['ENOENT', 'EACCES', 'EPERM', 'EROFS', 'EISDIR', 'ENOTDIR', 'ELOOP']);

/**
 * Writes the log over itself and syncs it. If a sync had failed, the log may be read here from memory and never reach
 * the disk by later syncs, which take it for written; with it everything that is appended would be lost.
 * For who has claimed the store, before SQLite opens it.
 */
export function settleLog(path: string): void {
  let file: number | null = null;
  try {
    file = openSync(`${path}-wal`, 'r+');
    const { size } = fstatSync(file);
    if (size === 0) return;
    const chunk = Buffer.alloc(Math.min(size, CHUNK_BYTES));
    for (let at = 0; at < size; ) {
      const read = readSync(file, chunk, 0, chunk.length, at);
      if (read === 0) break;
      for (let done = 0; done < read; ) done += writeSync(file, chunk, done, read - done, at + done);
      at += read;
    }
    fsyncSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && TOLD_LATER.has(String(error.code))) return;
    throw error;
  } finally {
    if (file !== null) closeSync(file);
  }
}
