/**
 * The head of one queue, in memory and in order. The whole queue is in the store; the head holds its first
 * entries, so that a million waiting steps cost a million rows and not a million objects.
 */

import { type AttemptAddress, isBefore, isSameActor } from '../store/address.ts';

const CAPACITY = 1_000;
/** Looked through for one that may start where not each may. */
const FEW = 20;

export class QueueHead {
  #head: AttemptAddress[] = [];
  /** Entries beyond the head wait in the store. */
  #hasMore = false;

  get first(): AttemptAddress | undefined {
    return this.#head[0];
  }

  /** The first that will do, if it is not far from the head. */
  find(willDo: (address: AttemptAddress) => boolean): AttemptAddress | undefined {
    return this.#head.slice(0, FEW).find(willDo);
  }

  get isEmpty(): boolean {
    return this.#head.length === 0 && !this.#hasMore;
  }

  /** Few enough left that the store should be asked for more. */
  get isLow(): boolean {
    return this.#hasMore && this.#head.length < CAPACITY / 2;
  }

  add(address: AttemptAddress): void {
    const at = this.#position(address);
    if (at === this.#head.length && this.#hasMore) return;
    this.#head.splice(at, 0, address);
    if (this.#head.length > CAPACITY) {
      this.#head.pop();
      this.#hasMore = true;
    }
  }

  remove(address: AttemptAddress): void {
    const at = this.#position(address);
    const found = this.#head[at];
    if (found !== undefined && isSameActor(found, address)) this.#head.splice(at, 1);
  }

  /** Takes the queue's stored head, as the given reader finds it. */
  fill(read: (limit: number) => readonly AttemptAddress[]): void {
    this.#head = [...read(CAPACITY)];
    this.#hasMore = this.#head.length === CAPACITY;
  }

  #position(address: AttemptAddress): number {
    let low = 0;
    let high = this.#head.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = this.#head[middle];
      if (found !== undefined && isBefore(found, address)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
