/** Tasks that ended in each second of the last minute, by tenant: what a chart begins with before it has watched. */

import type { Scope, SecondView } from '../views/orchestrator.ts';

interface Tally {
  complete: number;
  failed: number;
  totalMs: number;
}

const SECONDS = 60;

export class Throughput {
  /** By second of the epoch, oldest first. */
  readonly #seconds = new Map<number, Map<string, Tally>>();

  ended(tenant: string, status: 'complete' | 'failed', at: number, tookMs: number): void {
    const second = Math.floor(at / 1_000);
    const tallies = this.#seconds.get(second) ?? new Map<string, Tally>();
    this.#seconds.set(second, tallies);
    const tally = tallies.get(tenant) ?? { complete: 0, failed: 0, totalMs: 0 };
    tallies.set(tenant, tally);
    tally[status]++;
    tally.totalMs += tookMs;
    for (const old of this.#seconds.keys()) {
      if (this.#seconds.size <= SECONDS + 1) break;
      this.#seconds.delete(old);
    }
  }

  /** The whole seconds before `now`. */
  seen(now: number, scope: Scope): SecondView[] {
    const present = Math.floor(now / 1_000);
    return Array.from({ length: SECONDS }, (_, index) => {
      const second = present - SECONDS + index;
      const tallies = this.#seconds.get(second);
      const all = scope === null ? [...(tallies?.values() ?? [])] : [tallies?.get(scope)];
      let [complete, failed, totalMs] = [0, 0, 0];
      for (const tally of all) {
        complete += tally?.complete ?? 0;
        failed += tally?.failed ?? 0;
        totalMs += tally?.totalMs ?? 0;
      }
      const count = complete + failed;
      const at = new Date(second * 1_000).toISOString();
      return { at, complete, failed, meanMs: count === 0 ? null : Math.round(totalMs / count) };
    });
  }
}
