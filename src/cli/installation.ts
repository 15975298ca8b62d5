/** Where this copy of Troupe lies. Run from its sources or from `dist`, the examples are beside the code. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const codeFolder = fileURLToPath(new URL('../../', import.meta.url));

/** The version in package.json, which compiled code finds one folder further up. */
export function version(): string {
  for (const folder of [codeFolder, join(codeFolder, '..')]) {
    const file = join(folder, 'package.json');
    if (statSync(file, { throwIfNoEntry: false }) === undefined) continue;
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) continue;
    return String(manifest.version);
  }
  throw new Error(`there is no package.json near ${codeFolder}: this installation is not whole`);
}

/** Where the built page is, if it was built: beside the compiled code, or in `dist` beside the sources. */
export function pageFolder(): string {
  const built = join(codeFolder, 'page');
  return isFolder(built) ? built : join(codeFolder, 'dist', 'page');
}

/** The one to begin with. */
const FIRST_EXAMPLE = 'order-fulfilment';

/** The handlers folder of every example, the one to begin with first. */
export function exampleFolders(): string[] {
  const examples = join(codeFolder, 'examples');
  if (!isFolder(examples)) return [];
  const names = readdirSync(examples).sort();
  return [FIRST_EXAMPLE, ...names.filter((name) => name !== FIRST_EXAMPLE)]
    .map((name) => join(examples, name, 'handlers'))
    .filter(isFolder);
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
