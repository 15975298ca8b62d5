/**
 * Runs handler files in processes of their own: one for all, others for what is suspected of ending it and for what
 * asks to be alone. A process that dies is started again; who did it fails, and everybody else's attempt runs again.
 */

import type { Logger } from 'pino';
import { Refusal } from '../../errors.ts';
import { type AttemptReports, stopped } from '../attempt.ts';
import { type Job, type Outcome, postponed } from '../job.ts';
import { LOG_LEVELS, sinkInto } from '../job-log.ts';
import type { Progress } from '../progress.ts';
import { logBlocked, logDeath, logLate, logUnloadable } from './host-log.ts';
import type { HostedHandler } from './messages.ts';
import { HostProcess } from './process.ts';
import type { End, Loaded } from './process-events.ts';
import { Processes } from './processes.ts';
import { isForOne, isSingle, type Lane, Suspects } from './suspects.ts';

export interface HandlerHostOptions {
  /** Folders of handler files; a later group wins over an earlier one. */
  readonly groups: readonly (readonly string[])[];
  /** `process`: every attempt has a process of its own. */
  readonly isolation: 'none' | 'host' | 'process';
  /** Sends what handlers print to standard error. */
  readonly printsToStderr?: boolean;
  readonly log: Logger;
}

interface Running {
  readonly job: Job;
  readonly reports: AttemptReports;
  /** null while it waits to be alone. */
  process: HostProcess | null;
  /** Since when it waits to be alone. */
  waitingSince: number | null;
  progress: Progress | null;
}

/** A process that ends while it loads the handlers is not started again at once. */
const RESTART_FIRST_MS = 100;
const RESTART_MAX_MS = 5_000;

export class HandlerHost {
  readonly #options: HandlerHostOptions;
  readonly #suspects = new Suspects();
  readonly #running = new Map<string, Running>();
  readonly #processes = new Processes((lane) => this.#create(lane));
  /** Suspects that wait until they may run alone. */
  #waiting: Job[] = [];
  #handlers = new Map<string, HostedHandler>();
  #replaced: readonly string[] = [];
  #onHandlers: (handlers: readonly HostedHandler[]) => void = () => undefined;
  #onIdle: (() => void)[] = [];
  #restartMs = 0;
  #isClosed = false;

  private constructor(options: HandlerHostOptions) {
    this.#options = options;
  }

  /** For handlers of this process, of which some ask for a process of their own. */
  static forSingle(
    handlers: readonly HostedHandler[],
    options: Omit<HandlerHostOptions, 'isolation'>,
  ): HandlerHost {
    const host = new HandlerHost({ ...options, isolation: 'none' });
    host.#handlers = new Map(handlers.map((handler) => [handler.name, handler]));
    return host;
  }

  /** Resolves once the handlers are loaded. Refuses with INVALID_HANDLERS, all that is wrong with the files at once. */
  static async open(options: HandlerHostOptions): Promise<HandlerHost> {
    const host = new HandlerHost(options);
    if (options.groups.every((folders) => folders.length === 0)) return host;
    const process = host.#processes.start({ kind: 'shared' });
    const loaded = await process.loaded;
    if (loaded.kind === 'refused') {
      await host.close();
      throw new Refusal('INVALID_HANDLERS', loaded.message, { faults: loaded.faults });
    }
    host.#take(loaded);
    return host;
  }

