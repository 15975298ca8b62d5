/** Retention on a running server: now and then it deletes what is old enough, in commits of their own between others. */

import type { Logger } from 'pino';
import type { Clock } from '../kernel/clock.ts';
import type { PruneOptions, PruneStep } from './prune.ts';

const LOOK_EVERY_MS = 600_000;
/** The looks in the time that tasks are kept: seconds must not become ten minutes. */
const LOOKS_AN_AGE = 4;
const LOOK_AT_MOST_EVERY_MS = 1_000;
/** Between two of its commits, for everybody else's. */
const PAUSE_MS = 50;

export interface RetentionDeps {
  readonly keepMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Deletes a few of the tasks after number `after`, in a commit of their own. */
  readonly prune: (options: PruneOptions, after: number) => PruneStep;
  /** Tasks are gone: what is counted is to be counted again. */
  readonly pruned: () => void;
}

export class Retention {
  readonly #deps: RetentionDeps;
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#after(PAUSE_MS, 0, 0);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #after(delayMs: number, no: number, deleted: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#deps.clock.after(delayMs, () => this.#prune(no, deleted));
  }

  #prune(no: number, before: number): void {
    const { clock, keepMs, log, prune, pruned } = this.#deps;
    try {
      const endedBefore = clock.now() - keepMs;
      const step = prune({ endedBefore }, no);
      const deleted = before + step.deleted;
      if (step.deleted > 0) pruned();
      if (step.next !== null) {
        this.#after(PAUSE_MS, step.next, deleted);
        return;
      }
      if (deleted > 0) log.info({ tasks: deleted }, 'tasks older than the retention were deleted');
    } catch (err) {
      if (this.#stopped) return;
      log.warn({ err }, 'old tasks were not deleted; trying again later');
    }
    this.#after(lookEveryMs(keepMs), 0, 0);
  }
}

const lookEveryMs = (keepMs: number): number =>
  Math.min(LOOK_EVERY_MS, Math.max(LOOK_AT_MOST_EVERY_MS, keepMs / LOOKS_AN_AGE));
