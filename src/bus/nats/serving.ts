/**
 * A service as NATS knows it (ADR-32), on each connection anew: its endpoints share the requests with all of its
 * name, and it answers `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS`, by which `nats micro ls` finds it.
 */

import type { Msg, NatsConnection, Service as NatsService } from 'nats';
import type { BusOptions, Service } from '../bus.ts';
import type { BusMessage } from '../message.ts';
import { callHandler } from './messages.ts';

export class Serving {
  readonly #service: Service;
  readonly #read: (message: Msg) => BusMessage;
  readonly #onError: BusOptions['onError'];
  #current: NatsService | null = null;
  #stopped = false;

  constructor(service: Service, read: (message: Msg) => BusMessage, onError: BusOptions['onError']) {
    this.#service = service;
    this.#read = read;
    this.#onError = onError;
  }

  /** Never rejects: what hinders it is reported. */
  async attach(connection: NatsConnection): Promise<void> {
    try {
      await this.#add(connection);
    } catch (error) {
      if (!connection.isClosed()) this.#onError(error, this.#service.name);
    }
  }

  /** Leaves requests that have already come unanswered: their callers ask again. */
  stop(): void {
    this.#stopped = true;
    void this.#current?.stop();
  }

  async #add(connection: NatsConnection): Promise<void> {
    const { name, version, description, endpoints } = this.#service;
    const added = await connection.services.add({ name, version, description, queue: name });
    if (this.#stopped) {
      void added.stop();
      return;
    }
    this.#current = added;
    for (const { name: endpoint, pattern, handler } of endpoints) {
      added.addEndpoint(endpoint, {
        subject: pattern,
        handler: (error, message) => {
          if (this.#stopped || error !== null) return;
          callHandler(handler, this.#read(message), (thrown) => this.#onError(thrown, message.subject));
        },
      });
    }
  }
}
