/** The real server in this process, with the page as it was built last; gone when the test ends. */

import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { type Keys, parseKeys } from '../../src/api/keys.ts';
import { listen } from '../../src/api/listen.ts';
import { readPage } from '../../src/api/page-files.ts';
import { createTroupe, type Troupe, type TroupeOptions } from '../../src/index.ts';

export interface Served {
  readonly url: string;
  readonly troupe: Troupe;
}

export interface ServeOptions extends Partial<TroupeOptions> {
  /** As in a file of keys; without them everybody is the administrator. */
  readonly keys?: object;
}

export async function serve({ keys, ...options }: ServeOptions = {}): Promise<Served> {
  const troupe = await createTroupe({ db: ':memory:', handlers: [], ...options });
  const known: Keys | null = keys === undefined ? null : parseKeys(keys, 'the test');
  const page = readPage(fileURLToPath(new URL('../../dist/page', import.meta.url)));
  const server = await listen(createApp({ troupe, keys: known, version: '0', page }), {
    host: '127.0.0.1',
    port: 0,
  });
  onTestFinished(async () => {
    await server.close();
    await troupe.close({ graceMs: 0 });
  });
  return { url: server.url, troupe };
}
