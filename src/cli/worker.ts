/** `troupe worker`: handlers from folders, served to the orchestrators of a NATS, until a signal. */

import type { Command } from 'commander';
import { DEFAULT_CONCURRENCY } from '../worker/job.ts';
import type { Config } from './config.ts';
import { Failure } from './failure.ts';
import { plain, print, say } from './output.ts';
import { append, ISOLATION_HELP, type ServerFlags, settingsOf } from './server-options.ts';
import { stopSignal } from './stop-signal.ts';

type WorkerFlags = Pick<
  ServerFlags,
  'handlers' | 'isolation' | 'concurrency' | 'natsUrl' | 'natsCreds' | 'prefix' | 'log'
> & { readonly agent?: string; readonly name?: string };

const CLOSE_WITHIN_MS = 25_000;
/** The rest of the time is for handing back unfinished attempts. */
const ATTEMPTS_FINISH_WITHIN_MS = 20_000;

export function addWorker(program: Command): void {
  program
    .command('worker')
    .summary('serve handlers to orchestrators over NATS')
    .description(
      'Takes jobs for its handlers from NATS and answers with their outcomes. Start as many as you like, anywhere:\n' +
        'they share the work. SIGTERM lets what runs finish and hands the rest to others.',
    )
    .option(
      '--handlers <folder>',
      'handler files; repeatable, or separated by commas (TROUPE_HANDLERS)',
      append,
    )
    .option('--isolation <how>', ISOLATION_HELP)
    .option('--agent <name>', 'serve the steps of this agent; "default" unless given (TROUPE_AGENT)')
    .option(
      '--name <name>',
      "what the history of a step calls it; the host's name and the process id unless given (TROUPE_WORKER_NAME)",
    )
    .option(
      '--concurrency <n>',
      `attempts at once, divided among the handlers; ${DEFAULT_CONCURRENCY} unless given (TROUPE_CONCURRENCY)`,
    )
    .option('--nats-url <url>', 'a NATS server, or several by commas (NATS_URL)')
    .option('--nats-creds <file>', 'credentials for it (NATS_CREDS)')
    .option('--prefix <word>', 'first word of every subject; troupe unless given (TROUPE_PREFIX)')
    .option(
      '--log <level>',
      'trace, debug, info, warn, error, fatal or silent; info unless given (TROUPE_LOG)',
    )
    .action(runWorker);
}

async function runWorker({ agent, name, ...flags }: WorkerFlags): Promise<void> {
  const stopped = stopSignal();
  // A worker neither listens nor keeps anything, so a server's settings in the environment are not its business.
  const config = await settingsOf({ ...flags, insecure: true }, { db: ':memory:', webhookAllow: [] });
  const url = assertUsable(config);
  const worker = await start(config, url, {
    agent: agent ?? (process.env.TROUPE_AGENT || 'default'),
    name: name ?? (process.env.TROUPE_WORKER_NAME || undefined),
  });
  const signal = await stopped;
  say(`${signal}: stopping, ${worker.running} running; again to stop at once`);
  const late = setTimeout(() => {
    say(`Not stopped within ${CLOSE_WITHIN_MS / 1_000} s: leaving now. Unfinished jobs go to other workers.`);
    process.exit(1);
  }, CLOSE_WITHIN_MS);
  await worker.stop({ graceMs: ATTEMPTS_FINISH_WITHIN_MS });
  clearTimeout(late);
  say('Stopped.');
  // A handler that ignores its signal would keep the process.
  process.exit(0);
}

/** The URL of NATS. */
function assertUsable({ natsUrl, handlers }: Config): string {
  const notes: string[] = [];
  if (natsUrl.value === null) {
    notes.push('  it has no NATS to take jobs from: give --nats-url URL or NATS_URL');
  }
  if (handlers.value.length === 0)
    notes.push('  it has no handlers: give --handlers FOLDER or TROUPE_HANDLERS');
  if (natsUrl.value !== null && notes.length === 0) return natsUrl.value;
  throw new Failure('the worker cannot start:', { exitCode: 2, notes });
}

async function start(
  config: Config,
  url: string,
  { agent, name }: { agent: string; name: string | undefined },
) {
  // Not above: the other commands do without them and start sooner.
  const [{ startWorker }, { openHandlerFiles }, { withoutLogin }, { pino }] = await Promise.all([
    import('../remote-worker/worker.ts'),
    import('./handler-files.ts'),
    import('../bus/nats/address.ts'),
    import('pino'),
  ]);
  const log = pino({ level: config.log.value }, pino.destination(2));
  const { use } = await openHandlerFiles({
    groups: [config.handlers.value],
    isolation: config.isolation.value,
    log,
  });
  const creds = config.natsCreds.value;
  const worker = await startWorker({
    nats: creds === null ? { url } : { url, creds },
    ...use,
    agent,
    ...(name === undefined ? {} : { name }),
    concurrency: config.concurrency.value,
    prefix: config.prefix.value,
    log,
  }).catch(async (error: unknown) => {
    await use.host.close();
    throw error;
  });
  const served = [...worker.shares].map(([name, share]) => `${plain(name)} (${share} at once)`);
  print(`troupe: worker of agent ${plain(agent)} serving ${[...worker.shares.keys()].map(plain).join(', ')}`);
  say(`  NATS      ${plain(withoutLogin(url))}, subjects ${config.prefix.value}.jobs.>`);
  say(`  handlers  ${served.join(', ')}`);
  return worker;
}
