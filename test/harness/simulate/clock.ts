/** A clock moved by hand that knows when its next timer goes off, so that a simulation can skip the time between. */

import { ManualClock } from '../../../src/kernel/clock.ts';

export class SimulatedClock extends ManualClock {
  readonly #dueTimes = new Map<symbol, number>();

  override after(delayMs: number, callback: () => void): () => void {
    const timer = Symbol('timer');
    this.#dueTimes.set(timer, this.now() + Math.max(delayMs, 0));
    const cancel = super.after(delayMs, () => {
      this.#dueTimes.delete(timer);
      callback();
    });
    return () => {
      this.#dueTimes.delete(timer);
      cancel();
    };
  }

  /** Null when nothing is armed. */
  get nextDue(): number | null {
    return this.#dueTimes.size === 0 ? null : Math.min(...this.#dueTimes.values());
  }
}
