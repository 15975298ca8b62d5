/** The handlers a server starts with, out of several folders; a name stands for one handler only. */

import { resolve } from 'node:path';
import { Refusal } from '../errors.ts';
import type { HandlerEntry } from '../worker/job.ts';
import { loadHandlers } from '../worker/load-handlers.ts';

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
  throw new Refusal('invalid', 'INVALID_HANDLERS', 'the handlers cannot be used', { faults });
}
