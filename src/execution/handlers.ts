/** Runs handlers: in this process or its handler host, and those that may have ended the program one at a time. */

import type { Attempt } from '../kernel/attempts.ts';
import type { Executor } from '../kernel/output-gate.ts';
import { stopped } from '../worker/attempt.ts';
import { type FreshJob, makeOwn } from '../worker/own.ts';
import { beginJob, type LocalParts, type LocalReports } from './local.ts';
import type { Trials } from './trials.ts';

export class HandlerExecutor implements Executor {
  readonly #parts: LocalParts;
  readonly #trials: Trials;

  constructor(parts: LocalParts, trials: Trials) {
    this.#parts = parts;
    this.#trials = trials;
  }

  /** A handler runs whatever no other executor does, so this one stands last. */
  runs(): boolean {
    return true;
  }

  adopt({ token }: Attempt): boolean {
    return this.#parts.pool.has(token) || this.#trials.has(token);
  }

  start(attempt: Attempt): void {
    beginJob(this.#parts, attempt, (job, reports) => this.#run(attempt, job, reports));
  }

  stop(token: string): void {
    this.#trials.stop(token);
    this.#parts.pool.stop(token);
  }

  release(token: string): void {
    this.#trials.release(token);
    this.#parts.pool.release(token);
  }

  #run({ losses, token }: Attempt, job: FreshJob, reports: LocalReports): void {
    const { pool } = this.#parts;
    const { idempotencyKey: key } = job;
    if (pool.isHosted(job)) pool.run(job, reports);
    else if (!this.#trials.isSuspect(losses, key)) pool.run(makeOwn(job), reports);
    else {
      reports.waits();
      const begin = (): void => {
        reports.begins();
        pool.run(makeOwn(job), reports);
      };
      const stop = (): void => reports.settled(() => stopped(token));
      this.#trials.add({ token, key, losses, begin, stop });
    }
  }
}
