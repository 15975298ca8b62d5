/** `troupe dev`: everything in one process on loopback, with the handlers of the examples, nothing to configure. */

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { exampleFolders, isFolder } from './installation.ts';
import { plain, say } from './output.ts';
import { addSettingFlags, type ServerFlags, settingsOf } from './server-options.ts';

const OWN_FOLDER = 'handlers';

export function addDev(program: Command): void {
  const command = program
    .command('dev')
    .summary('everything in one process, for development')
    .description(
      'Runs everything in this process: store in ./.troupe/, in-process bus, the handlers of the examples, of\n' +
        './handlers if it is there, and of --handlers. Webhooks may go to loopback.',
    );
  addSettingFlags(command).action(dev);
}

async function dev(flags: ServerFlags): Promise<void> {
  const config = await settingsOf(flags, {
    db: './.troupe/troupe.db',
    webhookAllow: ['127.0.0.0/8', '::1', 'localhost'],
  });
  if (config.db.value !== ':memory:') mkdirSync(dirname(config.db.value), { recursive: true });
  // Not above: only a server has a use for it.
  const { loadFolders } = await import('./server-handlers.ts');
  const examples = await loadFolders(exampleFolders());
  const own = await loadFolders([...(isFolder(OWN_FOLDER) ? [OWN_FOLDER] : []), ...config.handlers.value]);
  for (const name of own.keys()) {
    if (examples.has(name)) say(`Your handler ${plain(name)} takes the place of the example's.`);
  }
  const { runServer } = await import('./run-server.ts');
  await runServer(config, [...new Map([...examples, ...own]).values()]);
}
