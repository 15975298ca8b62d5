/** A runbook given to a command, and what is wrong with it told as `file:line:column: message`. */

import { readFileSync } from 'node:fs';
import { reasonOf } from '../errors.ts';
import { type RecordBlock, readRecords } from '../records/read.ts';
import type { FileFault } from '../workflow/file.ts';
import { formatOf } from '../workflow/file-format.ts';
import { type Runbook, readRunbook } from '../workflow/markdown/parse.ts';
import { Failure } from './failure.ts';
import { plain, say } from './output.ts';

export interface RecordFile {
  readonly text: string;
  readonly blocks: readonly RecordBlock[];
  readonly faults: readonly FileFault[];
}

/** Broken blocks are said, and make the command exit 1: what it prints is not all there is. */
export function openRecords(path: string): RecordFile {
  if (formatOf(path) !== 'markdown') {
    throw new Failure(`${path}: only runbooks, files ending in .md or .markdown, keep records.`, {
      exitCode: 2,
    });
  }
  const text = textOf(path);
  const records = readRecords(text);
  for (const fault of records.faults) say(locate(path, fault));
  if (records.faults.length > 0) process.exitCode = 1;
  return { text, ...records };
}

/**
 * Reads the runbook by which rows can be followed along. Faults of the flow are said and no more: the rows stand
 * on their own.
 */
export function readFlow(path: string, text: string): Runbook {
  const runbook = readRunbook(text, { variables: process.env });
  for (const fault of runbook.faults) say(`warning: ${locate(path, fault)}`);
  return runbook;
}

function textOf(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (cause) {
    const why = reasonOf(cause);
    throw new Failure(`cannot read ${path}: ${why}`, { cause });
  }
}

export const locate = (path: string, { line, column, message }: FileFault): string =>
  `${plain(path)}:${line}:${column}: ${plain(message)}`;
