/**
 * Takes work for one `consume`: asks the server for as many messages as there is room for, and never for more, so
 * that what this process cannot begin stays in the queue for others. Whatever ends its asking (a stream deleted, a
 * server that fell silent) makes it begin again.
 */

import { type Msg, type NatsConnection, nanos } from 'nats';
import type { ConsumeOptions, Delivery, StreamSpec } from '../bus.ts';
import type { Durable } from './durable.ts';
import { callHandler, fromMessage } from './messages.ts';
import { PullSession } from './pull-session.ts';
import type { Origin, Settlements } from './settlements.ts';
import type { Streams } from './streams.ts';

const RETRY_MS = 500;
const NANOS_A_MS = 1_000_000;

export interface PullerOptions extends ConsumeOptions {
  readonly stream: StreamSpec;
  /** In reports. */
  readonly pattern: string;
  readonly durable: Durable;
  readonly handler: (delivery: Delivery) => void | Promise<void>;
  readonly streams: Streams;
  readonly settlements: Settlements;
  readonly onError: (error: unknown, subject: string) => void;
}

export class Puller {
  readonly #options: PullerOptions;
  #session: PullSession | null = null;
  #retry: NodeJS.Timeout | null = null;
  #inFlight = 0;
  #failing = false;
  #tookOver = false;
  #stopped = false;

  constructor(options: PullerOptions) {
    this.#options = options;
  }

  /** Begins, or begins anew, on this connection. Rejects if that is refused; then nothing runs. */
  async attach(connection: NatsConnection): Promise<void> {
    if (connection.isClosed()) return;
    this.#leave();
    const { streams, stream, durable, takesOver = false } = this.#options;
    await streams.ensure(connection, stream);
    const manager = await connection.jetstreamManager({ checkAPI: false });
    // The server counts deliveries by consumer: with it goes what it waits for.
    if (takesOver && !this.#tookOver) await durable.takeOver(manager);
    this.#tookOver = true;
    const name = await durable.ensure(manager);
    if (this.#stopped || connection.isClosed()) return;
    this.#failing = false;
    this.#session = this.#begin(connection, name);
    this.#session.ask();
  }

  /** Like `attach`, but what hinders it is reported, once, and tried again while the connection lasts. */
  async attachOrRetry(connection: NatsConnection): Promise<void> {
    try {
      await this.attach(connection);
    } catch (error) {
      if (this.#stopped || connection.isClosed()) return;
      if (!this.#failing) this.#options.onError(error, this.#options.pattern);
      this.#failing = true;
      this.#again(connection);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#leave();
  }

  #leave(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#session?.end();
    this.#session = null;
  }

  #again(connection: NatsConnection): void {
    this.#leave();
    this.#retry = setTimeout(() => void this.attachOrRetry(connection), RETRY_MS).unref();
  }

  #begin(connection: NatsConnection, durable: string): PullSession {
    const { stream, maxInFlight } = this.#options;
    return new PullSession(connection, `$JS.API.CONSUMER.MSG.NEXT.${stream.name}.${durable}`, {
      room: () => maxInFlight - this.#inFlight,
      enough: Math.ceil(maxInFlight / 2),
      onMessage: (message) => this.#deliver(message),
      onLost: () => this.#again(connection),
    });
  }

  #deliver(message: Msg): void {
    const { stream, streams, handler, onError } = this.#options;
    const origin: Origin = {
      stream: stream.name,
      createdAt: streams.createdAt(stream.name),
      reply: message.reply ?? '',
    };
    callHandler(handler, this.#open(message, origin), (error) => onError(error, message.subject));
  }

  #open(message: Msg, origin: Origin): Delivery {
    const { settlements, ackWaitMs } = this.#options;
    let open = true;
    let acknowledged = false;
    this.#inFlight += 1;
    const end = (): boolean => {
      if (!open) return false;
      open = false;
      clearTimeout(timer);
      this.#inFlight -= 1;
      this.#session?.ask();
      return true;
    };
    // By then the server has taken the message back.
    const timer = setTimeout(end, ackWaitMs).unref();
    const { deliveries, sequence, keptAt } = readReply(origin.reply);
    return {
      message: fromMessage(message, null),
      id: `${origin.stream}/${origin.createdAt}/${sequence}`,
      keptAt,
      deliveries,
      ack: () => {
        if (!acknowledged) settlements.settle(origin, '+ACK');
        acknowledged = true;
        end();
      },
      nak: (delayMs) => {
        if (end()) settlements.settle(origin, `-NAK {"delay":${nanos(delayMs)}}`);
      },
      working: () => {
        if (!open) return;
        settlements.prolong(origin);
        timer.refresh();
      },
    };
  }
}

/**
 * `$JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>.<delivered so far>.<time in nanoseconds>.…`, or with domain and
 * account before the stream.
 */
function readReply(reply: string): { deliveries: number; sequence: number; keptAt: number } {
  const tokens = reply.split('.');
  const at = tokens.length > 9 ? 6 : 4;
  return {
    deliveries: Number(tokens[at]),
    sequence: Number(tokens[at + 1]),
    keptAt: Math.floor(Number(tokens[at + 3]) / NANOS_A_MS),
  };
}
