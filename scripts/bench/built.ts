/** What a user installs, as `npm run build` makes it; sections that time a start do not time a compiler. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function built(file: string): string {
  const path = fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is not there: npm run build first`);
  return path;
}
