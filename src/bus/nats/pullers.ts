/** Everything that is pulled from the streams of a bus, on whatever connection there is. */

import type { NatsConnection } from 'nats';
import type { ConsumeOptions, Delivery, StreamSpec, Subscription } from '../bus.ts';
import type { Durable } from './durable.ts';
import { permanent } from './errors.ts';
import { Puller, type PullerOptions } from './pull.ts';

export interface Pull {
  readonly stream: StreamSpec;
  readonly pattern: string;
  readonly durable: Durable;
  readonly options: ConsumeOptions;
  readonly handler: (delivery: Delivery) => void | Promise<void>;
}

export class Pullers {
  readonly #shared: Pick<PullerOptions, 'streams' | 'settlements' | 'onError'>;
  readonly #all = new Set<Puller>();

  constructor(shared: Pick<PullerOptions, 'streams' | 'settlements' | 'onError'>) {
    this.#shared = shared;
  }

  /** Rejects for what waiting will not mend; without a connection it begins on the next one. */
  async start({ options, ...pull }: Pull, connection: NatsConnection | null): Promise<Subscription> {
    const puller = new Puller({ ...options, ...pull, ...this.#shared });
    this.#all.add(puller);
    const leave = (): void => {
      puller.stop();
      this.#all.delete(puller);
    };
    try {
      if (connection !== null) await puller.attach(connection);
    } catch (error) {
      if (permanent(error) !== null) {
        leave();
        throw error;
      }
      if (connection !== null) void puller.attachOrRetry(connection);
    }
    return { unsubscribe: leave };
  }

  attach(connection: NatsConnection): void {
    for (const puller of this.#all) void puller.attachOrRetry(connection);
  }

  stop(): void {
    for (const puller of this.#all) puller.stop();
  }
}
