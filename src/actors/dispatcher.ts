/**
 * Which waiting attempt a free worker gets: the highest priority first, tenants in turn within a priority, the
 * oldest task first within a tenant; never more at once than the limits allow.
 */

import type { Store } from '../store/store.ts';
import { HTTP_HANDLER, isBuiltIn } from '../workflow/built-in.ts';
import { type Address, WEBHOOK_HANDLER } from './actor.ts';
import { Window } from './window.ts';

export interface Limits {
  /** Attempts at once, over all handlers. */
  readonly total: number;
  /** Attempts at once of one tenant, or null. */
  readonly perTenant: number | null;
}

/** Deliveries at once; they have places of their own, so that slow receivers hold up no steps. */
const WEBHOOK_CONCURRENCY = 20;

/** HTTP steps at once; half of the places there are by default, so that slow servers leave room for handlers. */
const HTTP_CONCURRENCY = 50;

interface Slot {
  readonly handler: string;
  readonly tenant: string;
}

/** Handler name to its queue, for one tenant and priority. */
type TenantQueues = Map<string, Window>;

export class Dispatcher {
  readonly #limits: Limits;
  /** Handlers somebody serves, with their own limit. */
  readonly #served = new Map<string, number | null>([
    [WEBHOOK_HANDLER, WEBHOOK_CONCURRENCY],
    [HTTP_HANDLER, HTTP_CONCURRENCY],
  ]);
  readonly #slots = new Map<string, Slot>();
  readonly #byHandler = new Map<string, number>();
  readonly #byTenant = new Map<string, number>();
  /** Index is the priority. A tenant served goes to the end of its map: the next one is first. */
  #queues: Map<string, TenantQueues>[] = [];
  #undo: (() => void)[] = [];
  #stopped = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  serve(handler: string, concurrency: number | null): void {
    this.#served.set(handler, concurrency);
  }

  isServed(handler: string): boolean {
    return this.#served.has(handler);
  }

  /** Those that users brought. */
  handlers(): string[] {
    return [...this.#served.keys()].filter((handler) => !isBuiltIn(handler));
  }

  get running(): number {
    return this.#slots.size - (this.#byHandler.get(WEBHOOK_HANDLER) ?? 0);
  }

  /** Why an attempt of this handler and tenant could not start now although a worker serves it, or null. */
  limitReached(handler: string, tenant: string): string | null {
    const own = this.#served.get(handler) ?? null;
    if (own !== null && (this.#byHandler.get(handler) ?? 0) >= own) return `${own} at once of ${handler}`;
    if (handler === WEBHOOK_HANDLER) return null;
    if (this.running >= this.#limits.total) return `${this.#limits.total} attempts at once`;
    const { perTenant } = this.#limits;
    if (perTenant !== null && (this.#byTenant.get(tenant) ?? 0) >= perTenant)
      return `${perTenant} at once of ${tenant}`;
    return null;
  }

  enqueue(queue: string, address: Address): void {
    this.#window(queue).add(address);
  }

  dequeue(queue: string, address: Address): void {
    this.#window(queue).remove(address);
  }

  occupy(token: string, slot: Slot): void {
    if (this.#slots.has(token)) return;
    this.#take(token, slot);
    this.#undo.push(() => this.#give(token));
  }

  free(token: string): void {
    const slot = this.#slots.get(token);
    if (slot === undefined) return;
    this.#give(token);
    this.#undo.push(() => this.#take(token, slot));
  }

  /** Nothing more is started. */
  stop(): void {
    this.#stopped = true;
  }

  /** The attempt that should start next, or null when nothing waits or every limit is reached. */
  next(): Address | null {
    if (this.#stopped) return null;
    for (let priority = this.#queues.length - 1; priority >= 0; priority--) {
      const tenants = this.#queues[priority];
      if (tenants === undefined) continue;
      for (const [tenant, queues] of tenants) {
        const first = this.#firstOf(tenant, queues);
        if (queues.size === 0) tenants.delete(tenant);
        if (first === null) continue;
        tenants.delete(tenant);
        tenants.set(tenant, queues);
        return first;
      }
    }
    return null;
  }

  #firstOf(tenant: string, queues: TenantQueues): Address | null {
    let best: Address | null = null;
    for (const [handler, window] of queues) {
      if (window.isEmpty) queues.delete(handler);
      const first = window.first;
      if (first === undefined || !this.isServed(handler) || this.limitReached(handler, tenant) !== null)
        continue;
      if (best === null || first.task < best.task || (first.task === best.task && first.ref < best.ref))
        best = first;
    }
    return best;
  }

  /** What was occupied and freed since the last commit is so. */
  commit(store: Store): boolean {
    this.#undo = [];
    let refilled = false;
    for (const [queue, window] of this.#windows()) {
      if (!window.isLow) continue;
      window.fill((limit) => store.queued(queue, { task: 0, ref: 0 }, limit));
      refilled = true;
    }
    return refilled;
  }

  /** What was occupied and freed since the last commit never was; the queues are to be reloaded. */
  rollback(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
    this.#queues = [];
  }

  /** Takes the queues as they are stored. */
  reload(store: Store): void {
    this.#queues = [];
    for (const queue of store.queues()) {
      this.#window(queue).fill((limit) => store.queued(queue, { task: 0, ref: 0 }, limit));
    }
  }

  #window(queue: string): Window {
    const [priority, handler, tenant] = JSON.parse(queue) as [number, string, string];
    this.#queues[priority] ??= new Map();
    const tenants = this.#queues[priority];
    const queues = tenants.get(tenant) ?? new Map<string, Window>();
    tenants.set(tenant, queues);
    const window = queues.get(handler) ?? new Window();
    queues.set(handler, window);
    return window;
  }

  *#windows(): Generator<[queue: string, Window]> {
    for (const [priority, tenants] of this.#queues.entries()) {
      for (const [tenant, queues] of tenants ?? []) {
        for (const [handler, window] of queues) yield [JSON.stringify([priority, handler, tenant]), window];
      }
    }
  }

  #take(token: string, slot: Slot): void {
    this.#slots.set(token, slot);
    this.#byHandler.set(slot.handler, (this.#byHandler.get(slot.handler) ?? 0) + 1);
    if (slot.handler === WEBHOOK_HANDLER) return;
    this.#byTenant.set(slot.tenant, (this.#byTenant.get(slot.tenant) ?? 0) + 1);
  }

  #give(token: string): void {
    const slot = this.#slots.get(token);
    if (slot === undefined) return;
    this.#slots.delete(token);
    decrement(this.#byHandler, slot.handler);
    if (slot.handler !== WEBHOOK_HANDLER) decrement(this.#byTenant, slot.tenant);
  }
}

function decrement(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 0) - 1;
  if (left <= 0) counts.delete(key);
  else counts.set(key, left);
}
