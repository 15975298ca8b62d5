/**
 * The mailbox and the output gate. Work is drained in batches, each one transaction: run the turns, commit, then
 * let out what the commit caused. If the commit fails nothing happened: callers are told, what must not be lost
 * stays in the mailbox, and the next try begins from what the disk holds.
 */

import { AsyncResource } from 'node:async_hooks';
import type { Logger } from 'pino';
import { type Address, isSameActor, refOf, taskAt } from '../store/address.ts';
import { isStorageFailure } from '../store/storage-failure.ts';
import { UnreadableActor } from './actor-cache.ts';
import { Batch } from './batch.ts';
import type { BatchDeps } from './batch-deps.ts';
import { advanceChildWaves } from './child-waves.ts';
import type { Clock } from './clock.ts';
import type { OutputGate } from './output-gate.ts';
import { resumeAttempts, unreadableQueues } from './resume.ts';
import { advanceSignals } from './signals.ts';
import { startWaiting } from './start-waiting.ts';
import { fireTimers, Timers } from './timers.ts';
import { answerTo, attempt, Refused, stopping, unavailable } from './turn-results.ts';
import type { Written } from './turns.ts';

/** Few enough that nobody waits long behind others; more would share the cost of a commit hardly any better. */
const MAX_BATCH = 256;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 2_000;

/** The placeholder address for work that only makes a batch happen. */
export const NOBODY: Address = taskAt(0);

interface Work {
  run(batch: Batch): unknown;
  settle(result: unknown): void;
  fail(error: unknown): void;
  /** The actor it is about; work that must not be lost has one, and no caller to tell of a failure. */
  readonly address: Address | null;
}

export interface EngineDeps extends Omit<BatchDeps, 'now'> {
  readonly clock: Clock;
  readonly log: Logger;
}

export class Engine {
  readonly #deps: EngineDeps;
  readonly #gate: OutputGate;
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

