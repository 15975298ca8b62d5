/**
 * Jobs that nobody is seen to serve. A plain subscriber cannot be seen, and hears only what is published while it is
 * there: so these are offered again now and then, until somebody takes one or is seen.
 */

import type { Clock } from '../actors/clock.ts';

const AGAIN_AFTER_MS = 30_000;

export class Offers {
  readonly #clock: Clock;
  readonly #offerAgain: (token: string) => void;
  readonly #cancels = new Map<string, () => void>();

  constructor(clock: Clock, offerAgain: (token: string) => void) {
    this.#clock = clock;
    this.#offerAgain = offerAgain;
  }

  get tokens(): readonly string[] {
    return [...this.#cancels.keys()];
  }

  /** It has just been offered. Not again within `timeoutMs`: a subscriber may be at it who gives no sign of that. */
  begin(token: string, timeoutMs: number): void {
    if (this.#cancels.has(token)) return;
    this.#wait(token, Math.max(AGAIN_AFTER_MS, timeoutMs));
  }

  end(token: string): void {
    this.#cancels.get(token)?.();
    this.#cancels.delete(token);
  }

  close(): void {
    for (const token of this.tokens) this.end(token);
  }

  #wait(token: string, delayMs: number): void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#wait(token, delayMs);
      this.#offerAgain(token);
    });
    this.#cancels.set(token, cancel);
  }
}
