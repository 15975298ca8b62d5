/** The signals that a batch brings and takes; its turns read them as if they stood in the store already. */

import type { Commit } from '../store/commit.ts';
import type { SignalRow, SignalWaveRow, WantedSignal } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

type Taken = Commit['signalsTaken'][number];
type Written = Pick<
  Commit,
  'signals' | 'signalsTaken' | 'signalsWithdrawn' | 'signalWaves' | 'signalWavesOver'
>;

export class SignalDraft {
  readonly #store: Store;
  readonly #rows: SignalRow[] = [];
  readonly #taken = new Map<string, Taken>();
  /** Signals that some task takes in this batch. */
  readonly #takenBySome = new Set<number>();
  readonly #withdrawn = new Set<number>();
  readonly #waves: SignalWaveRow[] = [];
  readonly #wavesOver: number[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  get commit(): Written {
    return {
      signals: this.#rows,
      signalsTaken: [...this.#taken.values()],
      signalsWithdrawn: [...this.#withdrawn],
      signalWaves: this.#waves,
      signalWavesOver: this.#wavesOver,
    };
  }

  /** The number of the next signal to be stored. */
  nextNo(): number {
    return (this.#rows.at(-1)?.no ?? this.#store.lastSignalNo()) + 1;
  }

  insert(row: SignalRow): void {
    this.#rows.push(row);
  }

  take(row: Taken): void {
    this.#taken.set(`${row.task}/${row.signal}`, row);
    this.#takenBySome.add(row.signal);
  }

  withdraw(no: number): void {
    this.#withdrawn.add(no);
  }

  putWave(row: SignalWaveRow): void {
    this.#waves.push(row);
  }

  endWave(signal: number): void {
    this.#wavesOver.push(signal);
  }

  /** The signals that have not reached everybody, as stored. */
  get storedWaves(): readonly SignalWaveRow[] {
    return this.#store.signalWaves();
  }

  /** This batch has begun such a signal, or gone on with one. */
  get hasWave(): boolean {
    return this.#waves.length + this.#wavesOver.length > 0;
  }

  byId(tenant: string, id: string): SignalRow | null {
    const own = this.#rows.find((row) => row.tenant === tenant && row.id === id);
    const found = own ?? this.#store.signalById(tenant, id);
    return found === null || this.#withdrawn.has(found.no) ? null : found;
  }

  byNo(no: number): SignalRow | null {
    return this.#rows.find((row) => row.no === no) ?? this.#store.signalByNo(no);
  }

  hasTaken(task: number, signal: number): boolean {
    return (
      this.#taken.has(`${task}/${signal}`) || this.#store.takenBy(task).some((row) => row.signal === signal)
    );
  }

  /** As `Store.countSignals`, with those of this batch. */
  count(of: { readonly tenant: string } | { readonly task: number }, limit: number): number {
    const own = this.#rows.filter((row) =>
      'tenant' in of ? row.tenant === of.tenant : row.task === of.task,
    );
    return Math.min(limit, this.#store.countSignals(of, limit) + own.length);
  }

  /** As `Store.nextSignal`. */
  next(wanted: WantedSignal, after: number): SignalRow | null {
    let last = after;
    for (;;) {
      const found = this.#store.nextSignal(wanted, last);
      if (found === null) break;
      if (this.#isFree(found, wanted)) return found;
      last = found.no;
    }
    return (
      this.#rows.find((row) => row.no > after && isMeant(row, wanted) && this.#isFree(row, wanted)) ?? null
    );
  }

  #isFree(row: SignalRow, { task, createdAt }: WantedSignal): boolean {
    if (this.#withdrawn.has(row.no) || this.#taken.has(`${task}/${row.no}`)) return false;
    return row.task !== null || row.at >= createdAt || !this.#takenBySome.has(row.no);
  }
}

function isMeant(row: SignalRow, { tenant, name, key, task, now }: WantedSignal): boolean {
  if (row.name !== name || row.tenant !== tenant) return false;
  return row.task === null ? row.key === key && (row.until ?? 0) > now : row.task === task;
}
