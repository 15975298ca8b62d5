/** A Troupe in a process of its own, to be killed without warning; calls that it did not answer reject then. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PublishedFact } from '../../../src/views/orchestrator.ts';
import type { CallError, FromChild, Method, Remote, StartOptions } from './protocol.ts';

/** The compiled one starts in half the time. */
const CHILD = fileURLToPath(new URL('../../../dist/test/harness/kill/child.js', import.meta.url));

/** The process ended before it answered. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** A refusal or failure of the child's Troupe. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: string | null;
  readonly kind: string | null;

  constructor({ code, kind, message }: CallError) {
    super(message);
    this.code = code;
    this.kind = kind;
  }
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class TroupeProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #onFact: (published: PublishedFact) => void;
  /** As many actors have changed in one commit, at most. */
  mostActors = 0;
  #calls = 0;
  #becomeReady: () => void = () => undefined;
  /** Resolves once its Troupe is up. */
  readonly ready: Promise<void>;
  /** Resolves when the process has ended; with its signal if it was killed, else with its exit code. */
  readonly ended: Promise<string | number>;

  constructor(options: StartOptions, onFact: (published: PublishedFact) => void = () => undefined) {
    this.#onFact = onFact;
    this.#child = fork(CHILD, [JSON.stringify(options)], { execArgv: [] });
    this.#child.on('message', (message: FromChild) => this.#hear(message));
    this.ended = once(this.#child, 'exit').then(([code, signal]) => {
      for (const { reject } of this.#pending.values()) reject(new Unanswered('the process ended first'));
      this.#pending.clear();
      return signal ?? code;
    });
    this.ready = new Promise((resolve, reject) => {
      this.#becomeReady = resolve;
      void this.ended.then((how) => reject(new Unanswered(`the process ended before it was ready: ${how}`)));
    });
    // Whoever waits for `ready` hears of it; nobody has to.
    this.ready.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  call<M extends Method>(method: M, ...args: Parameters<Remote[M]>): ReturnType<Remote[M]> {
    const id = ++this.#calls;
    const answer = new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#child.send({ id, method, args }, (error) => {
      if (error !== null)
        this.#pending.get(id)?.reject(new Unanswered('the process had ended', { cause: error }));
    });
    return answer as ReturnType<Remote[M]>;
  }

  /** SIGKILL, at once. */
  kill(): Promise<string | number> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }

  #hear(message: FromChild): void {
    switch (message.type) {
      case 'ready':
        this.#becomeReady();
        break;
      case 'commit':
        this.mostActors = message.actors;
        break;
      case 'fact':
        this.#onFact({ id: message.id, fact: message.fact });
        break;
      case 'reply': {
        const pending = this.#pending.get(message.id);
        this.#pending.delete(message.id);
        if (message.error === undefined) pending?.resolve(message.value);
        else pending?.reject(new RemoteError(message.error));
      }
    }
  }
}
