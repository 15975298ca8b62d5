/**
 * Part of `npm run build`: lets `npx troupe` work in this folder as it does where Troupe is installed. npm links the
 * commands of dependencies only; without the link npx would install this folder elsewhere first, and build it again.
 */

import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const inRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

chmodSync(inRoot('dist/src/cli/main.js'), 0o755);
// On Windows a link takes rights that few have, and npx its long way.
if (process.platform !== 'win32') {
  const link = inRoot('node_modules/.bin/troupe');
  mkdirSync(inRoot('node_modules/.bin'), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../dist/src/cli/main.js', link);
}
