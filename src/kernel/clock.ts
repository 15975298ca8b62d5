/** Time as the engine sees it, so that tests can move it by hand. */

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once after `delayMs`; returns how to call it off. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The longest delay a timer of Node can hold; a longer one fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), MAX_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until told to move; timers fire in order, each at its time. */
export class ManualClock implements Clock {
  #now: number;
  #timers: { at: number; callback: () => void }[] = [];

  constructor(now = Date.UTC(2030, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.min(Math.max(delayMs, 0), MAX_TIMER_MS), callback };
    this.#timers.push(timer);
    // A timer that is due already fires without a move.
    if (delayMs <= 0) setImmediate(() => this.moveTo(this.#now));
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(ms: number): void {
    this.moveTo(this.#now + ms);
  }

  moveTo(at: number): void {
    for (;;) {
      const [next] = this.#timers.filter((timer) => timer.at <= at).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = at;
  }
}
