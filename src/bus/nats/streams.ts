/**
 * The streams this bus was created with: made sure of on the server, also when they vanish while in use, and
 * published to. Remembers which creation of a stream it has seen, as the numbers of one that was deleted and made
 * again stand for other messages.
 */

import type { MsgHdrs, NatsConnection } from 'nats';
import type { StreamSpec } from '../bus.ts';
import { matches } from '../patterns.ts';
import { unknownStream } from '../refusals.ts';
import { ensureStream } from './ensure-stream.ts';
import { isTimeout, isUnheard } from './errors.ts';

export interface Outgoing {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs | undefined;
}

export class Streams {
  readonly specs: readonly StreamSpec[];
  readonly #createdAt = new Map<string, string>();

  constructor(specs: readonly StreamSpec[]) {
    this.specs = specs;
  }

  /** The stream that keeps a subject, or null. */
  of(subject: string): StreamSpec | null {
    return this.specs.find(({ pattern }) => matches(pattern, subject)) ?? null;
  }

  /** Refused: UNKNOWN_STREAM. */
  queue(name: string): StreamSpec {
    const queues = this.specs.filter(({ keepMs }) => keepMs === undefined);
    const found = queues.find((spec) => spec.name === name);
    if (found !== undefined) return found;
    throw unknownStream(
      name,
      queues.map((spec) => spec.name),
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

  /** A timeout leaves open whether the message is kept: it must be sent again under the same id. */
  async store(
    connection: NatsConnection,
    spec: StreamSpec,
    { subject, data, headers }: Outgoing,
    timeoutMs: number,
  ): Promise<{ duplicate: boolean }> {
    const jetStream = connection.jetstream();
    const publish = () =>
      jetStream.publish(subject, data, { timeout: timeoutMs, ...(headers && { headers }) });
    try {
      return { duplicate: (await publish()).duplicate };
    } catch (error) {
      if (connection.isClosed()) throw error;
      if (isUnheard(error)) {
        await this.ensure(connection, spec);
        return { duplicate: (await publish()).duplicate };
      }
      // Without its stream, the message may have reached a subscriber who says nothing. The sender is told of the
      // timeout, which says more than what may hinder this.
      if (isTimeout(error)) void this.ensure(connection, spec).catch(() => undefined);
      throw error;
    }
  }
}
