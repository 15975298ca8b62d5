/**
 * Which waiting attempt a free worker gets: the highest priority first, tenants in turn within a priority, the
 * oldest task first within a tenant; never more at once than the limits allow.
 */

import {
  DEFAULT_AGENT,
  type HandlerKey,
  type Queue,
  readHandlerKey,
  WEBHOOK_HANDLER,
} from '../kernel/actor.ts';
import { type AttemptAddress, isBefore } from '../store/address.ts';
import type { Store } from '../store/store.ts';
import { DEFAULT_CONCURRENCY } from '../worker/job.ts';
import { isBuiltIn } from '../workflow/built-in.ts';
import { nameKey } from '../workflow/name-key.ts';
import { OWN_SHARES } from '../workflow/steps/index.ts';
import { Queues, type TenantQueues } from './queues.ts';
import { RunningAttempts } from './running-attempts.ts';

export interface Limits {
  /** Attempts at once in this process, over all handlers. */
  readonly total: number;
  /** Attempts at once of one tenant, or null. */
  readonly perTenant: number | null;
  /** The handlers here are for the steps of every agent, and not of `default` alone. */
  readonly anyAgent: boolean;
}

/** Deliveries at once; they have slots of their own, so that slow receivers hold up no steps. */
const WEBHOOK_CONCURRENCY = 20;

/** The slot an attempt has while it runs. */
export interface Slot {
  readonly key: HandlerKey;
  readonly tenant: string;
  /** With a worker elsewhere. */
  readonly remote: boolean;
  /** Marks an attempt committed before whose time stands still until a worker takes it. */
  readonly isHindered?: boolean;
}

/** The attempt to start next, and where. */
export type Next = AttemptAddress & {
  readonly remote: boolean;
  /** Nobody is seen to serve it: offered, in case somebody hears of it. */
  readonly isOffered: boolean;
};

