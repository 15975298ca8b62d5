/**
 * Workflow files out of folders, registered with a server when it starts. Everything wrong with any of them is told at
 * once, by file, line and column; nothing is registered by a production server unless all of them can be.
 */

import { Refusal } from '../errors.ts';
import type { Troupe } from '../troupe.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import type { FileFault, WorkflowSource } from '../workflow/file.ts';
import type { Surroundings } from '../workflow/steps/kind.ts';
import { Failure } from './failure.ts';
import { plain, say } from './output.ts';
import { readWorkflowFile } from './workflow-file.ts';
import { type SoundFile, workflowFiles } from './workflow-files.ts';

/** The workflow of a file, or what is wrong with it, a line each; says what may be meant, and will surprise. */
export function readFound(path: string, given: Surroundings): SoundFile | readonly string[] {
  const { definition, source, faults, warnings } = readWorkflowFile(path, undefined, given);
  const placed = ({ line, column, message }: FileFault): string => `${path}:${line}:${column}: ${message}`;
  for (const warning of warnings) say(`warning: ${plain(placed(warning))}`);
  if (definition !== null && source !== null) return { path, definition, source };
  return faults.map(placed);
}

/** Registers all files of the folders; a Failure says everything that is wrong with any of them. */
export async function registerFolders(
  troupe: Troupe,
  folders: readonly string[],
  given: Surroundings,
): Promise<void> {
  const read = folders
    .flatMap((folder) => workflowFiles(folder).workflows)
    .map((path) => readFound(path, given));
  const found = read.filter((file): file is SoundFile => 'definition' in file);
  const faults = read.flatMap((file) => ('definition' in file ? [] : file));
  faults.push(...found.flatMap((file, at) => conflictsOf(troupe, file, found.slice(0, at))));
  if (faults.length === 0) {
    for (const file of found) faults.push(...(await registered(troupe, file)));
  }
  if (faults.length > 0) throw new Failure('the workflows cannot be used:', { notes: faults });
}

/** A version is registered once, and tasks finish with what they began with. */
function conflictsOf(
  troupe: Troupe,
  { path, definition, source }: SoundFile,
  before: readonly SoundFile[],
): string[] {
  const { hash } = compileWorkflow(definition);
  const other = before.find((file) => isSameVersion(file.definition, definition));
  if (other !== undefined && compileWorkflow(other.definition).hash !== hash) {
    return [
      `${placeOfVersion(path, source)}: ${titleOf(definition)} is in ${other.path} too, with other content`,
    ];
  }
  const known = troupe.listWorkflows().find((workflow) => isSameVersion(workflow.definition, definition));
  if (known === undefined || known.hash === hash) return [];
  return [
    `${placeOfVersion(path, source)}: ${titleOf(definition)} is registered already, with other content: give the ` +
      'changed one a new version (tasks that began with the old one finish with it)',
  ];
}

const isSameVersion = (a: WorkflowDefinition, b: WorkflowDefinition): boolean =>
  a.namespace === b.namespace && a.name === b.name && a.version === b.version;

const titleOf = ({ name, version }: WorkflowDefinition): string => `${name} ${version}`;

/** Where the file says its version, or else its beginning. */
function placeOfVersion(path: string, { text }: WorkflowSource): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => /^\s*["']?version["']?\s*:/.test(line));
  return at < 0 ? `${path}:1:1` : `${path}:${at + 1}:${(lines[at] ?? '').search(/\S/) + 1}`;
}

/** Returns the registry's refusal, or nothing. */
export async function registered(
  troupe: Troupe,
  { path, definition, source }: SoundFile,
): Promise<readonly string[]> {
  try {
    const { created } = await troupe.registerWorkflow(definition, source);
    say(`  workflow  ${plain(titleOf(definition))} of ${plain(path)}${created ? '' : ', registered before'}`);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { faults, message } = error;
    return faults.length === 0
      ? [`${path}:1:1: ${message}`]
      : faults.map((fault) => `${path}:${fault.line ?? 1}:${fault.column ?? 1}: ${fault.message}`);
  }
}
