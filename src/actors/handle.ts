/**
 * A durable actor to its callers: XState's actor-ref shape, so that `waitFor`, `toPromise` and whatever else reads
 * actors works on it. What it shows is always committed.
 */

import type { AnyActorRef, AnyMachineSnapshot, Observer, Subscription } from 'xstate';
import { type Actor, kindOf } from './actor.ts';
import { snapshotOf } from './turn.ts';

/**
 * What a durable actor offers of XState's actor-ref: `id`, `sessionId`, `send`, `subscribe`, `getSnapshot` and
 * `getPersistedSnapshot`. `send` takes what a person may send (`task.pause`, `step.retry`, …); the state decides
 * whether it means anything. A durable actor cannot be started or stopped: it lives in the store.
 */
export type ActorHandle = AnyActorRef;

type Watcher = Partial<Observer<AnyMachineSnapshot>>;

export const keyOf = (task: number, ref: number): string => `${task}/${ref}`;

/** Those who watch actors, by actor; told after each commit. */
export class Watchers {
  readonly #byActor = new Map<string, Set<Watcher>>();
  readonly #onError: (error: unknown) => void;

  /** `onError` hears what a watcher throws: its mistake is nobody else's. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get isEmpty(): boolean {
    return this.#byActor.size === 0;
  }

  add(key: string, watcher: Watcher): Subscription {
    const watchers = this.#byActor.get(key) ?? new Set();
    watchers.add(watcher);
    this.#byActor.set(key, watchers);
    return {
      unsubscribe: () => {
        watchers.delete(watcher);
        if (watchers.size === 0 && this.#byActor.get(key) === watchers) this.#byActor.delete(key);
      },
    };
  }

  tell(actor: Actor): void {
    const key = keyOf(actor.entry.no, actor.ref);
    const watching = this.#byActor.get(key);
    if (watching === undefined) return;
    const snapshot = snapshotOf(kindOf(actor.ref), actor.state, actor.context);
    for (const watcher of watching) {
      try {
        watcher.next?.(snapshot);
        if (snapshot.status === 'done') watcher.complete?.();
      } catch (error) {
        this.#onError(error);
      }
    }
    if (snapshot.status === 'done') this.#byActor.delete(key);
  }
}

export function createHandle(options: {
  readonly id: string;
  readonly key: string;
  readonly watchers: Watchers;
  readonly read: () => AnyMachineSnapshot;
  readonly persist: () => unknown;
  readonly send: (event: { readonly type: string }) => void;
}): ActorHandle {
  const handle = {
    id: options.id,
    sessionId: options.key,
    send: options.send,
    getSnapshot: options.read,
    getPersistedSnapshot: options.persist,
    subscribe(observer: Watcher | ((snapshot: AnyMachineSnapshot) => void)): Subscription {
      const watcher = typeof observer === 'function' ? { next: observer } : observer;
      if (options.read().status === 'done') {
        watcher.complete?.();
        return { unsubscribe: () => undefined };
      }
      return options.watchers.add(options.key, watcher);
    },
    [Symbol.observable ?? '@@observable']: () => handle,
  };
  return handle as unknown as ActorHandle;
}
