/** The figures of a long run, minute by minute. */

import type { Client } from './client.ts';
import type { Sample } from './gauges.ts';

export interface Minute {
  readonly minute: number;
  readonly acknowledged: number;
  /** Facts about tasks, by name. */
  readonly facts: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssMb: number;
  readonly handles: number;
  readonly storeMb: number;
  readonly logMb: number;
}

const MINUTE_MS = 60_000;
const mb = (bytes: number): number => Math.round(bytes / 1024 ** 2);

export class Minutes {
  readonly #client: Client;
  readonly all: Minute[] = [];
  #facts: Record<string, number> = {};
  #acknowledged = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  count(fact: string): void {
    this.#facts[fact] = (this.#facts[fact] ?? 0) + 1;
  }

  tick(atMs: number, now: Sample | null, acknowledged: number): void {
    if (now === null || atMs < (this.all.length + 1) * MINUTE_MS) return;
    const latencies = this.#client.takeLatencies();
    const quantile = (q: number): number => Math.round(latencies[Math.floor(latencies.length * q)] ?? 0);
    this.all.push({
      minute: this.all.length + 1,
      acknowledged: acknowledged - this.#acknowledged,
      facts: this.#facts,
      calls: latencies.length,
      p50Ms: quantile(0.5),
      p99Ms: quantile(0.99),
      rssMb: mb(now.rssBytes),
      handles: now.handles,
      storeMb: mb(now.storeBytes),
      logMb: mb(now.logBytes),
    });
    this.#facts = {};
    this.#acknowledged = acknowledged;
  }
}