  constructor(deps: EngineDeps, gate: OutputGate) {
    this.#deps = deps;
    this.#gate = gate;
    this.#timers = new Timers(deps.store, deps.clock, () => this.#wakeDue());
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  /** Goes on where the stored state is; there is no other recovery. */
  start(): void {
    // First: an attempt is not to start again whose task had to be over meanwhile.
    this.#wakeDue();
    this.#resume();
    this.#timers.arm();
    this.#schedule();
  }

  /** Runs `work` in the next batch; resolves with its result once that is committed. */
  perform<T>(work: (batch: Batch) => T): Promise<T> {
    if (this.#closed || this.#draining) return Promise.reject(stopping());
    return new Promise<T>((resolve, reject) => {
      this.#add({ run: work, settle: resolve as (result: unknown) => void, fail: reject, address: null });
    });
  }

  /** Runs `work` in some coming batch, however often commits fail until then. */
  tell(address: Address, work: (batch: Batch) => void): void {
    if (this.#closed) return;
    this.#add({ run: work, settle: () => undefined, fail: () => undefined, address });
  }

  /** Something outside the store has changed that lets waiting attempts start. */
  wake(): void {
    this.tell(NOBODY, () => undefined);
  }

  /** No new work from callers; what is under way goes on. */
  drain(): void {
    this.#draining = true;
  }

  /** Commits what is in the mailbox, as far as the store takes it. */
  flush(): void {
    for (let before = -1; this.#mailbox.length > 0 && this.#mailbox.length !== before; ) {
      before = this.#mailbox.length;
      this.#flush();
    }
  }

  /** Commits what is in the mailbox and stops. */
  close(): void {
    this.flush();
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
    setImmediate(this.#onImmediate);
  }

  /** Runs in the engine's own async context: an attempt that has just ended has asked for it in its own. */
  readonly #onImmediate = AsyncResource.bind(() => {
    this.#scheduled = false;
    if (this.#closed) return;
    this.#flush();
    if (this.#mailbox.length > 0 && this.#retryDelayMs === 0) this.#schedule();
  });

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
    if (failure?.kind === 'storage') this.#waitForDisk([work], failure.error);
    if (failure?.kind !== 'turn') return;
    const { error } = failure;
    const { store, log } = this.#deps;
    const stumbledOver = error instanceof UnreadableActor ? error.address : null;
    const isNew = stumbledOver !== null && !store.isSetAside(stumbledOver.task, refOf(stumbledOver));
    const culprit = isNew ? stumbledOver : work.address;
    if (culprit === null) {
      log.error({ err: error }, 'a turn failed');
      work.fail(answerTo(error));
    } else if (!this.#setAside(culprit, error)) {
      this.#waitForDisk([work], error);
    } else if (work.address !== null && isSameActor(work.address, culprit)) {
      work.fail(answerTo(error));
    } else {
      // It stumbled over another actor, which is out of its way now.
      this.#isolate(work);
    }
  }

  /** One batch, one transaction. Nothing has happened when it returns a failure. */
  #commit(works: readonly Work[]): { kind: 'storage' | 'turn'; error: unknown } | null {
    const { store, cache, dispatcher, clock, random, registry } = this.#deps;
    const batch = new Batch({ now: clock.now(), store, cache, dispatcher, random, registry });
    const results: unknown[] = [];
    let written: Written[];
    let areStarted: boolean;
    try {
      for (const work of works) {
        if (batch.isFull) break;
        results.push(attempt(() => work.run(batch)));
        batch.run();
      }
      areStarted = startWaiting(batch, dispatcher);
      // An empty commit would not show that the store takes commits again.
      if (this.#trouble !== null) batch.draft.setMeta('probe', String(store.commits));
      written = batch.commit();
    } catch (error) {
      dispatcher.rollback();
      if (isStorageFailure(error)) return { kind: 'storage', error };
      dispatcher.reload(store);
      return { kind: 'turn', error };
    }
    batch.committed(this.#timers);
    this.#mailbox = [...works.slice(results.length), ...this.#mailbox];
    if (dispatcher.commit(store) || !areStarted) this.#schedule();
    this.counters.batches++;
    this.counters.turnsIgnored += batch.ignored;
    if (this.#hasWoken) this.#timers.arm();
    this.#hasWoken = false;
    results.forEach((result, index) => {
      if (result instanceof Refused) works[index]?.fail(result.refusal);
      else works[index]?.settle(result);
    });
    if (batch.draft.signals.hasWave) this.tell(NOBODY, advanceSignals);
    if (batch.draft.childWaves.areUnfinished) this.tell(NOBODY, advanceChildWaves);
    this.#gate.stop(batch.attempts.stops);
    this.#gate.release(batch.attempts.releases);
    this.#gate.dispatch([...batch.attempts.dispatches.values()]);
    const { statusChanges } = batch;
    this.#gate.publish({ written, statusChanges, changed: () => batch.changed() });
    this.#recovered();
    return null;
  }

  #recovered(): void {
    if (this.#trouble === null) return;
    this.#deps.log.info('the store takes commits again');
    this.#trouble = null;
    this.#retryDelayMs = 0;
    this.#cancelRetry();
    this.#gate.resumed(this.#deps.store);
    // Attempts that were started and timers that were due when the disk failed are found in the store.
    this.#resume();
    this.#schedule();
  }

  #waitForDisk(works: readonly Work[], error: unknown): void {
    const { log, cache, clock } = this.#deps;
    cache.forget();
    this.counters.commitFailures++;
    if (this.#trouble === null)
      log.error({ err: error }, 'a commit failed; nothing of it was stored or sent');
    this.#trouble = error instanceof Error ? error.message : String(error);
    for (const work of works) if (work.address === null) work.fail(unavailable(error));
    this.#mailbox = [...works.filter((work) => work.address !== null), ...this.#mailbox];
    this.#retryDelayMs = Math.min(Math.max(this.#retryDelayMs * 2, RETRY_FIRST_MS), RETRY_MAX_MS);
    this.#cancelRetry();
    this.#cancelRetry = clock.after(this.#retryDelayMs, () => this.#schedule());
  }

  /** An actor that cannot take its turn is reported and left out; the others go on. False if that cannot be stored. */
  #setAside(address: Address, error: unknown): boolean {
    const { log, store, clock, dispatcher, cache } = this.#deps;
    const { task } = address;
    const ref = refOf(address);
    log.error({ err: error, task, ref }, 'an actor was set aside: it cannot take its turn');
    const why = error instanceof Error ? error.message : String(error);
    try {
      store.commit({ setAside: [{ task, ref, at: clock.now(), why }] });
    } catch (cause) {
      if (isStorageFailure(cause)) return false;
      throw cause;
    }
    this.counters.setAside++;
    // It may have been opened before its turn failed, and the next to tell it something must not find it there.
    cache.forgetTask(task);
    dispatcher.reload(store);
    this.#timers.unwatch(address);
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

  /** Takes over from the last process: the queues are as stored, and attempts go on or are told that they were lost. */
  #resume(): void {
    const { store, dispatcher, cache } = this.#deps;
    for (const { queue, address } of unreadableQueues(store))
      this.#setAside(address, new Error(`it waits in a queue that cannot be read: ${queue}`));
    dispatcher.reload(store);
    resumeAttempts({
      store,
      dispatcher,
      cache,
      gate: this.#gate,
      timers: this.#timers,
      tell: (address, work) => this.tell(address, work),
    });
    this.tell(NOBODY, advanceSignals);
    this.tell(NOBODY, advanceChildWaves);
  }
}
