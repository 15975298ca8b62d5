/**
 * The bus over NATS. It is there whether or not the server is: subscriptions and consumers are taken up whenever
 * there is a connection, and what cannot be sent now is refused as BUS_UNAVAILABLE, to be sent again.
 */

import type { Msg, NatsConnection } from 'nats';
import { assert, type Refusal } from '../errors.ts';
import type {
  Bus,
  BusOptions,
  ConsumeOptions,
  Delivery,
  Published,
  ReadOptions,
  Service,
  Subscription,
  WorkState,
} from './bus.ts';
import {
  type BusMessage,
  createMessage,
  MAX_MESSAGE_BYTES,
  type MessageHandler,
  type PublishOptions,
} from './message.ts';
import { queueDurable } from './nats/durable.ts';
import { isTimeout, isUnheard, refusalOf, unavailable } from './nats/errors.ts';
import { type LinkOptions, NatsLink } from './nats/link.ts';
import { callHandler, fromMessage, toHeaders } from './nats/messages.ts';
import { Pullers } from './nats/pullers.ts';
import { readerDurable } from './nats/reader.ts';
import { assertUsable, reportDenials } from './nats/server.ts';
import { Serving } from './nats/serving.ts';
import { Settlements } from './nats/settlements.ts';
import { notKeptBy, Streams } from './nats/streams.ts';
import { assertPattern, matches } from './patterns.ts';
import { busClosed, noResponders, requestTimeout } from './refusals.ts';

export type { NatsStatus } from './nats/link.ts';

export interface NatsBusOptions extends BusOptions, LinkOptions {
  /** How long a stream may take to say that it keeps a message; default 5 s. */
  readonly publishTimeoutMs?: number;
}

/** A subscription, which is made again on every connection. */
interface Listener {
  readonly attach: (connection: NatsConnection) => unknown;
}

/**
 * Resolves with or without a server there: `connected` tells. Rejects for what waiting will not mend:
 * INVALID_NATS_URL, NATS_LOGIN, NATS_CREDS, NATS_TLS, NATS_TOO_OLD, NO_JETSTREAM, STREAM_DIFFERS,
 * STREAM_SUBJECTS_TAKEN.
 */
export async function connectNats(options: NatsBusOptions): Promise<NatsBus> {
  const bus = new NatsBus(options);
  await bus.open();
  return bus;
}

export class NatsBus implements Bus {
  readonly #options: NatsBusOptions;
  readonly #link: NatsLink;
  readonly #streams: Streams;
  readonly #settlements: Settlements;
  readonly #listeners = new Set<Listener>();
  readonly #pullers: Pullers;
  /** Bytes a message; the last server's while there is none. */
  #serverTakes = MAX_MESSAGE_BYTES;
  #closing: Promise<void> | null = null;

