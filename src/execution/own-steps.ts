/** Runs the steps that Troupe does itself, as their kinds say. */

import { definitionOf } from '../kernel/actor.ts';
import type { Attempt } from '../kernel/attempts.ts';
import type { Executor } from '../kernel/output-gate.ts';
import { orUnreadable } from '../kernel/unreadable.ts';
import { ownStepOf } from '../workflow/steps/index.ts';
import type { Services, Work } from '../workflow/steps/kind.ts';
import { beginJob, type LocalParts } from './local.ts';

export class OwnStepExecutor implements Executor {
  readonly #parts: LocalParts;
  readonly #services: Services;

  constructor(parts: LocalParts, services: Services) {
    this.#parts = parts;
    this.#services = services;
  }

  runs(attempt: Attempt): boolean {
    return this.#workOf(attempt) !== null;
  }

  adopt({ token }: Attempt): boolean {
    return this.#parts.pool.has(token);
  }

  start(attempt: Attempt): void {
    const work = this.#workOf(attempt);
    if (work === null)
      throw new Error(`assertion failed: step ${attempt.task}/${attempt.index} has no handler of its own`);
    beginJob(this.#parts, attempt, (job, reports) =>
      this.#parts.pool.start(job.token, ({ signal }) => work(job, signal), reports),
    );
  }

  stop(token: string): void {
    this.#parts.pool.stop(token);
  }

  release(token: string): void {
    this.#parts.pool.release(token);
  }

  /** A task that cannot be read is left to the executor of handlers, which says so as the failure of its attempt. */
  #workOf({ kind, task, index }: Attempt): Work | null {
    if (kind !== 'step') return null;
    return orUnreadable(
      () => {
        const step = definitionOf(this.#parts.cache.task(task), index);
        return ownStepOf(step)?.attempts?.work(step, this.#services) ?? null;
      },
      () => null,
    );
  }
}
