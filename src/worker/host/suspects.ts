/**
 * Finds the attempts that end the processes of handlers. Attempts that ran in a process that died run again apart from
 * everybody else: side by side at first, then each in a process alone, so that the one who did it is found.
 */

import { LRUCache } from 'lru-cache';
import { died } from '../death.ts';
import type { Job, Outcome } from '../job.ts';
import type { End } from './process-events.ts';

/** Where an attempt runs. */
export type Lane =
  /** With everybody. */
  | { readonly kind: 'shared' }
  /** With those that were there when a process died. */
  | { readonly kind: 'suspects' }
  /** With attempts of the same handler, which has ended a process of late. */
  | { readonly kind: 'handler'; readonly handler: string }
  | { readonly kind: 'alone' }
  /** Because it is to be: no suspect. */
  | { readonly kind: 'own'; readonly memoryMb: number | null };

/** It asks for a process of its own. */
export const isSingle = (asks: { readonly isolation?: 'process' } | undefined): boolean =>
  asks?.isolation === 'process';

/** A process of this lane has one attempt at a time. */
export const isForOne = (lane: Lane | undefined): lane is Extract<Lane, { kind: 'alone' | 'own' }> =>
  lane?.kind === 'alone' || lane?.kind === 'own';

export const laneName = (lane: Lane): string =>
  lane.kind === 'handler' ? `handler ${lane.handler}` : lane.kind;

export interface Verdict {
  /** The attempt that fails, and its outcome. */
  readonly guilty: { readonly job: Job; readonly outcome: Outcome } | null;
  /** Run again, as the same attempts. */
  readonly lost: readonly Job[];
}

/** How long a handler is kept away from others after it has ended a process. */
const DISTRUST_MS = 5 * 60_000;
const MAX_REMEMBERED = 10_000;

export class Suspects {
  /** Deaths by token, of which the attempt may be the cause. */
  readonly #deaths = new LRUCache<string, number>({ max: MAX_REMEMBERED });
  /** Steps, an attempt of which has ended a process, by idempotency key. */
  readonly #guilty = new LRUCache<string, true>({ max: MAX_REMEMBERED });
  readonly #handlers = new LRUCache<string, true>({ max: 1_000, ttl: DISTRUST_MS });

  laneOf({ token, idempotencyKey, handler }: Job): Lane {
    const deaths = this.#deaths.get(token) ?? 0;
    if (deaths >= 2 || this.#guilty.has(idempotencyKey)) return { kind: 'alone' };
    if (deaths === 1) return { kind: 'suspects' };
    return this.#handlers.has(handler) ? { kind: 'handler', handler } : { kind: 'shared' };
  }

  judge(end: End, lane: Lane): Verdict {
    const { jobs, lastWords } = end;
    if (lastWords?.kind === 'exit') {
      return this.#verdict(end, lane, jobs.find(({ token }) => token === lastWords.token) ?? null);
    }
    if (lastWords?.kind === 'blocked' && lastWords.token !== null && jobs.length > 1) {
      // Perhaps it only takes long: alone, it may.
      if (jobs.some(({ token }) => token === lastWords.token)) this.#deaths.set(lastWords.token, 2);
      return { guilty: null, lost: jobs };
    }
    const [only] = jobs;
    const isAlone = jobs.length === 1 && only !== undefined;
    // The first time, a kill may have come from outside.
    if (isAlone && !end.isKilled && (lane.kind !== 'shared' || !isKill(end)))
      return this.#verdict(end, lane, only);
    for (const { token } of jobs) this.#deaths.set(token, (this.#deaths.get(token) ?? 0) + 1);
    return { guilty: null, lost: jobs };
  }

  /** Nobody's fault but the guilty one's; and nobody's, if that attempt was over. */
  #verdict({ jobs, death, lastWords }: End, lane: Lane, guilty: Job | null): Verdict {
    if (guilty === null) return { guilty: null, lost: jobs };
    this.#guilty.set(guilty.idempotencyKey, true);
    this.#handlers.set(guilty.handler, true);
    const { token } = guilty;
    const stack = lastWords?.kind === 'exit' ? lastWords.stack : undefined;
    const outcome: Outcome =
      lastWords?.kind === 'fatal'
        ? { token, status: 'failed', error: lastWords.error }
        : died(token, death, { stack, memoryMb: lane.kind === 'own' ? lane.memoryMb : null });
    return { guilty: { job: guilty, outcome }, lost: jobs.filter((job) => job !== guilty) };
  }
}

const isKill = ({ death: { signal } }: End): boolean => signal === 'SIGKILL' || signal === 'SIGTERM';
