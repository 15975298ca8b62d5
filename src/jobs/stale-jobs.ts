/**
 * Takes jobs out of the stream whose attempts are over and that nobody acknowledges, as plain subscribers cannot. So no
 * worker that comes later does them again, and the stream does not grow.
 */

import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';

const RETRY_MS = 2_000;
/** Kept in mind while the bus is away; a job too many in the stream is only done in vain. */
const MOST = 1_000;

export class StaleJobs {
  readonly #bus: Bus;
  readonly #log: Logger;
  readonly #ids = new Set<string>();
  #retry: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(bus: Bus, log: Logger) {
    this.#bus = bus;
    this.#log = log;
  }

  /** The stream calls it by this id. */
  async discard(id: string): Promise<void> {
    try {
      await this.#bus.discard(id);
      this.#ids.delete(id);
    } catch (err) {
      if (this.#closed) return;
      this.#log.debug({ err, id }, 'a job that is over is still in the stream');
      if (this.#ids.size < MOST) this.#ids.add(id);
      this.#retry ??= setTimeout(() => this.#again(), RETRY_MS).unref();
    }
  }

  close(): void {
    this.#closed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  #again(): void {
    this.#retry = null;
    for (const id of [...this.#ids]) void this.discard(id);
  }
}
