/** Has a section run what users install: what it imports of `src` and `machines` is taken from `dist`, as built. */

import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const root = new URL('../../', import.meta.url).href;
const source = new RegExp(
  `^${RegExp.escape?.(root) ?? root.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(src|machines)/(.*)\\.ts(\\?.*)?$`,
);

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const [, folder, file] = source.exec(resolved.url) ?? [];
  if (folder === undefined) return resolved;
  return { ...resolved, url: `${root}dist/${folder}/${file}.js`, format: 'module' };
}

if (isMainThread) {
  if (!existsSync(new URL('dist/src/index.js', root)))
    throw new Error('npm run build first: there is no dist');
  register(import.meta.url);
}
