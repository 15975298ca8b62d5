/** Every fact about tasks a server tells, through its deaths: the stream is taken up again where it broke. */

import { setTimeout as sleep } from 'node:timers/promises';
import { readEvents } from '../../../src/cli/sse.ts';
import type { Fact } from '../../../src/views/tasks.ts';

const PAUSE_MS = 200;

export class Follower {
  readonly #url: () => string;
  readonly #onFact: (fact: Fact) => void;
  readonly #stopped = new AbortController();
  #last: string | null = '0-0';
  reconnects = 0;

  constructor(url: () => string, onFact: (fact: Fact) => void) {
    this.#url = url;
    this.#onFact = onFact;
  }

  async run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.#read(signal);
      this.reconnects++;
      await sleep(PAUSE_MS);
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #read(signal: AbortSignal): Promise<void> {
    try {
      const headers: Record<string, string> = this.#last === null ? {} : { 'last-event-id': this.#last };
      const response = await fetch(`${this.#url()}/events`, { headers, signal });
      // The place may have been deleted by the retention meanwhile.
      if (!response.ok) throw new Error(`GET /events: ${response.status} ${await response.text()}`);
      for await (const { id, data } of readEvents(response.body, () => undefined)) {
        this.#last = id;
        const fact = JSON.parse(data) as Fact;
        if (fact.actor === 'task') this.#onFact(fact);
      }
    } catch (error) {
      // Its server died, or the run is over; what is refused would be refused again.
      if (error instanceof Error && error.message.startsWith('GET /events')) throw error;
    }
  }
}
