/**
 * The journal of all tasks, read from a point on and then followed: whoever is slow or was away reads on from where
 * it stopped, so nothing is kept for it in memory.
 */

import type { Store } from '../store/store.ts';

const PAGE = 200;

export type TailRow = ReturnType<Store['journalSince']>[number];

export class JournalFollower {
  readonly #store: Store;
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Where the journal ends now. */
  get end(): number {
    return this.#store.lastJournalPos();
  }

  /** Something was committed. */
  wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  /** Ends every reading that follows a journal. */
  close(): void {
    this.#closed = true;
    this.wake();
  }

  /** Rows after position `after`, oldest first, until the signal fires or the follower is closed. */
  async *pages(after: number, signal: AbortSignal): AsyncGenerator<readonly TailRow[]> {
    const wake = (): void => this.wake();
    signal.addEventListener('abort', wake);
    try {
      for (let at = Math.max(after, 0); !signal.aborted && !this.#closed; ) {
        const rows = this.#store.journalSince(at, PAGE);
        const last = rows.at(-1);
        if (last !== undefined) {
          at = last.pos;
          yield rows;
        }
        if (!signal.aborted && !this.#closed && this.end <= at) {
          await new Promise<void>((resolve) => this.#waiting.add(resolve));
        }
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }
}
