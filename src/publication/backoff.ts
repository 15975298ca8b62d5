/** The pause after failures of the bus: one for all who fail at the same time, longer each time until one succeeds. */

import { setTimeout as wait } from 'node:timers/promises';

const FIRST_MS = 100;
const MAX_MS = 2_000;

export class BusBackoff {
  readonly #signal: AbortSignal;
  #failures = 0;
  #pause: Promise<void> | null = null;

  /** The signal ends every pause at once. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get isFailing(): boolean {
    return this.#failures > 0;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  async failed(): Promise<void> {
    this.#pause ??= this.#begin();
    await this.#pause;
  }

  async #begin(): Promise<void> {
    const delayMs = Math.min(FIRST_MS * 2 ** this.#failures, MAX_MS);
    this.#failures += 1;
    // Rejects only for the signal, and then the wait is over as well.
    await wait(delayMs, undefined, { signal: this.#signal }).catch(() => undefined);
    this.#pause = null;
  }
}
