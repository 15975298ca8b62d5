/** Reads a workflow file for a command: what is wrong with it, that it cannot be read included, is not thrown. */

import { readFileSync } from 'node:fs';
import { reasonOf } from '../errors.ts';
import {
  type FileOptions,
  parseWorkflowFile,
  type WorkflowFile,
  type WorkflowSource,
} from '../workflow/file.ts';
import { ENDINGS_TEXT, formatOf } from '../workflow/file-format.ts';
import type { Surroundings } from '../workflow/steps/kind.ts';

/** `source` is null where there is nothing to read. */
export interface ReadFile extends WorkflowFile {
  readonly source: WorkflowSource | null;
}

/** `environment`: the option's, or else TROUPE_ENV. `given`: of the server that it is for, where there is one. */
export const readWorkflowFile = (
  path: string,
  environment: string | undefined,
  given: Surroundings = {},
): ReadFile =>
  readFileWith(path, {
    environment: environment ?? process.env.TROUPE_ENV ?? null,
    variables: process.env,
    ...given,
  });

export function readFileWith(path: string, options: FileOptions): ReadFile {
  const format = formatOf(path);
  if (format === null) {
    return broken(`is no workflow file by its name, which ends in ${ENDINGS_TEXT}`);
  }
  const text = textOf(path);
  if (typeof text !== 'string') return text;
  const file = parseWorkflowFile(text, format, options);
  return { ...file, source: { format, text } };
}

function textOf(path: string): string | ReadFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return broken(`cannot be read: ${reasonOf(error)}`);
  }
  try {
    // With the byte order mark, which a Markdown file is to keep.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return broken('is not UTF-8; save it as UTF-8');
  }
}

const broken = (message: string): ReadFile => ({
  source: null,
  definition: null,
  faults: [{ line: 1, column: 1, message }],
  warnings: [],
});
