/**
 * A server from its settings to its end: the bus is connected, the store opened, then the port and the ways in over
 * the bus; on a signal it takes no more work, lets attempts finish or hands them back, and closes, within a bound.
 */

import type { Logger } from 'pino';
import type { WatchedKeys, WatchOptions } from '../api/key-rotation.ts';
import { reasonOf } from '../errors.ts';
import type { Troupe } from '../troupe.ts';
import type { HealthStatus } from '../views/orchestrator.ts';
import type { Config } from './config.ts';
import { Failure } from './failure.ts';
import type { HandlerFiles } from './handler-files.ts';
import { pageFolder, version } from './installation.ts';
import { describeServer } from './server-banner.ts';
import { connectBus } from './server-bus.ts';
import { createServerLog } from './server-log.ts';
import { leaveWithin, stopSignal } from './stop-signal.ts';

/** Attempts get this much of the time to stop; the rest is for requests in flight and the last commit. */
const ATTEMPTS_SHARE = 0.72;

export interface RunServerOptions {
  /** Widens the handlers to all agents; see TroupeOptions. */
  readonly agents?: 'all';
  /** Listened for already, by what is started before the server. */
  readonly stopped?: Promise<NodeJS.Signals>;
  /** Prepares the troupe before the server listens; the result is closed when the server is asked to stop. */
  readonly prepare?: (troupe: Troupe) => Promise<{ close(): void } | null>;
  /** Runs after the server has closed. */
  readonly afterClose?: () => Promise<void>;
  /** Hears of each handler that takes the place of one of an earlier group. */
  readonly onReplaced?: (name: string) => void;
  /** Loads handler files again when they change. */
  readonly isReloaded?: boolean;
  /** On a terminal the log is in words. */
  readonly isReadable?: boolean;
}

/**
 * Ends the process: the store is claimed until then, and handlers that heed no signal end with it. `groups`: folders of
 * handler files; a handler of a later group takes the place of an earlier one's.
 */
export async function runServer(
  config: Config,
  groups: readonly (readonly string[])[],
  options: RunServerOptions = {},
): Promise<never> {
  const { stopped = stopSignal(), afterClose, onReplaced, isReloaded = false, isReadable = false } = options;
  const serverLog = createServerLog(config.log.value, { isReadable });
  const { announce: say } = serverLog;
  const server = await start(config, groups, { ...options, log: serverLog.log });
  if (serverLog.isTerminal) for (const name of server.files.replaced) onReplaced?.(name);
  describeServer(config, server.files.served, server, serverLog);
  const unwatch = isReloaded ? await watchFiles(groups, server.files, say) : () => undefined;
  const signal = await stopped;
  unwatch();
  say(`${signal}: stopping; again to stop at once`);
  const withinMs = config.stopWithin.value;
  const bound = leaveWithin(withinMs, () =>
    say(`Not closed within ${withinMs / 1_000} s: leaving now. Nothing committed is lost.`),
  );
  await server.close();
  await afterClose?.();
  bound.cancel();
  say('Stopped.');
  process.exit(0);
}

async function watchFiles(
  groups: readonly (readonly string[])[],
  { use }: HandlerFiles,
  say: (text: string) => void,
): Promise<() => void> {
  if (use.handlers.length > 0) return () => undefined;
  const { reloadOnChange } = await import('./reload.ts');
  return reloadOnChange(use.host, groups.flat(), say);
}

interface Server {
  readonly url: string;
  readonly files: HandlerFiles;
  readonly nats: HealthStatus['nats'];
  close(): Promise<void>;
}

