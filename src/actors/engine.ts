/**
 * The mailbox and the output gate. Work is drained in batches, each one transaction: run the turns, commit, then
 * let out what the commit caused. If the commit fails nothing happened: callers are told, what must not be lost
 * stays in the mailbox, and the next try begins from what the disk holds.
 */

import type { Logger } from 'pino';
import type { StepContext } from '../../machines/index.ts';
import { Refusal } from '../errors.ts';
import { isStorageFailure } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import { type Actor, type Address, dueAtOf, handlerKeyOf, readQueue } from './actor.ts';
import { type Attempt, Batch, type Written } from './batch.ts';
import type { StatusChange } from './census.ts';
import type { Clock } from './clock.ts';
import type { Dispatcher } from './dispatcher.ts';
import { type Memory, UnreadableActor } from './memory.ts';
import { fireTimers, Timers } from './timers.ts';

/** Few enough that nobody waits long behind others; more would share the cost of a commit hardly any better. */
const MAX_BATCH = 256;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 2_000;

/** Whom an empty piece of work is about: it only makes a batch happen. */
const NOBODY: Address = { task: 0, ref: 0 };
/** To SQLite, no limit. */
const ALL = -1;

interface Work {
  run(batch: Batch): unknown;
  settle(result: unknown): void;
  fail(error: unknown): void;
  /** The actor it is about; work that must not be lost has one, and no caller to tell of a failure. */
  readonly about: Address | null;
}

/** What leaves the process, each time a commit has made it true. */
export interface Gate {
  /** Whether the attempt, begun before, is still with a worker; if not, that worker died with the last process. */
  adopt(attempt: Attempt): boolean;
  dispatch(attempts: readonly Attempt[]): void;
  release(tokens: readonly string[]): void;
  publish(written: readonly Written[], changed: Iterable<Actor>, statuses: readonly StatusChange[]): void;
  /** The store may hold other than what was known: what is counted is to be counted again. */
  resumed(): void;
}

export interface EngineDeps {
  readonly store: Store;
  readonly memory: Memory;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

export class Engine {
  readonly #deps: EngineDeps;
  readonly #gate: Gate;
  readonly #timers: Timers;
  #mailbox: Work[] = [];
  #scheduled = false;
  #closed = false;
  #draining = false;
  #retryDelayMs = 0;
  /** Timers went off: the next one to arm for is not known until they are committed. */
  #hasWoken = false;
  #cancelRetry: () => void = () => undefined;
  /** Why the last commit failed, while none has succeeded since. */
  #trouble: string | null = null;
  readonly counters = { turnsIgnored: 0, commitFailures: 0, batches: 0, setAside: 0 };

