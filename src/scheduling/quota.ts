/**
 * How much one tenant may ask for: so many tasks unfinished at once, and so many new ones a second. Nothing counts
 * before it is committed, and what is remembered of a tenant is one number, forgotten once it says nothing.
 */

import { Refusal } from '../errors.ts';

export interface QuotaOptions {
  /** Tasks of one tenant that may be unfinished at once; null for any number. */
  readonly maxBacklog: number | null;
  /** New tasks of one tenant, a second; null for any number. */
  readonly ratePerSecond: number | null;
  /** How many of them may come at once after a silence; null: one second's worth. */
  readonly burst: number | null;
  readonly openOf: (tenant: string) => number;
  /** Epoch milliseconds; may go back. */
  readonly now: () => number;
}

/** How soon a tenant with too many unfinished tasks is worth asking again. */
const BACKLOG_RETRY_SECONDS = 5;
const FIRST_SWEEP = 1_000;

export class Quota {
  readonly #options: QuotaOptions;
  readonly #burst: number;
  /**
   * Until when each tenant has used up its rate, in our own time (the generic cell rate algorithm, ITU-T I.371: a
   * token bucket that needs no refilling). A time that has passed says nothing.
   */
  readonly #paidUntil = new Map<string, number>();
  #sweepAt = FIRST_SWEEP;
  /** Only ever goes on, so that a clock that is set back locks nobody out. */
  #time = 0;
  #lastNow: number | null = null;

  constructor(options: QuotaOptions) {
    this.#options = options;
    this.#burst = options.burst ?? Math.max(1, Math.ceil(options.ratePerSecond ?? 1));
  }

  /** Why the tenant may not have `count` more than are committed or are about to be, or null. Counts nothing. */
  refusal(tenant: string, count: number, uncommitted: number): Refusal | null {
    return this.#backlogRefusal(tenant, count, uncommitted) ?? this.#rateRefusal(tenant, count, uncommitted);
  }

  /** They are committed. */
  took(tenant: string, count: number): void {
    const { ratePerSecond } = this.#options;
    if (ratePerSecond === null) return;
    const from = Math.max(this.#paidUntil.get(tenant) ?? 0, this.#tick());
    this.#paidUntil.set(tenant, from + (count * 1_000) / ratePerSecond);
    this.#sweep();
  }

  /** Tenants something is remembered of. */
  get size(): number {
    return this.#paidUntil.size;
  }

  #backlogRefusal(tenant: string, count: number, uncommitted: number): Refusal | null {
    const { maxBacklog, openOf } = this.#options;
    if (maxBacklog === null) return null;
    const open = openOf(tenant) + uncommitted;
    if (open + count <= maxBacklog) return null;
    const message = `tenant ${tenant} has ${open} unfinished tasks and asks for ${count} more; at most ${maxBacklog}`;
    return new Refusal('LIMIT_REACHED', message, { retryAfterSeconds: BACKLOG_RETRY_SECONDS });
  }

  #rateRefusal(tenant: string, count: number, uncommitted: number): Refusal | null {
    const { ratePerSecond } = this.#options;
    if (ratePerSecond === null) return null;
    const now = this.#tick();
    const from = Math.max(this.#paidUntil.get(tenant) ?? 0, now);
    // A batch larger than the burst would never fit: it is taken after a silence, and paid for by a longer one.
    const needed = Math.min(count, this.#burst);
    const waitMs = from + ((uncommitted + needed - this.#burst) * 1_000) / ratePerSecond - now;
    if (waitMs < 1e-6) return null;
    const message = `tenant ${tenant} submits faster than ${ratePerSecond} tasks a second, after a burst of ${this.#burst}`;
    return new Refusal('RATE_EXCEEDED', message, { retryAfterSeconds: waitMs / 1_000 });
  }

  #tick(): number {
    const now = this.#options.now();
    if (this.#lastNow !== null) this.#time += Math.max(0, now - this.#lastNow);
    this.#lastNow = now;
    return this.#time;
  }

  /** Seldom enough to cost nothing, often enough that half of what is kept at most is useless. */
  #sweep(): void {
    if (this.#paidUntil.size < this.#sweepAt) return;
    for (const [tenant, until] of this.#paidUntil) if (until <= this.#time) this.#paidUntil.delete(tenant);
    this.#sweepAt = Math.max(FIRST_SWEEP, this.#paidUntil.size * 2);
  }
}
