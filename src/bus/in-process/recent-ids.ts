/**
 * The message ids a stream has lately stored, as JetStream remembers them: for at least the window, also after the
 * message is gone. Two generations, the older forgotten whole, so that forgetting costs nothing per id.
 */

const WINDOW_MS = 120_000;
/** Bounds memory; a stream that stores more within a window forgets sooner, and then stores a repeat again. */
const MAX_IDS = 100_000;

export class RecentIds {
  #current = new Map<string, string>();
  #previous = new Map<string, string>();
  #startedAt = performance.now();

  /** As what the stream stored the message of this id, or null. */
  find(id: string): string | null {
    this.#turn();
    return this.#current.get(id) ?? this.#previous.get(id) ?? null;
  }

  add(id: string, storedAs: string): void {
    this.#current.set(id, storedAs);
  }

  #turn(): void {
    const now = performance.now();
    const ageMs = now - this.#startedAt;
    if (ageMs < WINDOW_MS && this.#current.size < MAX_IDS) return;
    this.#previous = ageMs < 2 * WINDOW_MS ? this.#current : new Map();
    this.#current = new Map();
    this.#startedAt = now;
  }
}
