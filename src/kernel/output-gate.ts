/**
 * The output gate: it lets out what a commit has caused. Attempts go to the executor that runs their kind, and whoever
 * listens to commits is told of this one. It knows none of them: they are given to it in lists.
 */

import { assert } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Actor } from './actor.ts';
import type { Attempt } from './attempts.ts';
import type { StatusChange, Written } from './turns.ts';

/** Runs attempts of one kind. */
export interface Executor {
  /** True for attempts like those it runs. The first executor that says so has it. */
  runs(attempt: Attempt): boolean;
  /** True if an attempt that was begun before is still under way; if not, it died with the last process. */
  adopt(attempt: Attempt): boolean;
  start(attempt: Attempt): void;
  /** Its worker is to stop; what becomes of it is told like any outcome. Tokens of other executors mean nothing to it. */
  stop(token: string): void;
  /** The attempt is over, and its worker may stop. Tokens of other executors mean nothing to it. */
  release(token: string): void;
}

/** One commit has made all of this true. */
export interface Committed {
  readonly written: readonly Written[];
  readonly statusChanges: readonly StatusChange[];
  changed(): Iterable<Actor>;
}

/** Is told of each commit, in the order of the commits. */
export interface CommitListener {
  committed(commit: Committed): void;
  /** The store may hold other than what was known: what is counted is to be counted again. */
  resumed?(store: Store): void;
}

/** Finds the attempt that ended the last process. */
export interface Convicting {
  /**
   * Returns its token, of those that ran when the process died and can run again; null if nobody knows. `ran`: the
   * idempotency keys of their steps, by token.
   */
  convict(ran: ReadonlyMap<string, string>): string | null;
}

export interface OutputGateDeps {
  readonly executors: readonly Executor[];
  readonly listeners: readonly CommitListener[];
  readonly trials: Convicting;
}

export class OutputGate {
  readonly #executors: readonly Executor[];
  readonly #listeners: readonly CommitListener[];
  readonly #trials: Convicting;

  constructor({ executors, listeners, trials }: OutputGateDeps) {
    this.#executors = executors;
    this.#listeners = listeners;
    this.#trials = trials;
  }

  /** True if the attempt, begun before, is still with a worker; if not, that worker died with the last process. */
  adopt(attempt: Attempt): boolean {
    return this.#executorOf(attempt).adopt(attempt);
  }

  convict(ran: ReadonlyMap<string, string>): string | null {
    return this.#trials.convict(ran);
  }

  dispatch(attempts: readonly Attempt[]): void {
    for (const attempt of attempts) this.#executorOf(attempt).start(attempt);
  }

  release(tokens: readonly string[]): void {
    for (const token of tokens) for (const executor of this.#executors) executor.release(token);
  }

  stop(tokens: readonly string[]): void {
    for (const token of tokens) for (const executor of this.#executors) executor.stop(token);
  }

  publish(commit: Committed): void {
    for (const listener of this.#listeners) listener.committed(commit);
  }

  resumed(store: Store): void {
    for (const listener of this.#listeners) listener.resumed?.(store);
  }

  #executorOf(attempt: Attempt): Executor {
    const executor = this.#executors.find((each) => each.runs(attempt));
    assert(
      executor !== undefined,
      `an executor runs attempt ${attempt.token} of ${attempt.kind} ${attempt.task}/${attempt.index}`,
    );
    return executor;
  }
}
