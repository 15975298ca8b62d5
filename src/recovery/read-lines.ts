/** The lines of a file, one at a time however large it is, and synchronously: they are read inside a transaction. */

import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { Refusal, reasonOf } from '../errors.ts';

const CHUNK_BYTES = 1024 * 1024;
/** Far above what a task can hold; a file without a line break is no file of snapshots. */
const MOST_BYTES_OF_A_LINE = 512 * 1024 * 1024;
const LINE_BREAK = 0x0a;

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Empty lines are left out. */
export function* readLines(path: string): Generator<Line> {
  const file = open(path);
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let pending: Buffer[] = [];
    let pendingBytes = 0;
    let number = 0;
    const finish = (rest: Buffer): Line => {
      const bytes = Buffer.concat([...pending, rest]);
      pending = [];
      pendingBytes = 0;
      number++;
      if (!isUtf8(bytes)) throw unreadable(path, `line ${number} is not UTF-8`);
      return { number, text: bytes.toString('utf8') };
    };
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      let from = 0;
      for (
        let end = chunk.indexOf(LINE_BREAK);
        end >= 0 && end < read;
        end = chunk.indexOf(LINE_BREAK, from)
      ) {
        const line = finish(chunk.subarray(from, end));
        from = end + 1;
        if (line.text.trim() !== '') yield line;
      }
      pending.push(Buffer.from(chunk.subarray(from, read)));
      pendingBytes += read - from;
      if (pendingBytes > MOST_BYTES_OF_A_LINE) throw unreadable(path, `line ${number + 1} is too long`);
    }
    const last = finish(Buffer.alloc(0));
    if (last.text.trim() !== '') yield last;
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    const why = reasonOf(cause);
    throw unreadable(path, `it cannot be read: ${why}`, cause);
  }
}

const unreadable = (path: string, why: string, cause?: unknown): Refusal =>
  new Refusal('INVALID_SNAPSHOTS', `${path}: ${why}`, { cause });
