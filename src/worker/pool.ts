/**
 * The worker in this process: runs handlers, one call an attempt, and reports each outcome once. It decides
 * nothing about retries and never sees the store.
 */

import type { Logger } from 'pino';
import { failure } from '../../machines/failure-codes.ts';
import { assert } from '../errors.ts';
import { Attempt, type AttemptOwner, type AttemptReports, failed } from './attempt.ts';
import { describe } from './describe.ts';
import { hearEscapes, runInScope } from './escape.ts';
import type { HandlerHost } from './host/host.ts';
import type { Handler, HandlerContext, HandlerEntry, Job, Outcome, OutcomeError } from './job.ts';
import { createJobLog, type JobLog, type LogSink, NO_LOG } from './job-log.ts';
import { completed } from './output.ts';
import { type Progress, progressFrom } from './progress.ts';
import { checkedColumns } from './record.ts';

/** A handler is called with this, beside the job. An accessor in an object literal takes ten times as long. */
class Call {
  /** The job's, where it has some. */
  readonly approvals: HandlerContext['approvals'] = {};
  /** Not a method: handlers take it out of the job. */
  readonly record: HandlerContext['record'];
  readonly #attempt: Attempt;
  readonly #sink: LogSink;
  #log: JobLog | null = null;

  constructor(attempt: Attempt, sink: LogSink) {
    this.#attempt = attempt;
    this.#sink = sink;
    this.record = (columns) => {
      attempt.columns = { ...attempt.columns, ...checkedColumns(columns, attempt.columns) };
    };
  }

  get signal(): AbortSignal {
    return this.#attempt.signal;
  }

  get log(): JobLog {
    const { job } = this.#attempt;
    assert(job !== null, 'a handler has a job');
    this.#log ??= createJobLog(job, this.#sink);
    return this.#log;
  }

  get progress(): HandlerContext['progress'] {
    return (value, note) => this.#attempt.progressed(progressFrom(value, note));
  }
}

export interface PoolOptions {
  /** Runs handler files in processes of their own. */
  readonly host?: HandlerHost | null;
  /** A handler threw something after its attempt was over. */
  readonly onLate?: (job: Job, error: OutcomeError) => void;
  /** Where handlers' `job.log` goes; nowhere unless given. */
  readonly log?: LogSink;
}

/** Says in the log what handlers throw after their attempts were over. */
export const lateLogger =
  (log: Logger): NonNullable<PoolOptions['onLate']> =>
  ({ handler, taskId: task, step }, error) =>
    log.warn({ handler, task, step, error }, 'a handler failed after its attempt was over');

export class WorkerPool implements AttemptOwner {
  readonly #handlers = new Map<string, Handler>();
  readonly #host: HandlerHost | null;
  readonly #options: PoolOptions;
  /** By token, from the start until the attempt is released: longer than the handler runs. */
  readonly #attempts = new Map<string, Attempt>();
  #active = 0;
  #onIdle: (() => void)[] = [];
  #stopHearing: (() => void) | null = null;

  constructor(handlers: readonly HandlerEntry[], options: PoolOptions = {}) {
    for (const { name, run } of handlers) this.#handlers.set(name, run);
    this.#host = options.host ?? null;
    this.#options = options;
    if (handlers.length > 0) this.#stopHearing = hearEscapes(() => false);
  }

  has(token: string): boolean {
    return this.#attempts.has(token) || this.#host?.has(token) === true;
  }

  /** It runs in another process, which gets a copy of the job. */
  isHosted(job: Pick<Job, 'handler' | 'isolation'>): boolean {
    return this.#host?.runs(job) === true;
  }

  /** How far it is, as its handler said last. */
  progressOf(token: string): Progress | null {
    return this.#attempts.get(token)?.progress ?? this.#host?.progressOf(token) ?? null;
  }

  /** Gives the progress that handlers have told, by token. */
  progress(): Map<string, Progress> {
    const shares = this.#host?.progress() ?? new Map<string, Progress>();
    for (const [token, { progress }] of this.#attempts) if (progress !== null) shares.set(token, progress);
    return shares;
  }

  run(job: Job, reports: AttemptReports): void {
    if (this.#host?.runs(job)) {
      this.#host.run(job, reports);
      return;
    }
    const handler = this.#handlers.get(job.handler);
    const unable = handler === undefined ? withdrawn(job) : unisolated(job);
    if (handler === undefined || unable !== null) {
      reports.settled(() => unable ?? withdrawn(job));
      return;
    }
    const attempt = this.#begin(job.token, reports, job);
    runInScope(
      attempt,
      () => void call(handler, job, new Call(attempt, this.#options.log ?? NO_LOG), attempt),
    );
  }

  /** Runs something that is not a user's handler under the same rules. */
  start(token: string, work: (attempt: Attempt) => Promise<Outcome>, reports: AttemptReports): void {
    const attempt = this.#begin(token, reports, null);
    void work(attempt).then((outcome) => attempt.settle(outcome));
  }

  #begin(token: string, reports: AttemptReports, job: Job | null): Attempt {
    const attempt = new Attempt(token, reports, this, job);
    this.#attempts.set(token, attempt);
    this.#active++;
    return attempt;
  }

  ended(attempt: Attempt): void {
    this.#active--;
    if (this.#active === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    if (this.#attempts.get(attempt.token) === attempt) attempt.reports.settled(() => attempt.take());
  }

  late({ job }: Attempt, thrown: unknown): void {
    if (job !== null) this.#options.onLate?.(job, describe(thrown));
  }

  /** Its handler is told to stop; what it makes of that is its outcome. */
  stop(token: string): void {
    this.#host?.stop(token);
    this.#attempts.get(token)?.abort();
  }

  /** The attempt is over, whatever its handler still does. */
  release(token: string): void {
    this.#host?.release(token);
    this.#attempts.get(token)?.abort();
    this.#attempts.delete(token);
  }

  abortAll(): void {
    this.#host?.abortAll();
    for (const token of [...this.#attempts.keys()]) this.release(token);
  }

  /** Resolves once nothing runs. */
  async idle(): Promise<void> {
    await this.#host?.idle();
    if (this.#active > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Ignores errors that escape from handlers in this process from now on. */
  close(): void {
    this.#stopHearing?.();
    this.#stopHearing = null;
  }
}

async function call(handler: Handler, job: Job, given: Call, attempt: Attempt): Promise<void> {
  const { token } = job;
  let outcome: Outcome;
  try {
    const output = await handler(Object.assign(given, job));
    outcome = completed(token, output === undefined ? null : output);
  } catch (error) {
    outcome = failed(token, error);
  }
  attempt.settle(outcome);
}

/** Its file was deleted since the attempt was sent. */
const withdrawn = ({ token, handler }: Job): Outcome => ({
  token,
  status: 'failed',
  error: failure(
    'HandlerMissing',
    'HANDLER_MISSING',
    `there is no handler ${handler} in this worker any more`,
  ),
});

/** A function cannot leave the process that it is in. */
function unisolated({ token, handler, isolation }: Job): Outcome | null {
  if (isolation === undefined) return null;
  const message = `the step asks for a process of its own, and handler ${handler} is a function of this program: put it into a file of a --handlers folder`;
  return { token, status: 'failed', error: failure('PermanentError', 'ISOLATION_UNAVAILABLE', message) };
}
