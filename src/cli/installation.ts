/** Where this copy of Troupe lies. Run from its sources or from `dist`, the examples are beside the code. */

import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const codeFolder = fileURLToPath(new URL('../../', import.meta.url));

/** The folder of package.json, which compiled code finds one folder further up. */
function packageFolder(): string {
  const found = [codeFolder, join(codeFolder, '..')].find(
    (folder) => statSync(join(folder, 'package.json'), { throwIfNoEntry: false }) !== undefined,
  );
  if (found !== undefined) return found;
  throw new Error(`there is no package.json near ${codeFolder}: this installation is not whole`);
}

export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new Error(`package.json near ${codeFolder} names no version: this installation is not whole`);
}

/** Where the built page is, if it was built: beside the compiled code, or in `dist` beside the sources. */
export function pageFolder(): string {
  const built = join(codeFolder, 'page');
  return isFolder(built) ? built : join(codeFolder, 'dist', 'page');
}

/** The one to begin with. */
const FIRST_EXAMPLE = 'order-fulfilment';

/** Tells whether the command runs where Troupe is developed or tried, and not in a project that uses it. */
export function isOwnCheckout(): boolean {
  const way = relative(realpathSync(packageFolder()), realpathSync(process.cwd()));
  return !isAbsolute(way) && way.split(sep)[0] !== '..';
}

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