  constructor(deps: EngineDeps, gate: Gate) {
    this.#deps = deps;
    this.#gate = gate;
    this.#timers = new Timers(deps.store, deps.clock, () => this.#wakeDue());
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  /** Goes on where the stored state is; there is no other recovery. */
  start(): void {
    this.#resume();
    this.#timers.arm();
    this.#schedule();
  }

  /** Runs `work` in the next batch; resolves with its result once that is committed. */
  perform<T>(work: (batch: Batch) => T): Promise<T> {
    if (this.#closed || this.#draining) return Promise.reject(stopping());
    return new Promise<T>((resolve, reject) => {
      this.#add({ run: work, settle: resolve as (result: unknown) => void, fail: reject, about: null });
    });
  }

  /** Runs `work` in some coming batch, however often commits fail until then. */
  tell(about: Address, work: (batch: Batch) => void): void {
    if (this.#closed) return;
    this.#add({ run: work, settle: () => undefined, fail: () => undefined, about });
  }

  /** Something outside the store has changed that lets waiting attempts start. */
  wake(): void {
    this.tell(NOBODY, () => undefined);
  }

  /** No new work from callers; what is under way goes on. */
  drain(): void {
    this.#draining = true;
  }

  /** Commits what is in the mailbox and stops. */
  close(): void {
    for (let before = -1; this.#mailbox.length > 0 && this.#mailbox.length !== before; ) {
      before = this.#mailbox.length;
      this.#flush();
    }
    this.#closed = true;
    // Whatever was committed last has armed timers, or failed.
    this.#timers.stop();
    this.#cancelRetry();
    for (const work of this.#mailbox) work.fail(stopping());
    this.#mailbox = [];
  }

  #add(work: Work): void {
    this.#mailbox.push(work);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#closed) return;
      this.#flush();
      if (this.#mailbox.length > 0 && this.#retryDelayMs === 0) this.#schedule();
    });
  }

  #flush(): void {
    const works = this.#mailbox.slice(0, MAX_BATCH);
    this.#mailbox = this.#mailbox.slice(MAX_BATCH);
    const failure = this.#commit(works);
    if (failure === null) return;
    if (failure.kind === 'storage') this.#waitForDisk(works, failure.error);
    // Somebody's mistake, in one turn of many: try each by itself, so that only the mistaken one fails.
    else for (const work of works) this.#isolate(work);
  }

  #isolate(work: Work): void {
    const failure = this.#commit([work]);
    if (failure === null) return;
    if (failure.kind === 'storage') {
      this.#waitForDisk([work], failure.error);
      return;
    }
    const { error } = failure;
    const isNew = error instanceof UnreadableActor && !this.#deps.store.isSetAside(error.task, error.ref);
    const culprit = isNew ? error : work.about;
    if (culprit === null) {
      this.#deps.log.error({ err: error }, 'a turn failed');
      work.fail(answerTo(error));
    } else if (!this.#setAside(culprit, error)) {
      this.#waitForDisk([work], error);
    } else if (work.about?.task === culprit.task && work.about.ref === culprit.ref) {
      work.fail(answerTo(error));
    } else {
      // It stumbled over another actor, which is out of its way now.
      this.#isolate(work);
    }
  }

