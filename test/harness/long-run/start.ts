/** Starts what a long run is about: a server, and where there is a nats-server, that and a worker on it. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNatsServer, type NatsServer, startNatsServer } from '../../../src/cli/nats-server.ts';
import type { Targets } from './faults.ts';
import { Command } from './processes.ts';

export interface StartOptions {
  readonly folder: string;
  readonly db: string;
  readonly retention: string;
  /** Where webhooks go, which the server has to be allowed. */
  readonly hooksAt: string;
}

const folderOf = (name: string): string =>
  fileURLToPath(new URL(`../../../dist/test/harness/long-run/handlers/${name}`, import.meta.url));

/** `url` stays the server's, however often it is started again. */
export async function startAll(options: StartOptions): Promise<{ targets: Targets; url: string }> {
  const { folder, db, retention, hooksAt } = options;
  const program = findNatsServer();
  const natsFolder = join(folder, 'nats');
  const start = (port?: number): Promise<NatsServer> =>
    startNatsServer({
      program: program ?? '',
      folder: natsFolder,
      ...(port === undefined ? {} : { port }),
    });
  const nats = program === null ? null : await start();
  const withNats = nats === null ? [] : ['--nats-url', nats.url];
  // biome-ignore format: an option and its value read as one
  const args = ['serve', '--db', db, '--handlers', folderOf('server'), '--retention', retention,
    '--log', 'warn', '--webhook-allow', new URL(hooksAt).hostname, ...withNats];
  const server = new Command(args, /listening on (http:[^\s"]+)[\s"]/, join(folder, 'server.log'));
  await server.start('--port', '0');
  const url = server.shown?.[1] ?? '';
  server.alsoWith('--port', new URL(url).port);
  if (nats === null) return { targets: { server, worker: null, nats: null }, url };
  const worker = new Command(
    ['worker', '--handlers', folderOf('worker'), '--log', 'warn', ...withNats],
    /RemoteWork/,
    join(folder, 'worker.log'),
  );
  await worker.start();
  const port = Number(new URL(nats.url).port);
  return { targets: { server, worker, nats: { server: nats, restart: () => start(port) } }, url };
}

export async function stopAll({ server, worker, nats }: Targets): Promise<void> {
  await worker?.end('SIGKILL');
  await server.end('SIGKILL');
  await nats?.server.stop();
}
