/**
 * A durable actor to its callers: XState's actor-ref shape, so that `waitFor`, `toPromise` and whatever else reads
 * actors works on it. What it shows is always committed.
 */

import type { AnyActorRef, AnyMachineSnapshot, Observer, Subscription } from 'xstate';
import { type Address, refOf } from '../store/address.ts';
import { type Actor, isFinal, kindOf } from './actor.ts';
import type { StepCommand, TaskCommand } from './commands.ts';
import type { CommitListener, Committed } from './output-gate.ts';
import { persistedOf, snapshotOf } from './turn.ts';

/**
 * A durable actor offers these members of XState's actor-ref: `id`, `sessionId`, `send`, `subscribe`,
 * `getSnapshot` and `getPersistedSnapshot`. A durable actor cannot be started or stopped: it lives in the store.
 */
export interface ActorHandle extends Omit<AnyActorRef, 'send'> {
  /**
   * Takes what a person may tell a task (`task.pause`, …) or a step (`step.retry`, …); the state decides whether it
   * means anything. Throws a `Refusal` with code UNKNOWN_EVENT or INVALID_OUTPUT for anything else.
   */
  send(event: TaskCommand | StepCommand): void;
}

type Watcher = Partial<Observer<AnyMachineSnapshot>>;

/** Tells the watchers of actors after each commit. */
export class Watchers implements CommitListener {
  /** By task and row: most tasks that change are watched by nobody. */
  readonly #byTask = new Map<number, Map<number, Set<Watcher>>>();
  readonly #onError: (error: unknown) => void;

  /** `onError` hears what a watcher throws: its mistake is nobody else's. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  committed({ changed }: Committed): void {
    if (this.#byTask.size === 0) return;
    for (const actor of changed()) this.#tell(actor);
  }

  add(address: Address, watcher: Watcher): Subscription {
    const { task } = address;
    const ref = refOf(address);
    const byRef = this.#byTask.get(task) ?? new Map<number, Set<Watcher>>();
    const watchers = byRef.get(ref) ?? new Set();
    watchers.add(watcher);
    byRef.set(ref, watchers);
    this.#byTask.set(task, byRef);
    return {
      unsubscribe: () => {
        watchers.delete(watcher);
        if (watchers.size === 0 && byRef.get(ref) === watchers) this.#drop(task, ref);
      },
    };
  }

  #tell(actor: Actor): void {
    const { task, state, context } = actor;
    const ref = refOf(actor);
    const watching = this.#byTask.get(task)?.get(ref);
    if (watching === undefined) return;
    const isOver = isFinal(actor);
    let snapshot: AnyMachineSnapshot | null = null;
    for (const watcher of watching) {
      try {
        // Many wait for the end alone.
        if (watcher.next !== undefined) {
          snapshot ??= snapshotOf(kindOf(actor), state, context);
          watcher.next(snapshot);
        }
        if (isOver) watcher.complete?.();
      } catch (error) {
        this.#onError(error);
      }
    }
    if (isOver) this.#drop(task, ref);
  }

  #drop(task: number, ref: number): void {
    const byRef = this.#byTask.get(task);
    byRef?.delete(ref);
    if (byRef?.size === 0) this.#byTask.delete(task);
  }
}

export function createHandle(options: {
  readonly id: string;
  readonly address: Address;
  readonly watchers: Watchers;
  /** Throws when there is none yet. */
  readonly actor: () => Actor;
  readonly send: ActorHandle['send'];
}): ActorHandle {
  const handle = {
    id: options.id,
    sessionId: `${options.address.task}/${refOf(options.address)}`,
    send: options.send,
    getSnapshot: (): AnyMachineSnapshot => {
      const actor = options.actor();
      return snapshotOf(kindOf(actor), actor.state, actor.context);
    },
    getPersistedSnapshot: (): unknown => {
      const actor = options.actor();
      return persistedOf(kindOf(actor), actor.state, actor.context);
    },
    subscribe(observer: Watcher | ((snapshot: AnyMachineSnapshot) => void)): Subscription {
      const watcher = typeof observer === 'function' ? { next: observer } : observer;
      if (isFinal(options.actor())) {
        watcher.complete?.();
        return { unsubscribe: () => undefined };
      }
      return options.watchers.add(options.address, watcher);
    },
    [Symbol.observable ?? '@@observable']: () => handle,
  };
  return handle as unknown as ActorHandle;
}
