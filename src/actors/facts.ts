/**
 * Facts for whoever listens: the journal, read from a point on and then followed. A listener that is slow or was
 * away reads on from where it stopped, so nothing is kept for it in memory.
 */

import { Refusal } from '../errors.ts';
import type { PublishedFact, Scope } from '../orchestrator.ts';
import type { Store } from '../store/store.ts';
import { entriesOf, toFact } from './journal.ts';
import type { Memory } from './memory.ts';

const PAGE = 200;

interface Filter {
  readonly tenantId: Scope;
  readonly taskId?: string;
  readonly after?: string;
  readonly signal: AbortSignal;
}

export class Facts {
  readonly #store: Store;
  readonly #memory: Memory;
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(store: Store, memory: Memory) {
    this.#store = store;
    this.#memory = memory;
  }

  /** Something was committed. */
  wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  close(): void {
    this.#closed = true;
    this.wake();
  }

  async *follow(filter: Filter): AsyncGenerator<PublishedFact> {
    let { pos, index } = this.#start(filter.after);
    const wake = (): void => this.wake();
    filter.signal.addEventListener('abort', wake);
    try {
      while (!filter.signal.aborted && !this.#closed) {
        const rows = this.#store.journalSince(pos - 1, PAGE);
        for (const row of rows) {
          if (filter.tenantId !== null && row.tenant !== filter.tenantId) continue;
          if (filter.taskId !== undefined && row.id !== filter.taskId) continue;
          for (const [at, line] of entriesOf(row).entries()) {
            if (row.pos === pos && at <= index) continue;
            const fact = toFact(this.#memory.task(row.task), row.seq + at, line);
            if (fact !== null) yield { id: `${row.pos}-${at}`, fact };
            if (filter.signal.aborted) return;
          }
        }
        const last = rows.at(-1);
        if (last !== undefined) {
          pos = last.pos;
          index = Number.POSITIVE_INFINITY;
        }
        if (!filter.signal.aborted && !this.#closed && this.#store.lastJournalPos() <= pos) {
          await new Promise<void>((resolve) => this.#waiting.add(resolve));
        }
      }
    } finally {
      filter.signal.removeEventListener('abort', wake);
    }
  }

  #start(after: string | undefined): { pos: number; index: number } {
    if (after === undefined) return { pos: this.#store.lastJournalPos(), index: Number.POSITIVE_INFINITY };
    const match = /^(\d{1,15})-(\d{1,15})$/.exec(after);
    if (match === null) {
      throw new Refusal(
        'invalid',
        'INVALID_EVENT_ID',
        `${after} is no event id: send one as you received it`,
      );
    }
    return { pos: Number(match[1]), index: Number(match[2]) };
  }
}
