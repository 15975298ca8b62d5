/** The clock of a machine: its timers count time that passes, whatever its time of day is set to meanwhile. */

import { type Clock, MAX_TIMER_MS } from '../../src/kernel/clock.ts';

export class MachineClock implements Clock {
  #timeOfDay = Date.UTC(2030, 0, 1);
  #passed = 0;
  #timers: { readonly at: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#timeOfDay + this.#passed;
  }

  after(delayMs: number, callback: () => void): () => void {
    // As Node does it: a delay that does not fit into 31 bits is over at once.
    const timer = { at: this.#passed + (delayMs > MAX_TIMER_MS ? 1 : Math.max(delayMs, 0)), callback };
    this.#timers.push(timer);
    if (delayMs <= 0) setImmediate(() => this.pass(0));
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  set(byMs: number): void {
    this.#timeOfDay += byMs;
  }

  pass(ms: number): void {
    const end = this.#passed + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#passed = Math.max(this.#passed, next.at);
      next.callback();
    }
    this.#passed = end;
  }
}
