/** `troupe dev`: everything in one process on loopback, with the handlers of the examples, nothing to configure. */

import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from './config.ts';
import { Failure } from './failure.ts';
import { exampleFolders, isFolder, isOwnCheckout } from './installation.ts';
import type { NatsServer } from './nats-server.ts';
import { plain, say } from './output.ts';
import type { RunServerOptions } from './run-server.ts';
import { addSettingFlags, type ServerFlags, settingsOf } from './server-options.ts';
import { requireSqlite } from './sqlite.ts';
import { stopSignal } from './stop-signal.ts';

type DevFlags = ServerFlags & { readonly nats?: true; readonly examples?: true };

const OWN_FOLDER = 'handlers';
const OWN_WORKFLOWS = 'workflows';
const OWN_STATE = './.troupe';
const USUAL_NATS_PORT = 4222;

export function addDev(program: Command): void {
  const command = program
    .command('dev')
    .summary('everything in one process, for development')
    .description(
      'Runs everything in this process: store in ./.troupe/, in-process bus, the handlers of ./handlers if it is ' +
        'there and of --handlers, the workflow files of ./workflows and of --workflows, which are registered again ' +
        'whenever they are saved. Webhooks may go to loopback. With --nats, a nats-server of its own runs as long as ' +
        'it does, and keeps its streams beside the store.',
    );
  addSettingFlags(command)
    .option('--examples', "the handlers of Troupe's examples too, as always in Troupe's own checkout")
    .option('--nats', 'start a nats-server of its own, if one is installed')
    .action(dev);
}

async function dev(flags: DevFlags): Promise<void> {
  await requireSqlite();
  const config = await settingsOf(flags, {
    db: `${OWN_STATE}/troupe.db`,
    webhookAllow: ['127.0.0.0/8', '::1', 'localhost'],
  });
  if (flags.nats && flags.natsUrl !== undefined) {
    throw new Failure('--nats starts a server and --nats-url names one: give one of them', { exitCode: 2 });
  }
  const folder = config.db.value === ':memory:' ? OWN_STATE : dirname(config.db.value);
  mkdirSync(folder, { recursive: true });
  // Before a nats-server is started: one that is asked to stop while it starts has to end it as well.
  const stopped = stopSignal();
  const withExamples = flags.examples === true || isOwnCheckout();
  if (!flags.nats) return run(config, { stopped, withExamples });
  const nats = await startOwnNats(join(folder, 'nats'));
  const afterClose = (): Promise<void> => nats.stop();
  try {
    await run(
      { ...config, natsUrl: { value: nats.url, from: 'flag' } },
      { stopped, withExamples, agents: 'all', afterClose },
    );
  } finally {
    await nats.stop();
  }
}

async function startOwnNats(folder: string): Promise<NatsServer> {
  const { findNatsServer, HOW_TO_GET_NATS_SERVER, startNatsServer } = await import('./nats-server.ts');
  const program = findNatsServer();
  if (program === null) throw new Failure('no nats-server is installed', { notes: [HOW_TO_GET_NATS_SERVER] });
  try {
    // Where every client looks unless told otherwise.
    return await startNatsServer({ program, folder, port: USUAL_NATS_PORT });
  } catch {
    // Another one may have it: any port will do, and what else is wrong is told by this attempt.
    return await startNatsServer({ program, folder });
  }
}

type RunOptions = RunServerOptions & { readonly withExamples: boolean };

async function run(config: Config, { withExamples, ...options }: RunOptions): Promise<void> {
  // Not above: only a server has a use for it.
  const { runServer } = await import('./run-server.ts');
  const own = [...(isFolder(OWN_FOLDER) ? [OWN_FOLDER] : []), ...config.handlers.value];
  const folders = [...(isFolder(OWN_WORKFLOWS) ? [OWN_WORKFLOWS] : []), ...config.workflows.value];
  const prepare: RunServerOptions['prepare'] = async (troupe) => {
    const { followFolders } = await import('./workflow-reload.ts');
    const each = new Map(folders.map((folder) => [resolve(folder), folder]));
    return followFolders(troupe, [...each.values()], { isKeyed: config.apiKeys.value !== null });
  };
  await runServer(config, [withExamples ? exampleFolders() : [], own], {
    ...options,
    prepare,
    onReplaced: (name) => say(`Your handler ${plain(name)} takes the place of the example's.`),
    isReloaded: true,
    isReadable: true,
  });
}
