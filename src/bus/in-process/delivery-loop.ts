/**
 * Calls handlers, one after another in the order asked, never inside the call that asked. It gives way to timers
 * and sockets after every slice, however many deliveries cause new ones.
 */

import { Fifo } from './fifo.ts';

/** Long enough to share the cost of a turn of the event loop, short enough to leave sockets served. */
const SLICE = 1_000;

export class DeliveryLoop {
  readonly #waiting = new Fifo<() => void>();
  readonly #onError: (error: unknown, subject: string) => void;
  #idle: Promise<void> | null = null;

  constructor(onError: (error: unknown, subject: string) => void) {
    this.#onError = onError;
  }

  push(run: () => void): void {
    this.#waiting.push(run);
    this.#idle ??= this.#drain();
  }

  /** Resolves when nothing waits, including what is asked for meanwhile. */
  async idle(): Promise<void> {
    while (this.#idle !== null) await this.#idle;
  }

  /** One handler's failure is reported and is nobody else's. */
  call<M>(handler: (message: M) => void | Promise<void>, message: M, subject: string): void {
    try {
      handler(message)?.catch((error: unknown) => this.#onError(error, subject));
    } catch (error) {
      this.#onError(error, subject);
    }
  }

  report(error: unknown, subject: string): void {
    this.#onError(error, subject);
  }

  async #drain(): Promise<void> {
    while (!this.#waiting.empty) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      for (let calls = 0; calls < SLICE; calls++) {
        const run = this.#waiting.shift();
        if (run === undefined) break;
        run();
      }
    }
    this.#idle = null;
  }
}
