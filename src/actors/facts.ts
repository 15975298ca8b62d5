/** Facts for whoever listens: those stored since some point, and then those that come. */

import { Refusal } from '../errors.ts';
import type { PublishedFact, Scope } from '../orchestrator.ts';
import { entriesOf, toFact } from './journal.ts';
import type { Memory } from './memory.ts';
import type { JournalTail } from './tail.ts';

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
        for (const [at, line] of entriesOf(row).entries()) {
          if (row.pos === pos && at <= index) continue;
          const fact = toFact(this.#memory.task(row.task), row.seq + at, line);
          if (fact !== null) yield { id: `${row.pos}-${at}`, fact };
          if (filter.signal.aborted) return;
        }
      }
    }
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
