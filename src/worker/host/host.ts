/**
 * Runs handler files in processes of their own: one for all, others for what is suspected of ending it and for what
 * asks to be alone. A process that dies is started again; who did it fails, and everybody else's attempt runs again.
 */

import type { Logger } from 'pino';
import { Refusal } from '../../errors.ts';
import type { AttemptReports } from '../attempt.ts';
import { deathText } from '../death.ts';
import { type Job, type Outcome, postponed } from '../job.ts';
import { LOG_LEVELS, sinkInto } from '../job-log.ts';
import type { Progress } from '../progress.ts';
import type { HostedHandler, LastWords, LateError } from './messages.ts';
import { type End, HostProcess, type Loaded } from './process.ts';
import { type Lane, laneName, Suspects } from './suspects.ts';

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
/** Processes beside the shared one are ended when nothing ran in them for this long. */
const IDLE_MS = 10_000;
/** Suspects that run alone at the same time, each in its own process. */
const MAX_ALONE = 4;

export class HandlerHost {
  readonly #options: HandlerHostOptions;
  readonly #suspects = new Suspects();
  readonly #running = new Map<string, Running>();
  /** The process that takes new attempts of a lane, by the lane's name. */
  readonly #places = new Map<string, HostProcess>();
  /** All that are alive, also those that only finish what they have. */
  readonly #alive = new Map<HostProcess, Lane>();
  /** Suspects that wait until they may run alone. */
  #waiting: Job[] = [];
  #handlers = new Map<string, HostedHandler>();
  #replaced: readonly string[] = [];
  #onHandlers: (handlers: readonly HostedHandler[]) => void = () => undefined;
  #onIdle: (() => void)[] = [];
  #onEmpty: (() => void)[] = [];
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
    const process = host.#start({ kind: 'shared' });
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
    if (isForOne(this.#alive.get(process))) process.kill();
    else this.#tidy(process);
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
    const process = this.#spawn({ kind: 'shared' });
    const loaded = await process.loaded;
    if (loaded.kind === 'refused' || this.#isClosed) {
      process.kill();
      return loaded.kind === 'refused' ? loaded : null;
    }
    const before = [...this.#places.values()];
    this.#places.clear();
    this.#places.set(laneName({ kind: 'shared' }), process);
    for (const [old, { kind }] of this.#alive) {
      if (kind === 'alone' && old.count === 0) old.kill();
    }
    for (const old of before) this.#tidy(old);
    this.#take(loaded);
    this.#onHandlers(this.handlers);
    return null;
  }

  /** Ends all processes, whatever they do; resolves once they are gone. */
  close(): Promise<void> {
    this.#isClosed = true;
    for (const process of this.#alive.keys()) process.kill();
    if (this.#alive.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty.push(resolve));
  }

  #take({ handlers, replaced }: Extract<Loaded, { kind: 'ready' }>): void {
    this.#handlers = new Map(handlers.map((handler) => [handler.name, handler]));
    this.#replaced = replaced;
  }

  #place(job: Job): void {
    const lane = this.#laneOf(job);
    const process = lane.kind === 'alone' ? this.#freeAlone(lane) : this.#placeOf(lane);
    const running = this.#running.get(job.token);
    if (process !== null) this.#begin(job, process);
    if (process !== null || running === undefined) return;
    this.#waiting.push(job);
    running.waitingSince = Date.now();
    running.reports.waits?.();
  }

  /** A process for one suspect, of which there are few, or null while all are taken. */
  #freeAlone(lane: Lane): HostProcess | null {
    const alone = [...this.#alive].flatMap(([process, { kind }]) => (kind === 'alone' ? [process] : []));
    const free = alone.find((process) => process.count === 0 && !process.isSilent && !process.isKilled);
    return free ?? (alone.length < MAX_ALONE ? this.#spawn(lane) : null);
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

  #placeOf(lane: Lane): HostProcess {
    if (lane.kind === 'own') return this.#spawn(lane);
    return this.#places.get(laneName(lane)) ?? this.#start(lane);
  }

  /** A process that takes the new attempts of its lane. */
  #start(lane: Lane): HostProcess {
    const process = this.#spawn(lane);
    this.#places.set(laneName(lane), process);
    return process;
  }

  #spawn(lane: Lane): HostProcess {
    const { groups, printsToStderr = false, log } = this.#options;
    const memoryMb = lane.kind === 'own' ? lane.memoryMb : null;
    const sink = sinkInto(log);
    const process: HostProcess = new HostProcess(
      { settings: { groups, logLevels: LOG_LEVELS.filter(sink.isEnabled) }, memoryMb, printsToStderr },
      {
        outcome: (outcome) => this.#done(process, outcome),
        begun: (token) => this.#running.get(token)?.reports.begins?.(),
        late: (late) => tellLate(log, late),
        line: ({ owner, line }) => sink.write(owner, line),
        progressed: (token, progress) => this.#progressed(token, progress),
        blocked: (words) => this.#tellBlocked(words),
        // It may do with what it has as it likes; others go to a new one.
        silent: () => this.#leave(process),
        ended: (end) => this.#ended(process, end),
      },
    );
    this.#alive.set(process, lane);
    return process;
  }

  #done(process: HostProcess, outcome: Outcome): void {
    const running = this.#running.get(outcome.token);
    this.#forget(outcome.token);
    this.#tidy(process);
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

  #leave(process: HostProcess): void {
    const name = laneName(this.#alive.get(process) ?? { kind: 'shared' });
    if (this.#places.get(name) === process) this.#places.delete(name);
  }

  /** Ends a process that has nothing to do: at once if it gets nothing any more, else after a while. */
  #tidy(process: HostProcess): void {
    const lane = this.#alive.get(process);
    if (process.count > 0 || lane === undefined) return;
    const isPlace = this.#places.get(laneName(lane)) === process;
    if (!isPlace && lane.kind !== 'alone') process.kill();
    if (process.isKilled || lane.kind === 'shared') return;
    setTimeout(() => {
      if (process.count > 0) return;
      this.#leave(process);
      process.kill();
    }, IDLE_MS).unref();
  }

  #ended(process: HostProcess, end: End): void {
    const lane = this.#alive.get(process) ?? { kind: 'shared' };
    this.#leave(process);
    this.#alive.delete(process);
    if (this.#alive.size === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
    if (this.#isClosed) return;
    this.#admitWaiting();
    if (end.loaded?.kind !== 'ready') this.#startLater(end);
    else {
      this.#restartMs = 0;
      if (lane.kind === 'shared' && !end.isKilled) this.#placeOf(lane);
      if (end.jobs.length > 0) this.#judge(end, lane);
    }
  }

  #judge(end: End, lane: Lane): void {
    const { guilty, lost } = this.#suspects.judge(end, lane);
    const { log } = this.#options;
    const fields = { death: deathText(end.death), attempts: end.jobs.length };
    if (guilty === null) log.warn(fields, 'a process of handlers ended; what ran in it runs again');
    else {
      const { handler, taskId: task, step, attempt } = guilty.job;
      log.warn({ ...fields, handler, task, step, attempt }, 'a handler ended its process');
    }
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
    if (loaded?.kind === 'refused' && this.#handlers.size > 0) {
      this.#options.log.error(
        { why: loaded.message, faults: loaded.faults },
        'the handlers cannot be loaded',
      );
    }
    this.#restartMs = Math.min(Math.max(this.#restartMs * 2, RESTART_FIRST_MS), RESTART_MAX_MS);
    if (jobs.length === 0) return;
    setTimeout(() => {
      for (const job of jobs) if (this.#running.has(job.token)) this.#place(job);
    }, this.#restartMs).unref();
  }

  #admitWaiting(): void {
    while (this.#waiting.length > 0) {
      const process = this.#freeAlone({ kind: 'alone' });
      const job = process === null ? undefined : this.#waiting.shift();
      if (process === null || job === undefined) return;
      this.#begin(job, process);
    }
  }

  #tellBlocked({ token, stack }: Extract<LastWords, { kind: 'blocked' }>): void {
    const job = token === null ? undefined : this.#running.get(token)?.job;
    const { handler, taskId: task, step } = job ?? {};
    this.#options.log.warn(
      { handler, task, step, stack },
      'a handler keeps its process busy, so that nothing else runs there: an endless loop, or long work without await',
    );
  }
}

const isSingle = (asks: { readonly isolation?: 'process' } | undefined): boolean =>
  asks?.isolation === 'process';

const isForOne = (lane: Lane | undefined): lane is Extract<Lane, { kind: 'alone' | 'own' }> =>
  lane?.kind === 'alone' || lane?.kind === 'own';

function tellLate(log: Logger, { handler, taskId: task, step, error }: LateError): void {
  log.warn({ handler, task, step, error }, 'a handler failed after its attempt was over');
}
