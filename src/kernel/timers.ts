/**
 * Durable timers: absolute due times in the store, one armed timer of the process for the earliest. Whatever the
 * clock does, a due time is reached once, when the clock says so, and its firing is a commit like any other.
 */

import { type Address, type AttemptAddress, addressOf, refOf } from '../store/address.ts';
import type { Store } from '../store/store.ts';
import type { Batch } from './batch.ts';
import type { Clock } from './clock.ts';

/**
 * The process's timer counts time that passes, the stored ones the time of day: it looks again this often, so that a
 * clock set forward, or a machine that slept, makes nothing later than this.
 */
const LOOK_AGAIN_MS = 60_000;

/** Most actors woken by one batch; the rest are next. */
const MAX_WAKES = 500;

export class Timers {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #wake: () => void;
  #armedFor = Number.POSITIVE_INFINITY;
  #disarm: () => void = () => undefined;
  /** Running attempts and when they time out. */
  readonly #attempts = new Map<string, { readonly address: AttemptAddress; readonly dueAt: number }>();

  constructor(store: Store, clock: Clock, wake: () => void) {
    this.#store = store;
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Arms for the earliest due time now stored. */
  arm(): void {
    this.stop();
    let dueAt = this.#store.nextDue() ?? Number.POSITIVE_INFINITY;
    for (const attempt of this.#attempts.values()) dueAt = Math.min(dueAt, attempt.dueAt);
    this.armFor(dueAt);
  }

  /**
   * Watches the timeout of a running attempt, which is in no index of the store. An attempt whose job cannot be
   * sent has none.
   */
  watch(address: AttemptAddress, dueAt: number | null): void {
    if (dueAt === null) {
      this.unwatch(address);
      return;
    }
    this.#attempts.set(keyOf(address), { address, dueAt });
    this.armFor(dueAt);
  }

  unwatch(address: Address): void {
    this.#attempts.delete(keyOf(address));
  }

  /**
   * A timer has been stored. One armed earlier stays, even if what it was for is gone by then: it wakes, finds
   * nothing, and looks for the next, which is cheaper than looking after every commit.
   */
  armFor(dueAt: number): void {
    if (dueAt >= this.#armedFor) return;
    this.stop();
    this.#armedFor = dueAt;
    this.#disarm = this.#clock.after(Math.min(dueAt - this.#clock.now(), LOOK_AGAIN_MS), () => {
      this.#armedFor = Number.POSITIVE_INFINITY;
      // Only time to look again, or the clock was set back.
      if (dueAt > this.#clock.now()) this.arm();
      else this.#wake();
    });
  }

  stop(): void {
    this.#disarm();
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  /** Actors with something due, at most a batch of them. */
  due(at: number): Address[] {
    const due = this.#store.dueActors(at, MAX_WAKES).map(({ task, ref }) => addressOf(task, ref));
    for (const { address, dueAt } of this.#attempts.values()) {
      if (due.length >= MAX_WAKES) break;
      if (dueAt <= at) due.push(address);
    }
    return due;
  }
}

const keyOf = (address: Address): string => `${address.task}/${refOf(address)}`;

/** Lets each timer of an actor go off that is due. */
export function fireTimers(batch: Batch, address: Address): void {
  const actor = batch.actor(address);
  // Set aside since it was found to be due.
  if (actor === null) return;
  for (const [type, dueAt] of Object.entries(actor.timers)) {
    if (dueAt > batch.now) continue;
    batch.fire(address, type);
    batch.run();
  }
}
