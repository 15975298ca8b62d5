/**
 * Keeps the settlements of deliveries (`+ACK`, `-NAK`) until the server has certainly read them. An
 * acknowledgement lost with the connection would repeat a finished job, so unconfirmed ones are sent again on the
 * next one.
 */

import type { NatsConnection } from 'nats';
import type { Streams } from './streams.ts';

/** Where a delivery came from: its stream, and which creation of it. */
export interface Origin {
  readonly stream: string;
  readonly createdAt: string | null;
  /** The subject that settles the delivery. */
  readonly reply: string;
}

interface Settlement {
  readonly origin: Origin;
  readonly word: string;
}

export class Settlements {
  readonly #streams: Streams;
  readonly #unconfirmed = new Map<string, Settlement>();
  #connection: NatsConnection | null = null;
  #confirming: NatsConnection | null = null;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  settle(origin: Origin, word: string): void {
    this.#unconfirmed.set(origin.reply, { origin, word });
    this.#say(origin, word);
    void this.#confirm();
  }

  /** Said once: what it prolongs is delivered again if it is lost. */
  prolong(origin: Origin): void {
    this.#say(origin, '+WPI');
  }

  attach(connection: NatsConnection): void {
    this.#connection = connection;
    for (const { origin, word } of this.#unconfirmed.values()) this.#say(origin, word);
    void this.#confirm();
  }

  detach(): void {
    this.#connection = null;
  }

  #say({ reply, stream, createdAt }: Origin, word: string): void {
    const connection = this.#connection;
    if (connection === null || connection.isClosed()) return;
    // In a stream made anew the same numbers stand for another message.
    if (this.#streams.createdAt(stream) === createdAt) connection.publish(reply, word);
    else this.#unconfirmed.delete(reply);
  }

  /** The answer to a ping comes after all that was sent before it was read; one ping at a time confirms many. */
  async #confirm(): Promise<void> {
    const connection = this.#connection;
    if (connection === null || this.#confirming === connection) return;
    this.#confirming = connection;
    try {
      while (this.#unconfirmed.size > 0) {
        const sent = [...this.#unconfirmed.keys()];
        await connection.flush();
        for (const reply of sent) this.#unconfirmed.delete(reply);
      }
    } catch {
      // The connection is gone: the next one hears it all again.
    } finally {
      if (this.#confirming === connection) this.#confirming = null;
    }
  }
}
