/**
 * How a snapshot of one machine version becomes one of the next. A machine that changes so that its stored snapshots
 * would mean something else gets a new version (`MACHINE_VERSION`) and one function here; it is never edited after a
 * release, because stores of every age pass through it. Pure, like the machines: no time, no dice.
 */

/** As a store keeps it. */
export interface StoredSnapshot {
  /** `retrying.backoff` for `{ retrying: 'backoff' }`. */
  readonly state: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** When which event is due, epoch milliseconds. */
  readonly timers: Readonly<Record<string, number>>;
}

/** Throws for a snapshot it can make nothing of: that actor is set aside with the message, and the others go on. */
export type Migration = (old: StoredSnapshot) => StoredSnapshot;

/** By the version they start from: `step@1` makes one of `step@2`. */
export type Migrations = Readonly<Record<string, Migration>>;

export const MACHINE_MIGRATIONS: Migrations = {};
