/**
 * Workflow files while one works on them: `dev` registers a file again whenever it has been saved. A version never
 * changes, so changed content of the same version becomes a version of its own, `1.0.1-dev.1` after `1.0.0`, which new
 * tasks take and which is older than the next one that a person gives.
 */

import { statSync } from 'node:fs';
import type { Troupe } from '../troupe.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import type { CompiledWorkflow, WorkflowDefinition } from '../workflow/definition.ts';
import type { Surroundings } from '../workflow/steps/kind.ts';
import { say } from './output.ts';
import { workflowFiles } from './workflow-files.ts';
import { readFound, registered } from './workflow-folders.ts';

const LOOK_EVERY_MS = 300;

/** Registers what is there, tells what is wrong and goes on; then follows the files until it is closed. */
export async function followFolders(
  troupe: Troupe,
  folders: readonly string[],
  given: Surroundings,
): Promise<{ close(): void }> {
  const taken = new Map<string, string>();
  const seen = new Map<string, string>();
  for (const path of folders.flatMap((folder) => workflowFiles(folder).workflows)) {
    const stamp = stampOf(path);
    taken.set(path, stamp);
    seen.set(path, stamp);
    await take(troupe, path, given);
  }

  let looking: Promise<void> = Promise.resolve();
  async function look(): Promise<void> {
    for (const path of folders.flatMap(filesNow)) {
      const stamp = stampOf(path);
      // An editor writes in several steps: a file is read once it has stayed the same from one look to the next.
      if (seen.get(path) === stamp && taken.get(path) !== stamp) {
        taken.set(path, stamp);
        await take(troupe, path, given);
      }
      seen.set(path, stamp);
    }
  }
  // Events of the file system miss a file that is replaced by a mount or through a link.
  const timer = setInterval(() => {
    looking = looking.then(look).catch((error: unknown) => say(`the workflows cannot be followed: ${error}`));
  }, LOOK_EVERY_MS).unref();
  return { close: () => clearInterval(timer) };
}

/** The folder may be away for a moment, when another branch is checked out, say. */
function filesNow(folder: string): readonly string[] {
  try {
    return workflowFiles(folder).workflows;
  } catch {
    return [];
  }
}

function stampOf(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? 'gone' : `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
}

async function take(troupe: Troupe, path: string, given: Surroundings): Promise<void> {
  if (stampOf(path) === 'gone') return;
  const file = readFound(path, given);
  const faults =
    'definition' in file
      ? await registered(troupe, {
          ...file,
          definition: asNewVersion(file.definition, troupe.listWorkflows()),
        })
      : file;
  for (const fault of faults) say(fault);
}

/** As it is, when its version is new or nothing has changed; else under the next version for development. */
export function asNewVersion(
  definition: WorkflowDefinition,
  known: readonly CompiledWorkflow[],
): WorkflowDefinition {
  const of = known.filter(
    ({ definition: { namespace, name } }) => namespace === definition.namespace && name === definition.name,
  );
  const prefix = developmentPrefix(definition.version);
  const numberOf = ({ definition: { version } }: CompiledWorkflow): number => {
    if (version === definition.version) return 0;
    const number = version.startsWith(prefix) ? version.slice(prefix.length) : '';
    return /^[1-9]\d{0,8}$/.test(number) ? Number(number) : -1;
  };
  const newest = of.reduce<CompiledWorkflow | null>(
    (best, each) => (numberOf(each) > (best === null ? -1 : numberOf(best)) ? each : best),
    null,
  );
  if (newest === null) return definition;
  const same = { ...definition, version: newest.definition.version };
  if (compileWorkflow(same).hash === newest.hash) return same;
  return { ...definition, version: `${prefix}${numberOf(newest) + 1}` };
}

/** Returns a version prefix between the version and the next one a person would give, by semantic order. */
function developmentPrefix(version: string): string {
  const [, upToPatch, patch] = /^(\d+\.\d+\.)(\d+)$/.exec(version) ?? [];
  if (upToPatch !== undefined && patch !== undefined) return `${upToPatch}${BigInt(patch) + 1n}-dev.`;
  return version.includes('-') ? `${version}.dev.` : `${version}-dev.`;
}