async function start(
  config: Config,
  groups: readonly (readonly string[])[],
  { agents, prepare, log }: Pick<RunServerOptions, 'agents' | 'prepare'> & { readonly log: Logger },
): Promise<Server> {
  // Not above: the other commands do without them and start sooner.
  const { openHandlerFiles } = await import('./handler-files.ts');
  const opening = openHandlerFiles({ groups, isolation: config.isolation.value, log });
  // They load while the rest is made ready; what is wrong with them is told where they are awaited.
  opening.catch(() => undefined);
  const [{ createTroupe }, { watchKeys }] = await Promise.all([
    import('../troupe.ts'),
    import('../api/key-rotation.ts'),
  ]);
  const place = await placeOf(config);
  const keysFile = config.apiKeys.value;
  const keys = keysFile === null ? null : watchKeys(keysFile, { onChange: tellKeys(log, keysFile) });
  if (keys !== null && keys.plainNames.length > 0) {
    const names = keys.plainNames;
    log.warn({ names }, `${keysFile} holds keys as they are; "troupe keys create" stores only digests`);
  }
  const files = await opening;
  const bus = await connectBus(config, log).catch(async (error: unknown) => {
    await files.use.host.close();
    throw error;
  });
  try {
    const troupe = await createTroupe({
      db: config.db.value,
      ...files.use,
      concurrency: config.concurrency.value,
      maxBacklogPerTenant: config.maxBacklogPerTenant.value,
      ratePerTenant: config.ratePerTenant.value,
      burstPerTenant: config.burstPerTenant.value,
      publicUrl: () => place.publicUrl,
      webhooks: { secret: config.webhookSecret.value, allow: config.webhookAllow.value },
      prefix: config.prefix.value,
      inspect: config.inspect.value,
      retentionMs: config.retention.value,
      ...(bus === null ? {} : { bus }),
      ...(agents === undefined ? {} : { agents }),
      log,
    });
    try {
      const prepared = await prepare?.(troupe);
      const server = await open(config, { troupe, keys, files, log, place });
      return {
        ...server,
        close: () => {
          prepared?.close();
          return server.close();
        },
      };
    } catch (error) {
      await troupe.close({ graceMs: 0, keepClaim: true });
      throw error;
    }
  } catch (error) {
    await bus?.close();
    await files.use.host.close();
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
  readonly files: HandlerFiles;
  readonly log: Logger;
  readonly place: Place;
}

/** Where people reach the server: told once it listens, unless that is known before. */
interface Place {
  publicUrl: string | null;
}

/** Listened on, they are every address of the machine, and none that a link could have. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

async function placeOf({ publicUrl, host, port }: Config): Promise<Place> {
  const { urlOf } = await import('../api/listen.ts');
  const isKnown = port.value !== 0 && !EVERYWHERE.has(host.value);
  const listened = isKnown ? urlOf({ host: host.value, port: port.value }) : null;
  return { publicUrl: publicUrl.value ?? listened };
}

/** The ways in: the port, submissions and requests on the bus. */
async function open(config: Config, { troupe, keys, files, log, place }: Parts): Promise<Server> {
  const [{ createApp }, { readPage }, { listen }] = await Promise.all([
    import('../api/app.ts'),
    import('../api/page-files.ts'),
    import('../api/listen.ts'),
  ]);
  const app = createApp({
    troupe,
    keys,
    version: version(),
    page: readPage(pageFolder()),
    publicUrl: () => place.publicUrl,
    onError: (err, request) => log.error({ err, ...request }, 'a request failed'),
  });
  const address = { host: config.host.value, port: config.port.value };
  const server = await listen(app, address).catch((error: unknown) => {
    throw listenFailure(error, address);
  });
  if (!EVERYWHERE.has(address.host)) place.publicUrl ??= server.url;
  const doors = await openBus(troupe, { log, isKeyed: keys !== null }).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  return {
    url: server.url,
    files,
    nats: troupe.health().nats,
    // Nothing new is taken; the engine says "not ready" and refuses new work while its probes still get answers.
    close: async () => {
      const taken = doors.map((door) => door.close());
      const graceMs = config.stopWithin.value * ATTEMPTS_SHARE;
      await Promise.all([...taken, troupe.close({ graceMs, keepClaim: true })]);
      await files.use.host.close();
      await server.close();
      keys?.close();
    },
  };
}

/** The ways in over the bus: what streams keep for the server, and requests. */
async function openBus(
  troupe: Troupe,
  { log, isKeyed }: { readonly log: Logger; readonly isKeyed: boolean },
): Promise<readonly { close(): Promise<void> }[]> {
  const [{ startIntake }, { startSignals }, { startRpc }] = await Promise.all([
    import('../nats/submissions/intake.ts'),
    import('../nats/signals/intake.ts'),
    import('../nats/requests/rpc.ts'),
  ]);
  const doors: { close(): Promise<void> }[] = [];
  try {
    doors.push(await startIntake(troupe, log));
    doors.push(await startSignals(troupe, log));
    doors.push(await startRpc(troupe, { version: version(), log, isKeyed }));
    return doors;
  } catch (error) {
    await Promise.all(doors.map((door) => door.close()));
    throw error;
  }
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
      const why = reasonOf(cause);
      return new Failure(`cannot listen on ${where}: ${why}`, { notes: ['Check --host and --port.'], cause });
    }
  }
}
