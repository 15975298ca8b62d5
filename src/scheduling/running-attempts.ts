/** Counts the slots that running attempts take, of each kind, for the limits to ask. */

import { type HandlerKey, WEBHOOK_HANDLER } from '../kernel/actor.ts';

export interface RunningAttempt {
  readonly key: HandlerKey;
  readonly tenant: string;
  /** The handler in this process that does it, or null: it is with a worker elsewhere. */
  readonly handler: string | null;
  /** Nobody was seen to serve it when it was sent: it is none of its tenant's until a worker takes it. */
  readonly isOffered?: boolean;
}

export class RunningAttempts {
  readonly #byToken = new Map<string, RunningAttempt>();
  /** Attempts sent elsewhere that no worker is known to have taken yet. */
  readonly #untaken = new Set<string>();
  readonly #untakenOf = new Map<HandlerKey, number>();
  readonly #ofHandler = new Map<string, number>();
  readonly #ofTenant = new Map<string, number>();
  #here = 0;

  has(token: string): boolean {
    return this.#byToken.has(token);
  }

  /** All but deliveries, which have slots of their own. */
  get count(): number {
    return this.#byToken.size - this.ofHandler(WEBHOOK_HANDLER);
  }

  /** The number of attempts running in this process. */
  get countHere(): number {
    return this.#here;
  }

  ofHandler(handler: string): number {
    return this.#ofHandler.get(handler) ?? 0;
  }

  ofTenant(tenant: string): number {
    return this.#ofTenant.get(tenant) ?? 0;
  }

  untakenOf(key: HandlerKey): number {
    return this.#untakenOf.get(key) ?? 0;
  }

  *elsewhere(): Generator<HandlerKey> {
    for (const { key, handler } of this.#byToken.values()) if (handler === null) yield key;
  }

  enter(token: string, attempt: RunningAttempt): void {
    const { key, tenant, handler } = attempt;
    this.#byToken.set(token, attempt);
    if (handler === null) {
      this.#untaken.add(token);
      increment(this.#untakenOf, key);
    } else increment(this.#ofHandler, handler);
    if (key === WEBHOOK_HANDLER) return;
    if (handler !== null) this.#here++;
    if (attempt.isOffered !== true) increment(this.#ofTenant, tenant);
  }

  /** A worker elsewhere has it now. */
  take(token: string): void {
    const attempt = this.#byToken.get(token);
    if (attempt === undefined || !this.#untaken.delete(token)) return;
    decrement(this.#untakenOf, attempt.key);
    if (attempt.isOffered === true) increment(this.#ofTenant, attempt.tenant);
  }

  /** Returns how to undo it. */
  leave(token: string): () => void {
    const attempt = this.#byToken.get(token);
    if (attempt === undefined) return () => undefined;
    const { key, tenant, handler } = attempt;
    const wasUntaken = this.#untaken.has(token);
    this.take(token);
    this.#byToken.delete(token);
    if (handler !== null) decrement(this.#ofHandler, handler);
    if (key !== WEBHOOK_HANDLER) {
      if (handler !== null) this.#here--;
      decrement(this.#ofTenant, tenant);
    }
    return () => {
      this.enter(token, attempt);
      if (!wasUntaken) this.take(token);
    };
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function decrement(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 0) - 1;
  if (left <= 0) counts.delete(key);
  else counts.set(key, left);
}
