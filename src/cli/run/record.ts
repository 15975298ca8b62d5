/**
 * A run written into its runbook. The file is replaced whole, by a rename, so that nobody reads half of it; what was
 * changed in it during the run stays, because the rows go into the file as it is then.
 */

import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../../errors.ts';
import { appendRecords, type RecordRow } from '../../records/append.ts';
import { readRecords } from '../../records/read.ts';
import { TIME_COLUMN } from '../../records/sessions.ts';
import type { FileFault } from '../../workflow/file.ts';
import { Failure } from '../failure.ts';

/** Somebody who saves the file at every moment of ours would have to be a program. */
const MOST_TRIES = 10;

/** Throws a Failure (exit 2) when the record could not be written after the run; better to hear it before. */
export function checkRecordable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(realpathSync(path)), constants.W_OK);
  } catch (cause) {
    const why = reasonOf(cause);
    throw new Failure(`--record: ${path} or its folder cannot be written: ${why}`, { exitCode: 2, cause });
  }
}

/** Returns what could not be written down, and why. */
export function writeRecord(path: string, rows: readonly RecordRow[]): readonly FileFault[] {
  // A link stays a link.
  const file = realpathSync(path);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const before = readFileSync(file, 'utf8');
    const { text, faults } = appendRecords(before, timedAsBefore(before, rows));
    if (text === before || replace(file, before, text)) return faults;
  }
  throw new Failure(`${path} is being changed all the time; its record was not written`);
}

/** A record that tells no times is not rewritten to tell them: the time is ours, no handler asked for it. */
function timedAsBefore(text: string, rows: readonly RecordRow[]): RecordRow[] {
  const isTimed = new Map(
    readRecords(text).blocks.map(({ phase, columns }) => [phase, columns.includes(TIME_COLUMN)]),
  );
  return rows.map((row) => {
    if (isTimed.get(row.phase) !== false) return row;
    const { [TIME_COLUMN]: _time, ...columns } = row.columns;
    return { ...row, columns };
  });
}

/** False when the file is no longer what it was. */
function replace(file: string, before: string, after: string): boolean {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = openSync(temporary, 'wx');
    try {
      writeFileSync(handle, after);
      chmodSync(temporary, statSync(file).mode);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (readFileSync(file, 'utf8') !== before) return false;
    renameSync(temporary, file);
    return true;
  } finally {
    rmSync(temporary, { force: true });
  }
}
