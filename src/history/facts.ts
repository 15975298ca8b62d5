/** Facts for whoever listens: those stored since some point, and then those that come. */

import { Refusal } from '../errors.ts';
import type { ActorCache } from '../kernel/actor-cache.ts';
import { entriesOf, toFact } from '../kernel/journal.ts';
import { orUnreadable } from '../kernel/unreadable.ts';
import type { JournalRow, TaskRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { PublishedFact, Scope } from '../views/orchestrator.ts';
import type { Fact } from '../views/tasks.ts';
import type { JournalFollower } from './journal-follower.ts';

interface Filter {
  readonly tenantId: Scope;
  readonly taskId?: string;
  readonly after?: string;
  readonly signal: AbortSignal;
}

/** A failed task may be retried; who then wants to see more asks again. */
const OVER: ReadonlySet<string> = new Set(['complete', 'failed', 'cancelled']);

export class Facts {
  readonly #store: Store;
  readonly #follower: JournalFollower;
  readonly #cache: ActorCache;

  constructor(store: Store, follower: JournalFollower, cache: ActorCache) {
    this.#store = store;
    this.#follower = follower;
    this.#cache = cache;
  }

  async *follow(filter: Filter): AsyncGenerator<PublishedFact> {
    const { pos, index } = this.#start(filter.after);
    // The row of the last fact seen may hold more.
    for await (const rows of this.#follower.pages(pos - 1, filter.signal)) {
      for (const row of rows) {
        if (filter.tenantId !== null && row.tenant !== filter.tenantId) continue;
        if (filter.taskId !== undefined && row.id !== filter.taskId) continue;
        for (const [at, fact] of this.#factsIn(row)) {
          if (row.pos === pos && at <= index) continue;
          yield { id: `${row.pos}-${at}`, fact };
          if (filter.signal.aborted) return;
        }
      }
    }
  }

  /**
   * Gives the facts of one task after event `after` of its history, and then those that come. Ends with the task: once it
   * is complete, failed or cancelled, and nothing more of it is stored.
   */
  async *ofTask({ no }: TaskRow, after: number, signal: AbortSignal): AsyncGenerator<Fact> {
    const end = this.#follower.end;
    let seen = after;
    const take = function* (this: Facts, row: JournalRow): Generator<Fact> {
      for (const [, fact] of this.#factsIn(row)) if (fact.seq > seen && !signal.aborted) yield fact;
      seen = Math.max(seen, row.seq + row.count - 1);
    }.bind(this);
    for (const row of this.#store.journal(no, after)) yield* take(row);
    if (signal.aborted || this.#isOver(no, seen)) return;
    for await (const rows of this.#follower.pages(end, signal)) {
      for (const row of rows) if (row.task === no) yield* take(row);
      if (signal.aborted || this.#isOver(no, seen)) return;
    }
  }

  #isOver(no: number, seen: number): boolean {
    const status = this.#store.taskByNo(no)?.status;
    const isOver = status === undefined || OVER.has(status);
    return isOver && this.#store.lastSeq(no) <= seen;
  }

  /** A row that cannot be read gives none: whoever listens hears of the others, and `troupe doctor` names it. */
  #factsIn(row: JournalRow): readonly (readonly [index: number, fact: Fact])[] {
    return orUnreadable(
      () =>
        entriesOf(row).flatMap((line, index) => {
          const fact = toFact(this.#cache.task(row.task), row.seq + index, line);
          return fact === null ? [] : [[index, fact] as const];
        }),
      () => [],
    );
  }

  #start(after: string | undefined): { pos: number; index: number } {
    if (after === undefined) return { pos: this.#follower.end, index: Number.POSITIVE_INFINITY };
    const match = /^(\d{1,15})-(\d{1,15})$/.exec(after);
    if (match === null) {
      throw new Refusal('INVALID_EVENT_ID', `${after} is no event id: send one as you received it`);
    }
    return { pos: Number(match[1]), index: Number(match[2]) };
  }
}