  constructor(options: NatsBusOptions) {
    this.#options = options;
    this.#streams = new Streams(options.streams);
    this.#settlements = new Settlements(this.#streams);
    this.#pullers = new Pullers({
      streams: this.#streams,
      settlements: this.#settlements,
      onError: options.onError,
    });
    this.#link = new NatsLink(options, {
      prepare: (connection) => this.#prepare(connection),
      attach: (connection) => this.#attach(connection),
      detach: () => this.#settlements.detach(),
    });
  }

  get connected(): boolean {
    return this.#link.connection !== null;
  }

  /** `server`: `host:port` of the one it is connected to. */
  get link(): { readonly connected: boolean; readonly server: string | null } {
    return { connected: this.connected, server: this.#link.connection?.getServer() ?? null };
  }

  /** As the server said when it was connected to. */
  get maxMessageBytes(): number {
    this.#serverTakes = this.#link.connection?.info?.max_payload ?? this.#serverTakes;
    return Math.min(MAX_MESSAGE_BYTES, this.#serverTakes);
  }

  /** Called once, before anything else. */
  async open(): Promise<void> {
    await this.#link.open();
  }

  async publish(subject: string, data: Uint8Array, options: PublishOptions = {}): Promise<Published> {
    this.#assertOpen();
    const stream = this.#streams.of(subject);
    const { publishTimeoutMs = 5_000 } = this.#options;
    const isPassing = stream !== null && options.keep === false;
    const headers = isPassing ? { ...options.headers, ...notKeptBy(stream) } : options.headers;
    const message = createMessage(subject, data, { ...options, ...(headers && { headers }) }, null);
    const outgoing = { subject, data, headers: toHeaders(message.headers) };
    const connection = this.#connection();
    try {
      if (isPassing) this.#streams.pass(connection, outgoing);
      else if (stream !== null)
        return await this.#streams.store(connection, stream, outgoing, publishTimeoutMs);
      else connection.publish(subject, data, { headers: outgoing.headers });
      return { duplicate: false, id: null };
    } catch (error) {
      throw this.#refusalOf(error, subject);
    }
  }

  subscribe(pattern: string, options: { readonly queue?: string }, handler: MessageHandler): Subscription {
    this.#assertOpen();
    assertPattern(pattern);
    const { onError } = this.#options;
    let current: { unsubscribe(): void } | null = null;
    let left = false;
    const callback = (error: unknown, message: Msg): void => {
      // The server denied the subscription, which it says on its own as well.
      if (left || error !== null) return;
      callHandler(handler, this.#read(message), (thrown) => onError(thrown, message.subject));
    };
    const listener: Listener = {
      attach: (connection) => {
        current = connection.subscribe(pattern, { ...options, callback });
      },
    };
    this.#listeners.add(listener);
    const connection = this.#link.connection;
    if (connection !== null) listener.attach(connection);
    return {
      unsubscribe: () => {
        if (!left) current?.unsubscribe();
        left = true;
        this.#listeners.delete(listener);
      },
    };
  }

  async serve(service: Service): Promise<Subscription> {
    this.#assertOpen();
    for (const { pattern } of service.endpoints) assertPattern(pattern);
    const serving = new Serving(service, (message) => this.#read(message), this.#options.onError);
    this.#listeners.add(serving);
    const connection = this.#link.connection;
    if (connection !== null) await serving.attach(connection);
    return {
      unsubscribe: () => {
        serving.stop();
        this.#listeners.delete(serving);
      },
    };
  }

  async request(
    subject: string,
    data: Uint8Array,
    options: { readonly timeoutMs: number; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<BusMessage> {
    this.#assertOpen();
    assert(this.#streams.of(subject) === null, `${subject} is asked, so no stream keeps it`);
    const headers = toHeaders(createMessage(subject, data, options, null).headers);
    const connection = this.#connection();
    try {
      const answer = await connection.request(subject, data, {
        timeout: options.timeoutMs,
        ...(headers && { headers }),
      });
      return fromMessage(answer, null);
    } catch (error) {
      if (this.#closing !== null) throw busClosed();
      // The client calls this a timeout as well.
      if (connection.isClosed()) throw unavailable(`The connection was lost before ${subject} answered`);
      if (isUnheard(error)) throw noResponders(subject);
      throw isTimeout(error) ? requestTimeout(subject, options.timeoutMs) : refusalOf(error, subject);
    }
  }

  async consume(
    stream: string,
    pattern: string,
    options: ConsumeOptions,
    handler: (delivery: Delivery) => void | Promise<void>,
  ): Promise<Subscription> {
    this.#assertOpen();
    assertPattern(pattern);
    const spec = this.#streams.queue(stream);
    assert(
      matches(spec.pattern, pattern),
      `${pattern} lies within ${spec.pattern}, the pattern of ${stream}`,
    );
    const durable = queueDurable(spec, pattern, options);
    return this.#pullers.start({ stream: spec, pattern, durable, options, handler }, this.#link.connection);
  }

  async read(
    stream: string,
    { reader, ...options }: ReadOptions,
    handler: (delivery: Delivery) => void | Promise<void>,
  ): Promise<Subscription> {
    this.#assertOpen();
    const spec = this.#streams.log(stream);
    const durable = readerDurable(spec, reader, options);
    const { pattern } = spec;
    return this.#pullers.start({ stream: spec, pattern, durable, options, handler }, this.#link.connection);
  }

  async discard(id: string): Promise<void> {
    this.#assertOpen();
    await this.#streams.discard(this.#connection(), id).catch((error: unknown) => {
      throw this.#refusalOf(error, id);
    });
  }

  async inspect(stream: string): Promise<WorkState> {
    this.#assertOpen();
    const spec = this.#streams.queue(stream);
    return this.#streams.state(this.#connection(), spec).catch((error: unknown) => {
      throw this.#refusalOf(error, spec.pattern);
    });
  }

  /** Over NATS anybody may listen, but to nobody while there is no connection; what a stream keeps must be sent. */
  isHeard(subject?: string): boolean {
    if (this.connected) return true;
    return subject === undefined ? this.#streams.specs.length > 0 : this.#streams.of(subject) !== null;
  }

  mayBeSubscribed(_pattern: string): boolean {
    return this.connected;
  }

  isKept(subject: string): boolean {
    return this.#streams.of(subject) !== null;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#pullers.stop();
    await this.#link.close();
  }

  async #prepare(connection: NatsConnection): Promise<void> {
    assertUsable(connection, this.#streams.specs.length > 0);
    await this.#streams.ensureAll(connection);
  }

  #attach(connection: NatsConnection): void {
    reportDenials(connection, this.#options.onError);
    this.#settlements.attach(connection);
    for (const listener of this.#listeners) void listener.attach(connection);
    this.#pullers.attach(connection);
  }

  /** A message kept by a stream was published with a reply subject, for the stream's answer alone. */
  #read(message: Msg): BusMessage {
    const replyTo = message.reply || null;
    return fromMessage(message, this.#streams.of(message.subject) === null ? replyTo : null);
  }

  #refusalOf(error: unknown, subject: string): Refusal {
    return this.#closing === null ? refusalOf(error, subject) : busClosed();
  }

  #assertOpen(): void {
    if (this.#closing !== null) throw busClosed();
  }

  #connection(): NatsConnection {
    const connection = this.#link.connection;
    if (connection === null) throw unavailable('There is no connection to NATS');
    return connection;
  }
}
