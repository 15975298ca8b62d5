/** Loads the handlers of several folders, in which a name stands for one handler only. */

import { resolve } from 'node:path';
import { Refusal } from '../errors.ts';
import { foundByName } from '../workflow/built-in.ts';
import type { HandlerEntry } from './job.ts';
import { loadHandlers } from './load-handlers.ts';

/** Refuses with INVALID_HANDLERS, everything wrong in any of the folders at once. */
export async function loadFolders(folders: readonly string[]): Promise<Map<string, HandlerEntry>> {
  const byName = new Map<string, HandlerEntry>();
  const folderOf = new Map<string, string>();
  const faults: { pointer: string; message: string }[] = [];
  for (const folder of new Map(folders.map((name) => [resolve(name), name])).values()) {
    try {
      for (const entry of await loadHandlers(folder)) {
        const other = folderOf.get(entry.name);
        if (other === undefined) byName.set(entry.name, entry);
        else
          faults.push({
            pointer: folder,
            message: `handler "${entry.name}" is already in ${other}; rename one`,
          });
        folderOf.set(entry.name, other ?? folder);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { faults: found, message } = error;
      faults.push(...(found.length > 0 ? found : [{ pointer: folder, message }]));
    }
  }
  if (faults.length === 0) return byName;
  throw new Refusal('INVALID_HANDLERS', 'the handlers cannot be used', { faults });
}

/** Loads groups of folders: a later group's handler takes the place of an earlier one's of the same name. */
export async function loadGroups(groups: readonly (readonly string[])[]): Promise<LoadedHandlers> {
  const byName = new Map<string, HandlerEntry>();
  const replaced: string[] = [];
  for (const folders of groups) {
    for (const [name, entry] of await loadFolders(folders)) {
      if (byName.has(name)) replaced.push(name);
      byName.set(name, entry);
    }
  }
  return { handlers: foundByName([...byName.values()]), replaced };
}

export interface LoadedHandlers {
  readonly handlers: readonly HandlerEntry[];
  /** Names that a later group took from an earlier one. */
  readonly replaced: readonly string[];
}
