/** The waves that a batch begins, goes on with and ends: what children are told, and their births, a commit at a time. */

import type { Commit } from '../store/commit.ts';
import type { ChildWaveRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** Actors that the waves of a commit change at least. */
const LEAST = 50;

export class ChildWaveDraft {
  readonly #store: Store;
  /** By wait, births apart: the one that this batch has begun or gone on with last, and null once it is over. */
  readonly #last = new Map<string, ChildWaveRow | null>();
  /** The waves that go on in a later commit. */
  readonly #rows = new Map<string, ChildWaveRow>();
  #stored: readonly ChildWaveRow[] | null = null;
  #spentBefore: number | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  get commit(): Pick<Commit, 'childWaves' | 'childWavesOver'> {
    const isOver = (row: ChildWaveRow): boolean =>
      this.#last.has(keyOf(row)) && this.#rows.get(keyOf(row))?.verb !== row.verb;
    return { childWaves: [...this.#rows.values()], childWavesOver: this.stored.filter(isOver) };
  }

  /** The waves that have not reached everybody, as stored. */
  get stored(): readonly ChildWaveRow[] {
    this.#stored ??= this.#store.childWaves();
    return this.#stored;
  }

  /** Some are left for the next commits. */
  get areUnfinished(): boolean {
    return this.#rows.size > 0 || this.stored.some((row) => !this.#last.has(keyOf(row)));
  }

  /** It takes the place of what the same children were told before, and have not all heard. */
  begin(wave: ChildWaveRow): void {
    this.#last.set(keyOf(wave), wave);
    this.#rows.delete(keyOf(wave));
  }

  isCurrent(wave: ChildWaveRow): boolean {
    return this.#last.get(keyOf(wave)) === wave;
  }

  /** It goes on from there in a later commit. */
  put(wave: ChildWaveRow): void {
    this.#last.set(keyOf(wave), null);
    this.#rows.set(keyOf(wave), wave);
  }

  end(wave: ChildWaveRow): void {
    this.#last.set(keyOf(wave), null);
    this.#rows.delete(keyOf(wave));
  }

  /** So many actors may a commit change; waves that begin in a large one go some way all the same. */
  isSpent(actorsChanged: number, most: number): boolean {
    this.#spentBefore ??= actorsChanged;
    return actorsChanged >= Math.max(most, this.#spentBefore + LEAST);
  }
}

const keyOf = ({ task, ref, verb }: ChildWaveRow): string =>
  `${task}/${ref}/${verb === 'spawn' ? 'spawn' : 'tell'}`;
