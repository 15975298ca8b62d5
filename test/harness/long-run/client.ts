/** Talks to a server that may be dead at any moment: whatever gets no answer is asked again until it does. */

import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const PAUSE_MS = 100;
const PATIENCE_MS = 10_000;

export class Client {
  readonly #url: () => string;
  /** The latencies of answered calls, since last read. */
  #latenciesMs: number[] = [];
  unanswered = 0;
  /** Answered with 429 or 503: come again. */
  putOff = 0;
  /** 5xx other than 503, which says to come again. */
  readonly serverErrors: string[] = [];

  constructor(url: () => string) {
    this.#url = url;
  }

  takeLatencies(): number[] {
    const latencies = this.#latenciesMs.sort((a, b) => a - b);
    this.#latenciesMs = [];
    return latencies;
  }

  get(path: string): Promise<Answer> {
    return this.#call('GET', path, null);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.#call('POST', path, body);
  }

  async #call(method: string, path: string, body: unknown): Promise<Answer> {
    for (;;) {
      const answer = await this.#try(method, path, body);
      if (answer !== null && answer.status !== 503 && answer.status !== 429) return answer;
      if (answer !== null) this.putOff++;
      await sleep(PAUSE_MS);
    }
  }

  /** Null without an answer. */
  async #try(method: string, path: string, body: unknown): Promise<Answer | null> {
    const begun = performance.now();
    try {
      const response = await fetch(this.#url() + path, {
        method,
        ...(body === null
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const answer = { status: response.status, body: await response.json() };
      this.#latenciesMs.push(performance.now() - begun);
      if (answer.status >= 500 && answer.status !== 503)
        this.serverErrors.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer;
    } catch {
      // Dead, or frozen: the same call comes again, with the same idempotency key.
      this.unanswered++;
      return null;
    }
  }
}
