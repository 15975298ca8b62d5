/** One attempt in a worker: its signal, the columns its handler records, and its outcome, which is given once. */

import { type Death, died } from './death.ts';
import { describe } from './describe.ts';
import { type AttemptScope, runInScope } from './escape.ts';
import type { ExecutionRecord, Job, Outcome } from './job.ts';
import type { Progress } from './progress.ts';

const PROGRESS_EVERY_MS = 1_000;

const overReason = (): Error =>
  new Error('the attempt is over: it timed out, its task was changed, or we are stopping');

/**
 * The outcome of an attempt, taken when it is written down: what escapes from the handler until then still counts.
 */
export type Settled = () => Outcome;

/** Hears once what becomes of an attempt, unless it was released before. */
export interface AttemptReports {
  settled(settled: Settled): void;
  /** The process died in which it ran, by no fault of its own: it is to be run again as the same attempt. */
  lost?(how: Death): void;
  /** It waits for a process to run in; its time stands still until it begins. */
  waits?(): void;
  begins?(): void;
  /** Its handler has said how far it is; at most once a second. */
  progressed?(progress: Progress): void;
  /** Its handler ends this very process; what is to be kept is kept before this returns. */
  exiting?(outcome: Outcome): void;
}

/** Runs attempts. */
export interface AttemptOwner {
  /** Called once an attempt, when its outcome is there. */
  ended(attempt: Attempt): void;
  /** Something was thrown after the outcome had been taken. */
  late(attempt: Attempt, thrown: unknown): void;
}

/** Its signal is made when a handler asks for it: most never do, and it is costly. */
export class Attempt implements AttemptScope {
  readonly token: string;
  readonly reports: AttemptReports;
  /** Null for work that is no handler's. */
  readonly job: Job | null;
  isOver = false;
  columns: ExecutionRecord | undefined;
  /** As its handler said last. */
  progress: Progress | null = null;
  #isTold = false;
  #controller: AbortController | null = null;
  readonly #owner: AttemptOwner;
  #outcome: Outcome | null = null;
  #isTaken = false;

  constructor(token: string, reports: AttemptReports, owner: AttemptOwner, job: Job | null) {
    this.token = token;
    this.reports = reports;
    this.#owner = owner;
    this.job = job;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.isOver) this.#controller.abort(overReason());
    return this.#controller.signal;
  }

  /** Keeps the latest; a loop that says it a million times tells it once a second. */
  progressed(progress: Progress): void {
    this.progress = progress;
    if (this.#isTold || this.isOver || this.reports.progressed === undefined) return;
    this.#isTold = true;
    this.reports.progressed(progress);
    setTimeout(() => {
      this.#isTold = false;
      if (this.progress !== null && this.progress !== progress && this.#outcome === null)
        this.progressed(this.progress);
    }, PROGRESS_EVERY_MS).unref();
  }

  abort(): void {
    this.isOver = true;
    const controller = this.#controller;
    // The handler owns the listeners of the signal, and their errors.
    if (controller !== null) runInScope(this, () => controller.abort(overReason()));
  }

  settle(outcome: Outcome): void {
    if (this.#outcome !== null) return;
    this.#outcome = this.columns === undefined ? outcome : { ...outcome, record: this.columns };
    this.#owner.ended(this);
  }

  escaped(thrown: unknown): void {
    if (this.isOver || this.#isTaken) this.#owner.late(this, thrown);
    else if (this.#outcome === null) this.settle(failed(this.token, thrown));
    // The handler has ended, and nobody has heard of it yet.
    else if (this.#outcome.status === 'complete') this.#outcome = failed(this.token, thrown);
  }

  exiting(exitCode: number): void {
    if (!this.isOver && !this.#isTaken) this.reports.exiting?.(died(this.token, { exitCode, signal: null }));
  }

  /** Its outcome from now on, whatever escapes from its handler later. */
  take(): Outcome {
    this.#isTaken = true;
    if (this.#outcome === null) throw new Error(`assertion failed: attempt ${this.token} has no outcome`);
    return this.#outcome;
  }
}

/** The outcome of work that was told to stop. */
export const stopped = (token: string): Outcome => failed(token, overReason());

/** The outcome of work that threw this. */
export const failed = (token: string, thrown: unknown): Outcome => ({
  token,
  status: 'failed',
  error: describe(thrown),
});
