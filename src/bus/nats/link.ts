/**
 * One connection to NATS, made again for ever. Every connection, the first like the hundredth, is a new one of the
 * client with everything attached anew: what was in flight on the old one fails at once, and nothing of it lingers.
 */

import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  type NatsConnection,
  type TlsOptions,
} from 'nats';
import { Refusal } from '../../errors.ts';
import { type NatsAddress, parseNatsUrl } from './address.ts';
import { permanent, reasonOf } from './errors.ts';
import { greeting } from './greeting.ts';

export type NatsStatus =
  | { readonly state: 'connected'; readonly server: string; readonly version: string }
  /** Said once, however long it lasts. */
  | { readonly state: 'disconnected'; readonly reason: string };

export interface LinkOptions {
  /** See `parseNatsUrl`. */
  readonly url: string;
  /** Path of a credentials file, read for every connection. */
  readonly creds?: string;
  readonly tls?: Pick<TlsOptions, 'caFile' | 'certFile' | 'keyFile'>;
  /** The server lists the connection under this name. */
  readonly name: string;
  /** How often a silent server is asked whether it is there; it is given up after the third time. Default 5 s. */
  readonly pingIntervalMs?: number;
  readonly onStatus?: (status: NatsStatus) => void;
}

export interface LinkHooks {
  /** Before anybody may use a connection; if it fails, so has the connection. */
  readonly prepare: (connection: NatsConnection) => Promise<void>;
  readonly attach: (connection: NatsConnection) => void;
  readonly detach: () => void;
}

const CONNECT_TIMEOUT_MS = 5_000;
const DRAIN_TIMEOUT_MS = 2_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;

export class NatsLink {
  readonly #options: LinkOptions;
  readonly #address: NatsAddress;
  readonly #hooks: LinkHooks;
  readonly #stop = new AbortController();
  /** Others of the cluster, as its servers have told. */
  #gossiped: readonly string[] = [];
  #connection: NatsConnection | null = null;
  #down = false;
  #kept: Promise<void> = Promise.resolve();

  constructor(options: LinkOptions, hooks: LinkHooks) {
    this.#options = options;
    this.#address = parseNatsUrl(options.url);
    this.#hooks = hooks;
  }

  /** Open and prepared, or null. */
  get connection(): NatsConnection | null {
    return this.#connection?.isClosed() === false ? this.#connection : null;
  }

  /** Resolves after the first attempt, though it failed; rejects if it will always fail. */
  async open(): Promise<void> {
    let first: NatsConnection | null = null;
    try {
      first = await this.#connect();
    } catch (error) {
      const refusal = permanent(error);
      if (refusal !== null) throw refusal;
      this.#setDown(error);
    }
    this.#kept = this.#keep(first);
  }

  /** Hands out what has come and sends what was said, both within 2 s. */
  async close(): Promise<void> {
    this.#stop.abort();
    const connection = this.connection;
    if (connection !== null) {
      const timeout = new AbortController();
      const drained = connection.drain().catch(() => undefined);
      await Promise.race([drained, pause(DRAIN_TIMEOUT_MS, timeout.signal)]);
      timeout.abort();
      await connection.close();
    }
    await this.#kept;
  }

  async #keep(first: NatsConnection | null): Promise<void> {
    let connection = first;
    for (let failures = connection === null ? 1 : 0; !this.#stop.signal.aborted; ) {
      if (connection !== null) {
        const error = await connection.closed();
        this.#connection = null;
        this.#hooks.detach();
        connection = null;
        this.#setDown(error ?? new Error('the connection was closed'));
      }
      await pause(backoffMs(failures), this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      try {
        connection = await this.#connect();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#setDown(error);
      }
    }
    await connection?.close();
  }

  async #connect(): Promise<NatsConnection> {
    const connection = await connect(await this.#connectionOptions());
    const abandon = (): void => void connection.close();
    this.#stop.signal.addEventListener('abort', abandon, { once: true });
    try {
      await this.#hooks.prepare(connection);
      this.#stop.signal.throwIfAborted();
    } catch (error) {
      await connection.close();
      throw error;
    } finally {
      this.#stop.signal.removeEventListener('abort', abandon);
    }
    const { version = '', connect_urls: gossiped = [] } = connection.info ?? {};
    this.#gossiped = gossiped;
    this.#connection = connection;
    this.#down = false;
    this.#hooks.attach(connection);
    this.#options.onStatus?.({ state: 'connected', server: connection.getServer(), version });
    return connection;
  }

  async #connectionOptions(): Promise<ConnectionOptions> {
    const { creds, tls, name, pingIntervalMs = 5_000 } = this.#options;
    const { servers, login, tls: tlsWanted } = this.#address;
    const known = [...new Set([...servers, ...this.#gossiped])];
    return {
      servers: await greeting(known, { timeoutMs: CONNECT_TIMEOUT_MS, signal: this.#stop.signal }),
      name,
      reconnect: false,
      timeout: CONNECT_TIMEOUT_MS,
      pingInterval: pingIntervalMs,
      maxPingOut: 2,
      // Where a request was made is a stack trace for each of them.
      noAsyncTraces: true,
      ...login,
      ...(tlsWanted || tls !== undefined ? { tls: { ...tls } } : {}),
      ...(creds === undefined ? {} : { authenticator: credsAuthenticator(await readCreds(creds)) }),
    };
  }

  #setDown(error: unknown): void {
    if (this.#down || this.#stop.signal.aborted) return;
    this.#down = true;
    this.#options.onStatus?.({ state: 'disconnected', reason: reasonOf(error) });
  }
}

async function readCreds(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Refusal('NATS_CREDS', `The NATS credentials ${path} cannot be read: ${reasonOf(cause)}.`, {
      cause,
    });
  }
}

/** Half of it by chance, so that all who lost the same server do not come back in the same moment. */
function backoffMs(failures: number): number {
  const most = Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS);
  return most * (0.5 + Math.random() / 2);
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  // Rejects only for the signal, and then the wait is over as well.
  await wait(delayMs, undefined, { signal }).catch(() => undefined);
}
