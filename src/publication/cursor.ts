/**
 * Up to where the journal has been published: kept in the store, and written there from time to time, because facts
 * that are published a second time do less harm than a commit for each.
 */

import type { Logger } from 'pino';
import type { Commit } from '../store/commit.ts';
import { isStorageFailure } from '../store/storage-failure.ts';
import type { Store } from '../store/store.ts';

const KEY = 'published';

export class PublicationCursor {
  readonly #store: Store;
  readonly #log: Logger;
  #stored: number;

  /**
   * A store that has never published begins at its end: whoever turns NATS on wants to hear what happens from then on,
   * not all that ever happened. That beginning is stored at once, so that a crash loses nothing that comes after it.
   */
  constructor(store: Store, log: Logger) {
    this.#store = store;
    this.#log = log;
    const stored = store.meta(KEY);
    this.#stored = stored === null ? store.lastJournalPos() : Number(stored);
    if (stored === null) store.commit(publishedUpTo(this.#stored));
  }

  get position(): number {
    return this.#stored;
  }

  /** All up to `position` is published. */
  advance(position: number): void {
    if (position <= this.#stored) return;
    try {
      this.#store.commit(publishedUpTo(position));
      this.#stored = position;
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      // The disk is the engine's to worry about; the next advance writes this one too.
      this.#log.debug({ err: error }, 'the position of the published facts was not stored');
    }
  }
}

const publishedUpTo = (position: number): Partial<Commit> => ({
  meta: [{ key: KEY, value: String(position) }],
});
