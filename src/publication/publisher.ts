/**
 * Publishes every fact to a stream, at least once, each task's in the order of its journal. The journal is the
 * outbox: this follows it from a stored position on, so that neither a crash nor a bus that is away loses one, and
 * what is not published yet costs no memory. One that is repeated has the same message id and the same `seq`.
 */

import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import type { Subjects } from '../bus/subjects.ts';
import { Refusal } from '../errors.ts';
import type { JournalFollower, TailRow } from '../history/journal-follower.ts';
import type { TaskEntry } from '../kernel/actor.ts';
import type { ActorCache } from '../kernel/actor-cache.ts';
import { entriesOf, toFact, whoIn } from '../kernel/journal.ts';
import { orUnreadable } from '../kernel/unreadable.ts';
import type { Address } from '../store/address.ts';
import { isStorageFailure } from '../store/storage-failure.ts';
import type { Store } from '../store/store.ts';
import type { Fact } from '../views/tasks.ts';
import { BusBackoff } from './backoff.ts';
import { PublicationCursor } from './cursor.ts';
import { eventSubject, traceHeader } from './fact-subjects.ts';

/** Most journal rows under way at once: enough to keep the bus busy, few enough that a job waits behind few facts. */
const MAX_OPEN_ROWS = 100;
const CURSOR_EVERY_MS = 1_000;
/** At the end, for what has just been committed; the next start publishes the rest. */
const DRAIN_MS = 1_000;

interface PublisherDeps {
  readonly store: Store;
  readonly cache: ActorCache;
  readonly follower: JournalFollower;
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly log: Logger;
}

interface AddressedFact {
  readonly address: Address;
  readonly fact: Fact;
}

export class FactPublisher {
  readonly #deps: PublisherDeps;
  readonly #cursor: PublicationCursor;
  readonly #stop = new AbortController();
  readonly #backoff = new BusBackoff(this.#stop.signal);
  readonly #following: Promise<void>;
  readonly #cursorTimer: NodeJS.Timeout;
  /** Positions of rows under way, in journal order. */
  readonly #open = new Set<number>();
  /** The last row under way of each task: the next one goes after it. */
  readonly #lanes = new Map<number, Promise<void>>();
  #lastRead: number;
  #waiting: (() => void)[] = [];

  /** Begins at once; before anything is committed that is to be published. */
  constructor(deps: PublisherDeps) {
    this.#deps = deps;
    this.#cursor = new PublicationCursor(deps.store, deps.log);
    this.#lastRead = this.#cursor.position;
    this.#cursorTimer = setInterval(() => this.#cursor.advance(this.#published()), CURSOR_EVERY_MS).unref();
    this.#following = this.#follow();
  }

  get backlog(): number {
    return this.#deps.follower.end - this.#published();
  }

  /** Publishes what is committed, if the bus takes it now, and stores how far it came. */
  async close(): Promise<void> {
    const timeout = new AbortController();
    const late = wait(DRAIN_MS, undefined, { signal: timeout.signal }).catch(() => undefined);
    await Promise.race([this.#caughtUp(), late]);
    timeout.abort();
    this.#stop.abort();
    this.#progressed();
    clearInterval(this.#cursorTimer);
    await this.#following;
    // The bus keeps its messages after this; they are published again.
    this.#cursor.advance(this.#published());
  }

  /** Everything up to here has been acknowledged. */
  #published(): number {
    const [oldest] = this.#open;
    return oldest === undefined ? this.#lastRead : oldest - 1;
  }

  async #caughtUp(): Promise<void> {
    while (!this.#backoff.isFailing && !this.#stop.signal.aborted) {
      if (this.backlog === 0) return;
      await this.#progress();
    }
  }

  #progress(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #progressed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #follow(): Promise<void> {
    const { follower, log } = this.#deps;
    while (!this.#stop.signal.aborted) {
      try {
        for await (const rows of follower.pages(this.#lastRead, this.#stop.signal)) await this.#takeUp(rows);
        return;
      } catch (error) {
        if (!isStorageFailure(error)) throw error;
        log.warn({ err: error }, 'the journal cannot be read; its facts are published when it can');
        await this.#backoff.failed();
      }
    }
  }

  async #takeUp(rows: readonly TailRow[]): Promise<void> {
    for (const row of rows) {
      while (this.#open.size >= MAX_OPEN_ROWS && !this.#stop.signal.aborted) await this.#progress();
      if (this.#stop.signal.aborted) return;
      const entry = this.#entryOf(row);
      this.#lastRead = row.pos;
      if (entry === null) continue;
      this.#open.add(row.pos);
      const lane = this.#publishRow(entry, row, this.#lanes.get(row.task)).then(() => {
        if (this.#lanes.get(row.task) === lane) this.#lanes.delete(row.task);
        this.#progressed();
      });
      this.#lanes.set(row.task, lane);
    }
  }

  /** Logs a task nobody can open, and returns null: its facts must not hold up those of the others. */
  #entryOf({ task, id: taskId }: TailRow): TaskEntry | null {
    const { cache, log } = this.#deps;
    try {
      return cache.task(task);
    } catch (error) {
      if (isStorageFailure(error)) throw error;
      log.error({ err: error, taskId }, 'the facts of a task that cannot be opened are left out');
      return null;
    }
  }

  async #publishRow(entry: TaskEntry, row: TailRow, before: Promise<void> | undefined): Promise<void> {
    await before;
    for (const fact of this.#factsIn(entry, row)) {
      await this.#publish(entry, fact);
      // It stays open: the next start begins with it.
      if (this.#stop.signal.aborted) return;
    }
    this.#open.delete(row.pos);
  }

  /** Logs a row that cannot be read, and skips its facts. */
  #factsIn(entry: TaskEntry, row: TailRow): readonly AddressedFact[] {
    return orUnreadable(
      () =>
        entriesOf(row).flatMap((line, index) => {
          const fact = toFact(entry, row.seq + index, line);
          return fact === null ? [] : [{ address: whoIn(entry, line), fact }];
        }),
      (why) => {
        this.#deps.log.error(
          { taskId: entry.id, seq: row.seq, why },
          'facts that cannot be read are left out',
        );
        return [];
      },
    );
  }

  async #publish(entry: TaskEntry, { address, fact }: AddressedFact): Promise<void> {
    const { bus, subjects, log } = this.#deps;
    const { seq } = fact;
    const subject = eventSubject(subjects, entry, address, fact.fact);
    const data = Buffer.from(JSON.stringify(fact));
    const options = { messageId: `${entry.id}/${seq}`, headers: traceHeader(entry) };
    while (!this.#stop.signal.aborted) {
      try {
        await bus.publish(subject, data, options);
        if (this.#backoff.isFailing) log.info('facts are published again');
        this.#backoff.succeeded();
        return;
      } catch (error) {
        if (isHopeless(error)) {
          log.error({ err: error, taskId: entry.id, seq }, 'a fact can never be published, and is left out');
          return;
        }
        if (!this.#backoff.isFailing) log.warn({ err: error }, 'facts wait in the journal for the bus');
        await this.#backoff.failed();
      }
    }
  }
}

/** Sending it again changes nothing, and would hold up all that follows. */
const isHopeless = (error: unknown): boolean =>
  error instanceof Refusal && (error.kind === 'invalid' || error.kind === 'too_large');
