/**
 * The workflow files that are to be registered, given by name or by folder: all of them are read, and all that is wrong
 * with any of them told, before anything is done with the first.
 */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import type { FileFault, FileOptions, WorkflowSource } from '../workflow/file.ts';
import { ENDINGS_TEXT, formatOf } from '../workflow/file-format.ts';
import { isRunbook } from '../workflow/markdown/parse.ts';
import { Failure } from './failure.ts';
import { type ReadFile, readFileWith } from './workflow-file.ts';

/** A file without a fault has a definition and a source. */
export interface GivenFile extends ReadFile {
  readonly path: string;
}

export interface GivenFiles {
  readonly files: readonly GivenFile[];
  /** Files of folders that are no workflows: a README, a document without a step. */
  readonly skipped: readonly string[];
}

/**
 * Reads the given files, and the workflow files that lie directly in given folders. Throws a Failure for one that
 * cannot be read or has none.
 */
export function readWorkflowFiles(given: readonly string[], options: FileOptions): GivenFiles {
  const files: GivenFile[] = [];
  const skipped: string[] = [];
  for (const path of new Set(given)) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
      files.push({ path, ...readFileWith(path, options) });
      continue;
    }
    const before = files.length;
    const { workflows, others } = filesIn(path);
    skipped.push(...others);
    for (const each of workflows) {
      const file = { path: each, ...readFileWith(each, options) };
      if (isProse(file)) skipped.push(each);
      else files.push(file);
    }
    if (files.length > before) continue;
    throw new Failure(`${path} holds no workflow file`, {
      notes: [`Workflow files end in ${ENDINGS_TEXT}; folders in it are not looked into.`],
    });
  }
  return { files, skipped };
}

function filesIn(folder: string): FolderFiles {
  try {
    return workflowFiles(folder);
  } catch (cause) {
    throw new Failure(`cannot read the folder ${folder}`, { cause });
  }
}

/** Files that stand beside workflows and have the ending of one. */
const OTHERS = /^(readme|changelog|license|package|package-lock|tsconfig.*)\.[a-z]+$/i;

interface FolderFiles {
  readonly workflows: readonly string[];
  readonly others: readonly string[];
}

/** Lists the workflow files directly in a folder, in the order of their names. */
export function workflowFiles(folder: string): FolderFiles {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && formatOf(entry.name) !== null)
    .map(({ name }) => name)
    .sort();
  const paths = (of: readonly string[]): string[] => of.map((name) => join(folder, name));
  return {
    workflows: paths(names.filter((name) => !OTHERS.test(name))),
    others: paths(names.filter((name) => OTHERS.test(name))),
  };
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
