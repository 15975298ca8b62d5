/**
 * Limits how many jobs of one handler may wait in the stream for a worker: few, so that it is the dispatcher who decides
 * what is next, and that no attempt times out before its turn; enough that no worker is idle. Found as TCP Vegas
 * (Brakmo and Peterson, 1995) finds its window: a job that waits longer than one alone would waits behind others.
 */

/** Several handlers of many tenants share a connection: more would only make each other wait. */
const MOST = 64;
const FIRST = 2;
/** Longer than a job alone takes, doubled to allow for the unevenness of its ways. */
const QUICK_MS = 15;
const SLOW_MS = 40;
/** Then workers are slow, and jobs in the stream wait in vain. */
const STUCK_MS = 5_000;

export class PrefetchLimit {
  #size = FIRST;
  /** A job takes so long to a worker, and the sign of it back, when none is before it. */
  #aloneMs = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#size;
  }

  /** A worker took a job, or was done with it, that long after it was sent. */
  taken(waitedMs: number): void {
    this.#aloneMs = Math.min(this.#aloneMs, waitedMs);
    const queuedMs = waitedMs - 2 * this.#aloneMs;
    if (queuedMs < QUICK_MS) this.#size = Math.min(MOST, this.#size + 1);
    else if (queuedMs > SLOW_MS) this.#size = Math.max(FIRST, this.#size - 1);
  }

  /** A look found this. `oldestMs`: since when the oldest of the untaken jobs waits. */
  seen(of: { asking: number; waiting: number; untaken: number; oldestMs: number }): void {
    const { asking, waiting, untaken, oldestMs } = of;
    if (waiting === 0) this.#size = Math.min(MOST, Math.max(this.#size, untaken + asking));
    else if (oldestMs > STUCK_MS) this.#size = Math.max(1, Math.min(this.#size, untaken - waiting));
    // The way may have become longer since: measured again from the next job on.
    if (untaken === 0) this.#aloneMs = Number.POSITIVE_INFINITY;
  }
}
