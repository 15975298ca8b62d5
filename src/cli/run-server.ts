/**
 * A server from its settings to its end: the store is opened, handlers are started, then the port; on a signal it
 * takes no more work, lets attempts finish or hands them back, and closes, within a bound.
 */

import type { Config } from '../config.ts';
import type { HandlerEntry } from '../worker/job.ts';
import { Failure } from './failure.ts';
import { version } from './installation.ts';
import { plain, print, say } from './output.ts';

const CLOSE_WITHIN_MS = 25_000;
/** What is left of it is for requests in flight and the last commit. */
const ATTEMPTS_FINISH_WITHIN_MS = 18_000;

/** Resolves once it is closed. */
export async function runServer(config: Config, handlers: readonly HandlerEntry[]): Promise<void> {
  const stopped = stopSignal();
  const server = await start(config, handlers);
  describe(config, handlers, server.url);
  const signal = await stopped;
  say(`${signal}: stopping; again to stop at once`);
  const late = setTimeout(() => {
    say(`Not closed within ${CLOSE_WITHIN_MS / 1_000} s: leaving now. Nothing committed is lost.`);
    process.exit(1);
  }, CLOSE_WITHIN_MS);
  await server.close();
  clearTimeout(late);
  say('Stopped.');
}

/** Listens from the start on, so that a signal during it is not lost; the second one does not wait. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stopping = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(1);
      stopping = true;
      resolve(signal);
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  });
}

async function start(config: Config, handlers: readonly HandlerEntry[]) {
  // Not above: the other commands do without them and start sooner.
  const [{ createTroupe }, { createApp }, { listen }, { loadKeys }, { pino }] = await Promise.all([
    import('../troupe.ts'),
    import('../api/app.ts'),
    import('../api/listen.ts'),
    import('../api/keys.ts'),
    import('pino'),
  ]);
  const log = pino({ level: config.log.value }, pino.destination(2));
  const keys = config.apiKeys.value === null ? null : loadKeys(config.apiKeys.value);
  const troupe = await createTroupe({
    db: config.db.value,
    handlers,
    concurrency: config.concurrency.value,
    webhooks: { secret: config.webhookSecret.value, allow: config.webhookAllow.value },
    log,
  });
  const app = createApp({
    troupe,
    keys,
    version: version(),
    onError: (err, request) => log.error({ err, ...request }, 'a request failed'),
  });
  const address = { host: config.host.value, port: config.port.value };
  const server = await listen(app, address).catch(async (error: unknown) => {
    await troupe.close({ graceMs: 0 });
    throw listenFailure(error, address);
  });
  return {
    url: server.url,
    // The engine first: it says "not ready" and refuses new work while its probes still get answers.
    close: async () => {
      await troupe.close({ graceMs: ATTEMPTS_FINISH_WITHIN_MS });
      await server.close();
    },
  };
}

function listenFailure(cause: unknown, { host, port }: { host: string; port: number }): Failure {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  const where = `${host} port ${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return new Failure(`${where} is in use`, {
        notes: ['Stop what listens there, or give another --port (0 takes any free one).'],
        cause,
      });
    case 'EACCES':
      return new Failure(`${where} is not allowed to this user`, {
        notes: ['Use a --port above 1023.'],
        cause,
      });
    default: {
      const why = cause instanceof Error ? cause.message : String(cause);
      return new Failure(`cannot listen on ${where}: ${why}`, { notes: ['Check --host and --port.'], cause });
    }
  }
}

function describe(config: Config, handlers: readonly HandlerEntry[], url: string): void {
  print(`troupe: listening on ${url}`);
  const names = handlers.map(({ name }) => plain(name));
  say(`  data      ${config.db.value}`);
  say('  bus       in-process');
  say(
    `  handlers  ${names.length === 0 ? 'none: tasks wait until --handlers gives some' : names.join(', ')}`,
  );
  const [first] = handlers;
  if (first !== undefined) say(`  try it    ${curlFor(url, first.name, config.apiKeys.value !== null)}`);
}

function curlFor(url: string, name: string, isKeyed: boolean): string {
  const body = JSON.stringify({ name, payload: { orderId: 'ORD123' } });
  const key = isKeyed ? ` -H "authorization: Bearer $TROUPE_API_KEY"` : '';
  // The way to write a single quote inside single quotes in a POSIX shell.
  const quoted = `'${body.replaceAll("'", `'\\''`)}'`;
  return `curl -s ${url}/tasks -H 'content-type: application/json'${key} -d ${quoted}`;
}