  get handlers(): readonly HostedHandler[] {
    return [...this.#handlers.values()];
  }

  /** Names that a later group of folders took from an earlier one. */
  get replaced(): readonly string[] {
    return this.#replaced;
  }

  /** Hears which handlers there are whenever they were loaded again. */
  onHandlers(listener: (handlers: readonly HostedHandler[]) => void): void {
    this.#onHandlers = listener;
  }

  /** The attempt runs in one of its processes. */
  runs(job: Pick<Job, 'handler' | 'isolation'>): boolean {
    const handler = this.#handlers.get(job.handler);
    if (handler === undefined) return false;
    return this.#options.isolation !== 'none' || isSingle(handler) || isSingle(job);
  }

  has(token: string): boolean {
    return this.#running.has(token);
  }

  progressOf(token: string): Progress | null {
    return this.#running.get(token)?.progress ?? null;
  }

  /** Gives the progress that handlers have told, by token. */
  progress(): Map<string, Progress> {
    const shares = [...this.#running].flatMap(([token, { progress }]) =>
      progress === null ? [] : [[token, progress] as const],
    );
    return new Map(shares);
  }

  run(job: Job, reports: AttemptReports): void {
    this.#running.set(job.token, { job, reports, process: null, waitingSince: null, progress: null });
    this.#place(job);
  }

  /** Its handler is told to stop, or the process that it has for itself is ended; its outcome says when that is so. */
  stop(token: string): void {
    const running = this.#running.get(token);
    if (running === undefined) return;
    const { process, reports } = running;
    if (process !== null && !isForOne(this.#processes.laneOf(process)) && process.stop(token)) return;
    this.release(token);
    reports.settled(() => stopped(token));
  }

  /** The attempt is over. A process that it had for itself is ended. */
  release(token: string): void {
    const running = this.#running.get(token);
    if (running === undefined) return;
    this.#forget(token);
    const { process } = running;
    if (process === null) {
      this.#waiting = this.#waiting.filter((job) => job.token !== token);
      return;
    }
    process.over(token);
    if (isForOne(this.#processes.laneOf(process))) process.kill();
    else this.#processes.tidy(process);
  }

  abortAll(): void {
    for (const token of [...this.#running.keys()]) this.release(token);
  }

  /** Resolves once nothing runs. */
  idle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** Loads the files again for new attempts; what runs is finished by the old code. Says what is wrong with them. */
  async reload(): Promise<Extract<Loaded, { kind: 'refused' }> | null> {
    const process = this.#processes.spawn({ kind: 'shared' });
    const loaded = await process.loaded;
    if (loaded.kind === 'refused' || this.#isClosed) {
      process.kill();
      return loaded.kind === 'refused' ? loaded : null;
    }
    this.#processes.replaceAll(process);
    this.#take(loaded);
    this.#onHandlers(this.handlers);
    return null;
  }

  /** Ends all processes, whatever they do; resolves once they are gone. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#processes.killAll();
  }

  #take({ handlers, replaced }: Extract<Loaded, { kind: 'ready' }>): void {
    this.#handlers = new Map(handlers.map((handler) => [handler.name, handler]));
    this.#replaced = replaced;
  }

  #place(job: Job): void {
    const lane = this.#laneOf(job);
    const process = lane.kind === 'alone' ? this.#processes.freeAlone() : this.#processes.placeOf(lane);
    const running = this.#running.get(job.token);
    if (process !== null) this.#begin(job, process);
    if (process !== null || running === undefined) return;
    this.#waiting.push(job);
    running.waitingSince = Date.now();
    running.reports.waits?.();
  }

  #laneOf(job: Job): Lane {
    const own = this.#handlers.get(job.handler);
    if (this.#options.isolation === 'process' || isSingle(own) || isSingle(job)) {
      return { kind: 'own', memoryMb: job.memoryMb ?? own?.memoryMb ?? null };
    }
    return this.#suspects.laneOf(job);
  }

  #begin(job: Job, process: HostProcess): void {
    const running = this.#running.get(job.token);
    if (running === undefined) return;
    const { waitingSince, reports } = running;
    running.process = process;
    process.begin(waitingSince === null ? job : postponed(job, Date.now() - waitingSince));
    if (process.isReady && waitingSince !== null) reports.begins?.();
    else if (!process.isReady && waitingSince === null) reports.waits?.();
  }

  #create(lane: Lane): HostProcess {
    const { groups, printsToStderr = false, log } = this.#options;
    const memoryMb = lane.kind === 'own' ? lane.memoryMb : null;
    const sink = sinkInto(log);
    const process: HostProcess = new HostProcess(
      { settings: { groups, logLevels: LOG_LEVELS.filter(sink.isEnabled) }, memoryMb, printsToStderr },
      {
        outcome: (outcome) => this.#done(process, outcome),
        begun: (token) => this.#running.get(token)?.reports.begins?.(),
        late: (late) => logLate(log, late),
        line: ({ owner, line }) => sink.write(owner, line),
        progressed: (token, progress) => this.#progressed(token, progress),
        blocked: ({ token, stack }) => logBlocked(log, this.#running.get(token ?? '')?.job, stack),
        // It may do with what it has as it likes; others go to a new one.
        silent: () => this.#processes.leave(process),
        ended: (end) => this.#ended(process, end),
      },
    );
    return process;
  }

  #done(process: HostProcess, outcome: Outcome): void {
    const running = this.#running.get(outcome.token);
    this.#forget(outcome.token);
    this.#processes.tidy(process);
    this.#admitWaiting();
    running?.reports.settled(() => outcome);
  }

  #progressed(token: string, progress: Progress): void {
    const running = this.#running.get(token);
    if (running === undefined) return;
    running.progress = progress;
    running.reports.progressed?.(progress);
  }

  #forget(token: string): void {
    this.#running.delete(token);
    if (this.#running.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #ended(process: HostProcess, end: End): void {
    const lane = this.#processes.remove(process);
    if (this.#isClosed) return;
    this.#admitWaiting();
    if (end.loaded?.kind !== 'ready') this.#startLater(end);
    else {
      this.#restartMs = 0;
      if (lane.kind === 'shared' && !end.isKilled) this.#processes.placeOf(lane);
      if (end.jobs.length > 0) this.#judge(end, lane);
    }
  }

  #judge(end: End, lane: Lane): void {
    const { guilty, lost } = this.#suspects.judge(end, lane);
    logDeath(this.#options.log, end, guilty);
    for (const job of lost) this.#giveUp(job.token)?.reports.lost?.(end.death);
    if (guilty !== null) this.#giveUp(guilty.job.token)?.reports.settled(() => guilty.outcome);
  }

  #giveUp(token: string): Running | undefined {
    const running = this.#running.get(token);
    this.#forget(token);
    return running;
  }

  /** The files could not be loaded this time, though they could before: somebody is writing them, say. */
  #startLater({ jobs, loaded }: End): void {
    if (loaded?.kind === 'refused' && this.#handlers.size > 0) logUnloadable(this.#options.log, loaded);
    this.#restartMs = Math.min(Math.max(this.#restartMs * 2, RESTART_FIRST_MS), RESTART_MAX_MS);
    if (jobs.length === 0) return;
    setTimeout(() => {
      for (const job of jobs) if (this.#running.has(job.token)) this.#place(job);
    }, this.#restartMs).unref();
  }

  #admitWaiting(): void {
    while (this.#waiting.length > 0) {
      const process = this.#processes.freeAlone();
      const job = process === null ? undefined : this.#waiting.shift();
      if (process === null || job === undefined) return;
      this.#begin(job, process);
    }
  }
}