  /** One batch, one transaction. Nothing has happened when it returns a failure. */
  #commit(works: readonly Work[]): { kind: 'storage' | 'turn'; error: unknown } | null {
    const { store, memory, dispatcher, clock, random } = this.#deps;
    const batch = new Batch({ now: clock.now(), store, memory, dispatcher, random });
    let results: unknown[];
    let written: Written[];
    try {
      [results, written] = store.transaction(() => {
        const values = works.map((work) => {
          const value = attempt(() => work.run(batch));
          batch.run();
          return value;
        });
        batch.startWaiting();
        if (this.#trouble !== null) store.probe();
        return [values, batch.write()];
      });
    } catch (error) {
      dispatcher.rollback();
      if (isStorageFailure(error)) return { kind: 'storage', error };
      dispatcher.reload(store);
      return { kind: 'turn', error };
    }
    batch.committed(this.#timers);
    if (dispatcher.commit(store)) this.#schedule();
    this.counters.batches++;
    this.counters.turnsIgnored += batch.ignored;
    if (this.#hasWoken) this.#timers.arm();
    this.#hasWoken = false;
    works.forEach((work, index) => {
      const result = results[index];
      if (result instanceof Refused) work.fail(result.refusal);
      else work.settle(result);
    });
    this.#gate.release(batch.releases);
    this.#gate.dispatch([...batch.dispatches.values()]);
    this.#gate.publish(written, batch.changed(), batch.statusChanges);
    this.#recovered();
    return null;
  }

  #recovered(): void {
    if (this.#trouble === null) return;
    this.#deps.log.info('the store takes commits again');
    this.#trouble = null;
    this.#retryDelayMs = 0;
    this.#cancelRetry();
    this.#gate.resumed();
    // What was started or due when the disk failed is found where it is stored.
    this.#resume();
    this.#schedule();
  }

  #waitForDisk(works: readonly Work[], error: unknown): void {
    const { log, memory, clock } = this.#deps;
    memory.forget();
    this.counters.commitFailures++;
    if (this.#trouble === null)
      log.error({ err: error }, 'a commit failed; nothing of it was stored or sent');
    this.#trouble = error instanceof Error ? error.message : String(error);
    for (const work of works) if (work.about === null) work.fail(unavailable(error));
    this.#mailbox = [...works.filter((work) => work.about !== null), ...this.#mailbox];
    this.#retryDelayMs = Math.min(Math.max(this.#retryDelayMs * 2, RETRY_FIRST_MS), RETRY_MAX_MS);
    this.#cancelRetry();
    this.#cancelRetry = clock.after(this.#retryDelayMs, () => this.#schedule());
  }

  /** An actor that cannot take its turn is reported and left out; the others go on. False if that cannot be stored. */
  #setAside({ task, ref }: Address, error: unknown): boolean {
    const { log, store, clock, dispatcher } = this.#deps;
    log.error({ err: error, task, ref }, 'an actor was set aside: it cannot take its turn');
    const why = error instanceof Error ? error.message : String(error);
    try {
      store.transaction(() => store.setAside(task, ref, clock.now(), why));
    } catch (cause) {
      if (isStorageFailure(cause)) return false;
      throw cause;
    }
    this.counters.setAside++;
    dispatcher.reload(store);
    this.#timers.unwatch(task, ref);
    this.#timers.arm();
    return true;
  }

  #wakeDue(): void {
    const { clock, log } = this.#deps;
    try {
      for (const address of this.#timers.due(clock.now()))
        this.tell(address, (batch) => fireTimers(batch, address));
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      log.warn({ err: error }, 'timers cannot be read; looking again with the next commit');
    }
    // The batch that follows, with or without timers in it, arms for what is next.
    this.#hasWoken = true;
    this.wake();
  }

  /** Attempts whose worker died with the last process go to a worker again; the queues are as stored. */
  #resume(): void {
    const { store, dispatcher, memory } = this.#deps;
    for (const queue of store.queues()) {
      if (readQueue(queue) !== null) continue;
      const why = new Error(`it waits in a queue that cannot be read: ${queue}`);
      for (const address of store.queued(queue, NOBODY, ALL)) this.#setAside(address, why);
    }
    dispatcher.reload(store);
    for (const address of store.runningActors()) {
      const actor = memory.readable(address.task, address.ref);
      const { token = '', remote = false, takenAt } = (actor?.context ?? {}) as Partial<StepContext>;
      if (actor !== null && this.#gate.adopt({ ...address, token, remote })) {
        const { entry, ref } = actor;
        const dueAt = dueAtOf(actor);
        const slot = {
          key: handlerKeyOf(entry, ref),
          tenant: entry.tenant,
          remote,
          isHindered: dueAt === null,
        };
        dispatcher.reoccupy(token, slot, takenAt !== undefined);
        this.#timers.watch(address.task, address.ref, dueAt);
        continue;
      }
      this.tell(address, (batch) => {
        const isHere = actor === null || dispatcher.isHere(handlerKeyOf(actor.entry, actor.ref));
        const where = isHere ? {} : { remote: true };
        const lost = { type: 'attempt.lost', at: batch.now, token, dice: batch.dice(), ...where };
        batch.take(address, lost);
        batch.run();
      });
    }
    this.wake();
  }
}

/** A refusal is a result of its turn, not a failure of the batch; it is thrown before anything is changed. */
class Refused {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    this.refusal = refusal;
  }
}

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refusal && error.code !== 'STORE_UNUSABLE') return new Refused(error);
    throw error;
  }
}

/** To callers, what they asked about is named by a refusal. */
function answerTo(error: unknown): unknown {
  if (!(error instanceof UnreadableActor)) return error;
  const message = `what it concerns cannot be read and was set aside (${error.message}): ask "troupe doctor --deep"`;
  return new Refusal('conflict', 'SET_ASIDE', message, { cause: error });
}

const stopping = (): Refusal =>
  new Refusal('unavailable', 'STOPPING', 'this Troupe is stopping: send it again shortly', {
    retryAfterSeconds: 5,
  });

const unavailable = (cause: unknown): Refusal =>
  new Refusal(
    'unavailable',
    'COMMIT_FAILED',
    `the store could not take it; send it again, with an idempotency key to have it taken once: ${cause instanceof Error ? cause.message : String(cause)}`,
    { retryAfterSeconds: 2, cause },
  );
