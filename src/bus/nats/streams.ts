/**
 * The streams this bus was created with: made sure of on the server, also when they vanish while in use, and
 * published to. Remembers which creation of a stream it has seen, as the numbers of one that was deleted and made
 * again stand for other messages.
 */

import type { MsgHdrs, NatsConnection } from 'nats';
import type { ConsumerState, Published, StreamSpec, WorkState } from '../bus.ts';
import { matches } from '../patterns.ts';
import { unknownStream } from '../refusals.ts';
import { ensureStream } from './ensure-stream.ts';
import { isGone, isTimeout, isUnheard } from './errors.ts';
import { StoreAcks } from './store-acks.ts';

export interface Outgoing {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs | undefined;
}

/** A header for which the stream refuses a message that plain subscribers hear nevertheless. */
export const notKeptBy = ({ name }: StreamSpec): Readonly<Record<string, string>> => ({
  'Nats-Expected-Stream': `not-${name}`,
});

export class Streams {
  readonly specs: readonly StreamSpec[];
  readonly #createdAt = new Map<string, string>();
  /** One connection at a time, and the one before is closed. */
  #acks: { readonly of: NatsConnection; readonly acks: StoreAcks } | null = null;

  constructor(specs: readonly StreamSpec[]) {
    this.specs = specs;
  }

  /** The stream that keeps a subject, or null. */
  of(subject: string): StreamSpec | null {
    return this.specs.find(({ pattern }) => matches(pattern, subject)) ?? null;
  }

  /** Refused: UNKNOWN_STREAM. */
  queue(name: string): StreamSpec {
    return this.#named(name, ({ keepMs }) => keepMs === undefined);
  }

  /** A log that remembers its readers. Refused: UNKNOWN_STREAM. */
  log(name: string): StreamSpec {
    return this.#named(name, ({ forgetReadersMs }) => forgetReadersMs !== undefined);
  }

  #named(name: string, is: (spec: StreamSpec) => boolean): StreamSpec {
    const possible = this.specs.filter(is);
    const found = possible.find((spec) => spec.name === name);
    if (found !== undefined) return found;
    throw unknownStream(
      name,
      possible.map((spec) => spec.name),
    );
  }

  /** When the stream was created, as last seen; null before. */
  createdAt(name: string): string | null {
    return this.#createdAt.get(name) ?? null;
  }

  async ensureAll(connection: NatsConnection): Promise<void> {
    for (const spec of this.specs) await this.ensure(connection, spec);
  }

  async ensure(connection: NatsConnection, spec: StreamSpec): Promise<void> {
    const manager = await connection.jetstreamManager({ checkAPI: false });
    const { created } = await ensureStream(manager, spec);
    this.#createdAt.set(spec.name, `${created}`);
  }

  /** As the server has it, with the consumers of others too. */
  async state(connection: NatsConnection, spec: StreamSpec): Promise<WorkState> {
    await this.ensure(connection, spec);
    const manager = await connection.jetstreamManager({ checkAPI: false });
    const consumers: ConsumerState[] = [];
    for await (const info of manager.consumers.list(spec.name)) {
      consumers.push({
        pattern: info.config.filter_subject ?? spec.pattern,
        asking: info.num_waiting,
        unsettled: info.num_ack_pending,
        waiting: info.num_pending,
      });
    }
    return { incarnation: this.createdAt(spec.name) ?? '', consumers };
  }

  /** A timeout leaves open whether the message is kept: it must be sent again under the same id. */
  async store(
    connection: NatsConnection,
    spec: StreamSpec,
    message: Outgoing,
    timeoutMs: number,
  ): Promise<Published> {
    const acks = this.#acksOf(connection);
    const publish = async (): Promise<Published> => {
      const { duplicate, seq } = await acks.publish(message, timeoutMs);
      return { duplicate, id: `${spec.name}/${this.createdAt(spec.name)}/${seq}` };
    };
    try {
      return await publish();
    } catch (error) {
      if (connection.isClosed()) throw error;
      if (isUnheard(error)) {
        await this.ensure(connection, spec);
        return await publish();
      }
      // Without its stream, the message may have reached a subscriber who says nothing. The sender is told of the
      // timeout, which says more than what may hinder this.
      if (isTimeout(error)) void this.ensure(connection, spec).catch(() => undefined);
      throw error;
    }
  }

  /** Sends a message that its stream may refuse to keep without saying so. */
  pass(connection: NatsConnection, message: Outgoing): void {
    this.#acksOf(connection).pass(message);
  }

  async discard(connection: NatsConnection, id: string): Promise<void> {
    const [name = '', createdAt, sequence] = id.split('/');
    if (this.createdAt(name) !== createdAt) return;
    const manager = await connection.jetstreamManager({ checkAPI: false });
    try {
      // Without overwriting its bytes first, which is for secrets.
      await manager.streams.deleteMessage(name, Number(sequence), false);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  #acksOf(connection: NatsConnection): StoreAcks {
    if (this.#acks?.of !== connection) this.#acks = { of: connection, acks: new StoreAcks(connection) };
    return this.#acks.acks;
  }
}