export class Dispatcher {
  readonly #limits: Limits;
  /** Handlers served in this process, with their own limit. */
  readonly #here = new Map<string, number | null>([
    [WEBHOOK_HANDLER, WEBHOOK_CONCURRENCY],
    ...OWN_SHARES.map(([handler, share]) => [handler, DEFAULT_CONCURRENCY * share] as const),
  ]);
  /** Served by workers elsewhere: how many jobs may wait there for one to take them. */
  readonly #elsewhere = new Map<HandlerKey, number>();
  /** One job of each is offered to whoever may be there unseen. */
  readonly #offered = new Set<HandlerKey>();
  readonly #onWanted: (key: HandlerKey) => void;
  #unreachable: string | null = null;
  readonly #running = new RunningAttempts();
  readonly #queues = new Queues((key) => {
    if (!this.isHere(key)) this.#onWanted(key);
  });
  #undo: (() => void)[] = [];
  #stopped = false;

  /** `onWanted`: hears of each handler that a worker elsewhere is wanted for. */
  constructor(limits: Limits, onWanted: (key: HandlerKey) => void) {
    this.#limits = limits;
    this.#onWanted = onWanted;
  }

  /** Says why no worker elsewhere can be reached, or null. */
  get unreachable(): string | null {
    return this.#unreachable;
  }

  loseElsewhere(why: string): void {
    this.#unreachable = why;
  }

  reachElsewhere(): void {
    this.#unreachable = null;
  }

  /** Serves these handlers of users in this process from now on, and no others. */
  serveOnly(handlers: readonly { readonly name: string; readonly concurrency: number | null }[]): void {
    for (const handler of this.handlers()) this.#here.delete(handler);
    for (const { name, concurrency } of handlers) this.#here.set(name, concurrency);
  }

  /** Workers elsewhere serve it; at most `untaken` jobs are to wait for them. */
  serveElsewhere(key: HandlerKey, untaken: number): void {
    this.#elsewhere.set(key, untaken);
  }

  leaveElsewhere(key: HandlerKey): void {
    this.#elsewhere.delete(key);
  }

  /** Nobody is seen to serve it, though somebody may hear of it. */
  offer(key: HandlerKey): void {
    this.#offered.add(key);
  }

  withdrawOffers(): void {
    this.#offered.clear();
  }

  isServed(key: HandlerKey): boolean {
    return this.#handlerHere(key) !== null || this.#elsewhere.has(key);
  }

  isHere(key: HandlerKey): boolean {
    return this.#handlerHere(key) !== null;
  }

  /** Lists the handlers of the user, without those built in. */
  handlers(): string[] {
    return [...this.#here.keys()].filter((handler) => !isBuiltIn(handler));
  }

  /** Names of the handlers of users that are served to steps of this agent. */
  servedTo(agent: string): string[] {
    const here = agent === DEFAULT_AGENT || this.#limits.anyAgent ? this.handlers() : [];
    const elsewhere = [...this.#elsewhere.keys()].map(readHandlerKey);
    return [...here, ...elsewhere.flatMap((one) => (one.agent === agent ? one.handler : []))];
  }

  get running(): number {
    return this.#running.count;
  }

  /** Attempts running in this process. */
  get runningHere(): number {
    return this.#running.countHere;
  }

  /** Counts attempts sent to workers elsewhere, by the handlers last seen there. */
  servedElsewhere(): Map<HandlerKey, number> {
    const sent = new Map([...this.#elsewhere.keys()].map((key) => [key, 0]));
    for (const key of this.#running.elsewhere()) {
      const count = sent.get(key);
      if (count !== undefined) sent.set(key, count + 1);
    }
    return sent;
  }

  /** Lists handlers that attempts wait for or have elsewhere, and that are not served here. */
  wanted(): Set<HandlerKey> {
    const wanted = new Set(this.#running.elsewhere());
    for (const { head, key } of this.#queues.all()) {
      if (!head.isEmpty && !this.isHere(key)) wanted.add(key);
    }
    return wanted;
  }

  /** Returns the waiting step of the oldest task, of one tenant or of all. */
  oldestWaiting(tenant: string | null): AttemptAddress | null {
    return this.#queues.oldest(tenant);
  }

  /** Jobs that wait for a worker elsewhere to take them. */
  untaken(key: HandlerKey): number {
    return this.#running.untakenOf(key);
  }

  /** A worker elsewhere has it now. */
  take(token: string): void {
    this.#running.take(token);
  }

  /** Why an attempt of this key and tenant could not start now although a worker serves it, or null. */
  limitReached(key: HandlerKey, tenant: string): string | null {
    const handler = this.#handlerHere(key);
    const reached = handler === null ? null : this.#fullHere(handler);
    if (reached !== null || handler === WEBHOOK_HANDLER) return reached;
    const { perTenant } = this.#limits;
    if (perTenant !== null && this.#running.ofTenant(tenant) >= perTenant)
      return `${perTenant} at once of ${tenant}`;
    return null;
  }

  #fullHere(handler: string): string | null {
    const own = this.#here.get(handler) ?? null;
    if (own !== null && this.#running.ofHandler(handler) >= own) return `${own} at once of ${handler}`;
    if (handler === WEBHOOK_HANDLER || this.#running.countHere < this.#limits.total) return null;
    return `${this.#limits.total} attempts at once`;
  }

  /** Somebody serves it, or may, who has not jobs enough waiting already. */
  #hasRoom(key: HandlerKey): boolean {
    if (this.#handlerHere(key) !== null) return true;
    const most = this.#elsewhere.get(key) ?? (this.#offered.has(key) ? 1 : 0);
    return this.untaken(key) < most;
  }

  /** The handler in this process that does it, or null. */
  #handlerHere(key: HandlerKey): string | null {
    if (this.#here.has(key)) return key;
    const same = nameKey(key);
    if (this.#here.has(same)) return same;
    if (!this.#limits.anyAgent) return null;
    const { handler } = readHandlerKey(same);
    return this.#here.has(handler) ? handler : null;
  }

  enqueue(queue: Queue, address: AttemptAddress): void {
    this.#queues.head(queue).add(address);
  }

  dequeue(queue: Queue, address: AttemptAddress): void {
    this.#queues.head(queue).remove(address);
  }

  occupy(token: string, slot: Slot): void {
    if (this.#running.has(token)) return;
    this.#enter(token, slot);
    this.#undo.push(() => this.#running.leave(token));
  }

  /** Takes the slot of an attempt that was committed before. */
  reoccupy(token: string, slot: Slot, isTaken: boolean): void {
    if (this.#running.has(token)) return;
    this.#enter(token, slot);
    if (isTaken) this.#running.take(token);
  }

  #enter(token: string, { key, tenant, remote, isHindered }: Slot): void {
    const handler = remote ? null : (this.#handlerHere(key) ?? key);
    const isOffered = isHindered ?? (remote && !this.isServed(key));
    this.#running.enter(token, { key, tenant, handler, isOffered });
    if (remote) this.#onWanted(key);
  }

  free(token: string): void {
    if (this.#running.has(token)) this.#undo.push(this.#running.leave(token));
  }

  /** Nothing more is started. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * The attempt that should start next, or null when nothing waits or every limit is reached. `mayOffer`: whether one
   * that nobody is seen to serve may start.
   */
  next(mayOffer: (address: AttemptAddress) => boolean): Next | null {
    if (this.#stopped) return null;
    return this.#queues.next((tenant, queues) => this.#firstOf(tenant, queues, mayOffer));
  }

  #firstOf(
    tenant: string,
    queues: TenantQueues,
    mayOffer: (address: AttemptAddress) => boolean,
  ): Next | null {
    let best: AttemptAddress | null = null;
    let bestKey: HandlerKey = '';
    for (const [key, head] of queues) {
      if (head.isEmpty) queues.delete(key);
      if (head.first === undefined || !this.#hasRoom(key) || this.limitReached(key, tenant) !== null)
        continue;
      const first = this.isServed(key) ? head.first : head.find(mayOffer);
      if (first === undefined) continue;
      if (best === null || isBefore(first, best)) {
        best = first;
        bestKey = key;
      }
    }
    if (best === null) return null;
    const { kind, task, index } = best;
    const remote = !this.isHere(bestKey);
    return { kind, task, index, remote, isOffered: !this.isServed(bestKey) };
  }

  /** Confirms every slot change since the last commit. */
  commit(store: Store): boolean {
    this.#undo = [];
    return this.#queues.refill(store);
  }

  /** Undoes every slot change since the last commit; the queues are to be reloaded. */
  rollback(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
    this.#queues.clear();
  }

  /** Takes the queues as they are stored. */
  reload(store: Store): void {
    this.#queues.reload(store);
  }
}
