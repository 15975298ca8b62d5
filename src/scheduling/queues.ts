/**
 * The queues of steps that wait for a worker, as far as they are in memory: the highest priority first, tenants in turn
 * within a priority. All of each is in the store.
 */

import { type HandlerKey, type Queue, readQueue, WEBHOOK_HANDLER, writeQueue } from '../kernel/actor.ts';
import { type AttemptAddress, attemptsAmong, isBefore } from '../store/address.ts';
import type { Store } from '../store/store.ts';
import { QueueHead } from './queue-head.ts';

/** The queue of each key, for one tenant and priority. */
export type TenantQueues = Map<HandlerKey, QueueHead>;

export class Queues {
  /** Index is the priority. A tenant served goes to the end of its map: the next one is first. */
  #byPriority: Map<string, TenantQueues>[] = [];
  readonly #onNew: (key: HandlerKey) => void;

  constructor(onNew: (key: HandlerKey) => void) {
    this.#onNew = onNew;
  }

  head({ priority, key, tenant }: Queue): QueueHead {
    this.#byPriority[priority] ??= new Map();
    const tenants = this.#byPriority[priority];
    const queues = tenants.get(tenant) ?? new Map<string, QueueHead>();
    tenants.set(tenant, queues);
    const known = queues.get(key);
    if (known !== undefined) return known;
    const head = new QueueHead();
    queues.set(key, head);
    this.#onNew(key);
    return head;
  }

  *all(): Generator<Queue & { readonly head: QueueHead }> {
    for (const [priority, tenants] of this.#byPriority.entries()) {
      for (const [tenant, queues] of tenants ?? []) {
        for (const [key, head] of queues) yield { priority, key, tenant, head };
      }
    }
  }

  /** Returns the first find of `pick` in a tenant's queues; that tenant comes last from then on. */
  next<T>(pick: (tenant: string, queues: TenantQueues) => T | null): T | null {
    for (let priority = this.#byPriority.length - 1; priority >= 0; priority--) {
      const tenants = this.#byPriority[priority];
      if (tenants === undefined) continue;
      for (const [tenant, queues] of tenants) {
        const picked = pick(tenant, queues);
        if (queues.size === 0) tenants.delete(tenant);
        if (picked === null) continue;
        tenants.delete(tenant);
        tenants.set(tenant, queues);
        return picked;
      }
    }
    return null;
  }

  /** Returns the waiting step of the oldest task, of one tenant or of all. */
  oldest(tenant: string | null): AttemptAddress | null {
    let oldest: AttemptAddress | null = null;
    for (const { head, key, tenant: its } of this.all()) {
      const { first } = head;
      if (first === undefined || key === WEBHOOK_HANDLER || (tenant !== null && its !== tenant)) continue;
      if (oldest === null || isBefore(first, oldest)) oldest = first;
    }
    return oldest;
  }

  clear(): void {
    this.#byPriority = [];
  }

  /** As they are stored. */
  reload(store: Store): void {
    this.clear();
    for (const queue of store.queues()) {
      const read = readQueue(queue);
      if (read !== null) this.head(read).fill(readerOf(store, queue));
    }
  }

  /** Refills queue heads that are low from the store; returns whether there were any. */
  refill(store: Store): boolean {
    let refilled = false;
    for (const { head, ...queue } of this.all()) {
      if (!head.isLow) continue;
      head.fill(readerOf(store, writeQueue(queue)));
      refilled = true;
    }
    return refilled;
  }
}

/** Reads a queue as it is stored, from its first entry on. */
const readerOf =
  (store: Store, queue: string) =>
  (limit: number): readonly AttemptAddress[] =>
    attemptsAmong(store.queued(queue, { task: 0, ref: 0 }, limit));
