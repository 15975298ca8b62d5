/**
 * The workflow files that are to be registered, given by name or by folder: all of them are read, and all that is wrong
 * with any of them told, before anything is done with the first.
 */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { type FileFault, type FileOptions, formatOf, type WorkflowSource } from '../workflow/file.ts';
import { isRunbook } from '../workflow/markdown/parse.ts';
import { Failure } from './failure.ts';
import { type ReadFile, readFileWith } from './workflow-file.ts';

/** A file without a fault has a definition and a source. */
export interface GivenFile extends ReadFile {
  readonly path: string;
}

export interface GivenFiles {
  readonly files: readonly GivenFile[];
  /** Documents of folders that have no step: a README, say. */
  readonly skipped: readonly string[];
}

/** Of a folder, what lies in it by itself, not nested. Throws a Failure for one that cannot be read or has none. */
export function readWorkflowFiles(given: readonly string[], options: FileOptions): GivenFiles {
  const files: GivenFile[] = [];
  const skipped: string[] = [];
  for (const path of new Set(given)) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
      files.push({ path, ...readFileWith(path, options) });
      continue;
    }
    const before = files.length;
    for (const name of namesIn(path)) {
      const file = { path: join(path, name), ...readFileWith(join(path, name), options) };
      if (isProse(file)) skipped.push(file.path);
      else files.push(file);
    }
    if (files.length > before) continue;
    throw new Failure(`${path} holds no workflow file`, {
      notes: [
        'Workflow files end in .yaml, .yml, .json, .md or .markdown; folders in it are not looked into.',
      ],
    });
  }
  return { files, skipped };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && formatOf(entry.name) !== null)
      .map(({ name }) => name)
      .sort();
  } catch (cause) {
    throw new Failure(`cannot read the folder ${folder}`, { cause });
  }
}

const isProse = ({ source }: ReadFile): boolean =>
  source !== null && source.format === 'markdown' && !isRunbook(source.text);

export interface SoundFile {
  readonly path: string;
  readonly definition: WorkflowDefinition;
  readonly source: WorkflowSource;
}

/** The files as they can be registered, or null where one has a fault. */
export function soundFiles(files: readonly GivenFile[]): SoundFile[] | null {
  const sound = files.flatMap(({ path, definition, source, faults }) =>
    definition === null || source === null || faults.length > 0 ? [] : [{ path, definition, source }],
  );
  return sound.length === files.length ? sound : null;
}

export const faultsOf = (files: readonly GivenFile[]): (FileFault & { readonly path: string })[] =>
  files.flatMap(({ path, faults }) => faults.map((fault) => ({ path, ...fault })));
