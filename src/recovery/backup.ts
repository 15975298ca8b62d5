/**
 * A copy of a store, whole and of one moment, while its server goes on writing. It stands under its name only once
 * it has been opened, checked and forced to the disk.
 */

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Refusal } from '../errors.ts';
import { explain } from '../store/database.ts';
import { openReadOnly } from '../store/read-only.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import { damageOf } from './damage.ts';
import { type Finding, verifyStore } from './verify.ts';

export interface Backup {
  readonly bytes: number;
  readonly tasks: number;
  /** The faults that the store had already, and that its copy has as well. */
  readonly findings: readonly Finding[];
}

export interface BackupOptions {
  /** A file that is there already is replaced. */
  readonly force?: boolean;
}

export function backup(from: string, to: string, { force = false }: BackupOptions = {}): Backup {
  if (resolve(from) === resolve(to)) {
    throw new Refusal('BACKUP_INTO_ITSELF', `${to} is the store itself: name another file`);
  }
  if (existsSync(to) && !force) {
    throw new Refusal('FILE_EXISTS', `${to} exists already: name another file, or say --force`);
  }
  mkdirSync(dirname(resolve(to)), { recursive: true });
  const unfinished = `${to}.unfinished-${process.pid}`;
  try {
    copy(from, unfinished);
    const checked = check(unfinished);
    toDisk(unfinished);
    renameSync(unfinished, to);
    toDisk(dirname(resolve(to)));
    return checked;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** One read transaction from beginning to end: writers go on beside it, and nothing has to begin again. */
function copy(from: string, to: string): void {
  const { db, release } = openReadOnly(from);
  try {
    db.prepare('VACUUM INTO ?').run(to);
  } catch (error) {
    throw explain(error, from);
  } finally {
    db.close();
    release();
  }
}

function check(file: string): Backup {
  const damage = damageOf(file);
  if (damage.length > 0) {
    const what = damage.map((message) => ({ pointer: '', message }));
    throw new Refusal('BACKUP_DAMAGED', 'the copy is damaged, and was thrown away', {
      faults: what,
    });
  }
  const store = new SqliteStore(file, { readOnly: true });
  try {
    const { tasks, findings } = verifyStore(store);
    return { bytes: statSync(file).size, tasks, findings };
  } finally {
    store.close();
  }
}

function toDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
