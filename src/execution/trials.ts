/**
 * Runs one at a time, after a restart, the attempts of functions under which the program has died twice, so that the
 * one that ends it is found: the program dies each time that it is on trial alone, and lives while others are. Who lasts
 * a while makes room for the next, so that a program that is merely killed often is not held up.
 */

import type { Clock } from '../kernel/clock.ts';
import type { Draft } from '../kernel/draft.ts';
import type { Store } from '../store/store.ts';

export interface TrialsDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Writes to the store with the next commit, and calls back once that is on the disk. */
  readonly commit: (write: (draft: Draft) => void, then: () => void) => void;
}

interface Trial {
  readonly token: string;
  /** The idempotency key of its step. */
  readonly key: string;
  readonly losses: number;
  readonly begin: () => void;
  /** It was told to stop before it began. */
  readonly stop: () => void;
}

interface Stored {
  /** The token of the attempt that is alone on trial. */
  readonly token: string | null;
  /** Steps found guilty of late, the newest last. */
  readonly guilty: readonly string[];
  /** By the key of its step, an attempt under which the program died while it was alone. */
  readonly died: Readonly<Record<string, AloneDeaths>>;
}

interface AloneDeaths {
  readonly count: number;
  /** Another has lasted alone since the first of them, so that it is not somebody else who ends the program. */
  readonly hasContrast: boolean;
}

const META = 'trials';
/** Deaths of the program under an attempt, after which it is suspected. */
const SUSPECTED_AFTER = 2;
/** How long one is alone on trial; twice as long with each further death. */
const ALONE_MS = 500;
/** Many suspects share this time, so that a program with hundreds at work may be killed twice and not wait for minutes. */
const ALL_MS = 10_000;
const MOST_GUILTY = 100;
/** Deaths alone that convict: with another that lasted alone in between, and without. */
const CONVICTED_AFTER = { withContrast: 2, without: 3 } as const;

export class Trials {
  readonly #deps: TrialsDeps;
  #record: Stored;
  #queue: Trial[] = [];
  /** As many were in the queue since it was last empty. */
  #most = 0;
  /** The one that runs alone. */
  #alone: string | null = null;
  #aloneKey = '';

  constructor(deps: TrialsDeps) {
    this.#deps = deps;
    this.#record = read(deps.store.meta(META));
  }

  /** Which of the attempts that ran when the program died is guilty of it, by token, with its step's key; or null. */
  convict(ran: ReadonlyMap<string, string>): string | null {
    const { token } = this.#record;
    const key = token === null ? undefined : ran.get(token);
    if (key === undefined) return null;
    const { guilty: before, died: earlier } = this.#record;
    const { [key]: known = { count: 0, hasContrast: false }, ...died } = earlier;
    const count = known.count + 1;
    const enough = CONVICTED_AFTER[known.hasContrast ? 'withContrast' : 'without'];
    if (count < enough) {
      this.#write(
        { token: null, guilty: before, died: { ...earlier, [key]: { ...known, count } } },
        () => undefined,
      );
      return null;
    }
    const guilty = [...before.filter((other) => other !== key), key].slice(-MOST_GUILTY);
    this.#write({ token: null, guilty, died }, () => undefined);
    return token;
  }

  isSuspect(losses: number, key: string): boolean {
    return losses >= SUSPECTED_AFTER || this.#record.guilty.includes(key);
  }

  has(token: string): boolean {
    return this.#queue.some((trial) => trial.token === token);
  }

  add(trial: Trial): void {
    this.#queue.push(trial);
    this.#most = Math.max(this.#most, this.#queue.length);
    if (this.#queue.length > 1 || this.#alone !== null) return;
    // All suspects of a start come in one go, and one is chosen among them.
    queueMicrotask(() => this.#next());
  }

  /** One that has not begun never does. */
  stop(token: string): void {
    const trial = this.#queue.find((each) => each.token === token);
    if (trial === undefined) return;
    this.release(token);
    trial.stop();
  }

  release(token: string): void {
    this.#queue = this.#queue.filter((trial) => trial.token !== token);
    if (this.#alone === token) this.#acquit();
  }

  #acquit(): void {
    this.#alone = null;
    const { [this.#aloneKey]: _lasted, ...others } = this.#record.died;
    const died = Object.entries(others).map(
      ([key, { count }]) => [key, { count, hasContrast: true }] as const,
    );
    this.#record = { ...this.#record, died: Object.fromEntries(died.slice(-MOST_GUILTY)) };
    if (this.#queue.length === 0) {
      this.#most = 0;
      this.#write({ ...this.#record, token: null }, () => undefined);
    }
    this.#next();
  }

  #next(): void {
    if (this.#alone !== null) return;
    const trial = this.#leastSuspect();
    if (trial === null) return;
    this.#queue = this.#queue.filter((other) => other !== trial);
    this.#alone = trial.token;
    this.#aloneKey = trial.key;
    // Known to the next start before the handler is called.
    this.#write({ ...this.#record, token: trial.token }, () => this.#begin(trial));
  }

  /** It tells most whether this one lasts; and those who work are not to wait for the one who ends the program. */
  #leastSuspect(): Trial | null {
    const { died, guilty } = this.#record;
    let least: { readonly trial: Trial; readonly suspicion: number } | null = null;
    for (const trial of this.#queue) {
      const deaths = died[trial.key]?.count ?? 0;
      const suspicion = guilty.includes(trial.key) ? CONVICTED_AFTER.without + deaths : deaths;
      if (least === null || suspicion < least.suspicion) least = { trial, suspicion };
    }
    return least?.trial ?? null;
  }

  #begin({ token, losses, begin }: Trial): void {
    if (this.#alone !== token) return;
    const firstMs = Math.min(ALONE_MS, ALL_MS / this.#most);
    const aloneMs = firstMs * 2 ** Math.min(Math.max(losses - SUSPECTED_AFTER, 0), 12);
    this.#deps.clock.after(aloneMs, () => {
      if (this.#alone === token) this.#acquit();
    });
    begin();
  }

  #write(record: Stored, then: () => void): void {
    this.#record = record;
    this.#deps.commit((draft) => draft.setMeta(META, JSON.stringify(record)), then);
  }
}

function read(text: string | null): Stored {
  const { token = null, guilty = [], died = {} } = JSON.parse(text ?? '{}') as Partial<Stored>;
  return { token, guilty, died };
}
