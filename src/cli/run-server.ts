/**
 * A server from its settings to its end: the bus is connected, the store opened, then the port and the ways in over
 * the bus; on a signal it takes no more work, lets attempts finish or hands them back, and closes, within a bound.
 */

import type { Logger } from 'pino';
import type { WatchedKeys, WatchOptions } from '../api/key-rotation.ts';
import type { Config } from '../config.ts';
import type { HealthStatus } from '../orchestrator.ts';
import type { Troupe } from '../troupe.ts';
import type { HandlerEntry } from '../worker/job.ts';
import { Failure } from './failure.ts';
import { pageFolder, version } from './installation.ts';
import { say } from './output.ts';
import { describeServer } from './server-banner.ts';
import { connectBus } from './server-bus.ts';
import { stopSignal } from './stop-signal.ts';

const CLOSE_WITHIN_MS = 25_000;
/** What is left of it is for requests in flight and the last commit. */
const ATTEMPTS_FINISH_WITHIN_MS = 18_000;

/** Resolves once it is closed. */
export async function runServer(config: Config, handlers: readonly HandlerEntry[]): Promise<void> {
  const stopped = stopSignal();
  const server = await start(config, handlers);
  describeServer(config, handlers, server);
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

interface Server {
  readonly url: string;
  readonly nats: HealthStatus['nats'];
  close(): Promise<void>;
}

async function start(config: Config, handlers: readonly HandlerEntry[]): Promise<Server> {
  // Not above: the other commands do without them and start sooner.
  const [{ createTroupe }, { watchKeys }, { pino }] = await Promise.all([
    import('../troupe.ts'),
    import('../api/key-rotation.ts'),
    import('pino'),
  ]);
  const log = pino({ level: config.log.value }, pino.destination(2));
  const keysFile = config.apiKeys.value;
  const keys = keysFile === null ? null : watchKeys(keysFile, { onChange: tellKeys(log, keysFile) });
  if (keys !== null && keys.plainNames.length > 0) {
    const names = keys.plainNames;
    log.warn({ names }, `${keysFile} holds keys as they are; "troupe keys create" stores only digests`);
  }
  const bus = await connectBus(config, log);
  try {
    const troupe = await createTroupe({
      db: config.db.value,
      handlers,
      concurrency: config.concurrency.value,
      maxBacklogPerTenant: config.maxBacklogPerTenant.value,
      ratePerTenant: config.ratePerTenant.value,
      burstPerTenant: config.burstPerTenant.value,
      webhooks: { secret: config.webhookSecret.value, allow: config.webhookAllow.value },
      prefix: config.prefix.value,
      inspect: config.inspect.value,
      retentionMs: config.retention.value,
      ...(bus === null ? {} : { bus }),
      log,
    });
    return await open(config, { troupe, keys, log }).catch(async (error: unknown) => {
      await troupe.close({ graceMs: 0 });
      throw error;
    });
  } catch (error) {
    await bus?.close();
    throw error;
  }
}

function tellKeys(log: Logger, file: string): WatchOptions['onChange'] {
  return (change) => {
    if ('count' in change) log.info(change, `${file} was read again`);
    else log.error({ err: change.error }, 'the keys file cannot be used; the keys of before stay');
  };
}

interface Parts {
  readonly troupe: Troupe;
  readonly keys: WatchedKeys | null;
  readonly log: Logger;
}

/** The ways in: the port, submissions and requests on the bus. */
async function open(config: Config, { troupe, keys, log }: Parts): Promise<Server> {
  const [{ createApp }, { readPage }, { listen }, { startIntake }, { startRpc }] = await Promise.all([
    import('../api/app.ts'),
    import('../api/page-files.ts'),
    import('../api/listen.ts'),
    import('../intake/intake.ts'),
    import('../rpc/rpc.ts'),
  ]);
  const app = createApp({
    troupe,
    keys,
    version: version(),
    page: readPage(pageFolder()),
    onError: (err, request) => log.error({ err, ...request }, 'a request failed'),
  });
  const address = { host: config.host.value, port: config.port.value };
  const server = await listen(app, address).catch((error: unknown) => {
    throw listenFailure(error, address);
  });
  const intake = await startIntake(troupe, log).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  const rpc = await startRpc(troupe, { version: version(), log });
  return {
    url: server.url,
    nats: troupe.health().nats,
    // Nothing new is taken; the engine says "not ready" and refuses new work while its probes still get answers.
    close: async () => {
      const taken = [intake.close(), rpc.close()];
      await Promise.all([...taken, troupe.close({ graceMs: ATTEMPTS_FINISH_WITHIN_MS })]);
      await server.close();
      keys?.close();
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
