/** Facts for whoever listens: those stored since some point, and then those that come. */

import { Refusal } from '../errors.ts';
import type { PublishedFact, Scope } from '../orchestrator.ts';
import { entriesOf, toFact } from './journal.ts';
import type { Memory } from './memory.ts';
import type { JournalTail, TailRow } from './tail.ts';
import { orUnreadable } from './unreadable.ts';
import type { Fact } from './views.ts';

interface Filter {
  readonly tenantId: Scope;
  readonly taskId?: string;
  readonly after?: string;
  readonly signal: AbortSignal;
}

export class Facts {
  readonly #tail: JournalTail;
  readonly #memory: Memory;

  constructor(tail: JournalTail, memory: Memory) {
    this.#tail = tail;
    this.#memory = memory;
  }

  async *follow(filter: Filter): AsyncGenerator<PublishedFact> {
    const { pos, index } = this.#start(filter.after);
    // The row of the last fact seen may hold more.
    for await (const rows of this.#tail.pages(pos - 1, filter.signal)) {
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

  /** Of a row that cannot be read, none: whoever listens hears of the others, and `troupe doctor` names it. */
  #factsIn(row: TailRow): readonly (readonly [index: number, fact: Fact])[] {
    return orUnreadable(
      () =>
        entriesOf(row).flatMap((line, index) => {
          const fact = toFact(this.#memory.task(row.task), row.seq + index, line);
          return fact === null ? [] : [[index, fact] as const];
        }),
      () => [],
    );
  }

  #start(after: string | undefined): { pos: number; index: number } {
    if (after === undefined) return { pos: this.#tail.end, index: Number.POSITIVE_INFINITY };
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
