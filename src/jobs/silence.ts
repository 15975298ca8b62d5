/**
 * Notices that a worker has fallen silent: no sign of it for as long as `limitMs`, in which it could have been
 * heard. Time without a connection does not count: then it is not the worker who is silent.
 */

import type { Clock } from '../actors/clock.ts';

/** The limit is counted in parts, so that a connection that has just come back gives the worker time to be heard. */
const PARTS = 3;

export class Silence {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #canHear: () => boolean;
  readonly #onSilent: () => void;
  #parts = 0;
  #cancel: () => void = () => undefined;

  constructor(deps: { clock: Clock; limitMs: number; canHear: () => boolean; onSilent: () => void }) {
    this.#clock = deps.clock;
    this.#limitMs = deps.limitMs;
    this.#canHear = deps.canHear;
    this.#onSilent = deps.onSilent;
    this.heard();
  }

  heard(): void {
    this.#cancel();
    this.#parts = 0;
    this.#wait();
  }

  end(): void {
    this.#cancel();
  }

  #wait(): void {
    this.#cancel = this.#clock.after(this.#limitMs / PARTS, () => {
      this.#parts = this.#canHear() ? this.#parts + 1 : 0;
      if (this.#parts < PARTS) this.#wait();
      else this.#onSilent();
    });
  }
}
