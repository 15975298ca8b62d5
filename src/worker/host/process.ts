/**
 * One process that runs handlers, as the server sees it: jobs go to it in batches, outcomes come back, it is asked
 * now and then whether it is alive, and how it ended is told once.
 */

import { type ChildProcess, fork } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Death, deathText } from '../death.ts';
import { type Job, postponed } from '../job.ts';
import { ASK_WHO, type FromHost, type HostSettings, type LastWords } from './messages.ts';
import { PayloadsSent, type SentJob } from './payloads.ts';
import type { HostProcessEvents, Loaded } from './process-events.ts';

export interface HostProcessOptions {
  readonly settings: HostSettings;
  /** Most memory of its heap, in MB; null: as Node decides. */
  readonly memoryMb: number | null;
  /** Sends what handlers print to standard error. */
  readonly printsToStderr: boolean;
}

const TICK_MS = 250;
/** Ticks without an answer, after which it is asked what it does. */
const SILENT_TICKS = 4;
/** Ticks of silence after which others no longer wait for the one that causes it. */
const PATIENCE_TICKS = 20;
/** How long before its deadline another attempt is taken out of a silent process. */
const DEADLINE_MARGIN_MS = 1_000;

/** Run from sources, the process is the build's: a thread of it could not be started from sources. */
const MAIN = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? new URL('../../../dist/src/worker/host/main.js', import.meta.url)
    : new URL('./main.js', import.meta.url),
);

export class HostProcess {
  readonly loaded: Promise<Loaded>;
  readonly #child: ChildProcess;
  readonly #events: HostProcessEvents;
  /** In the process, by token. */
  readonly #jobs = new Map<string, Job>();
  /** Since when they wait for it to have loaded its handlers. */
  readonly #waiting = new Map<string, number>();
  /** Over, with the ping that told the process; it has not answered since. */
  readonly #over = new Map<string, number>();
  readonly #payloads = new PayloadsSent();
  #send: { jobs: SentJob[]; stop: string[]; over: string[]; ping: number | null } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #silentTicks = 0;
  #pings = 0;
  #pongs = 0;
  #lastWords: LastWords | null = null;
  #isKilled = false;
  #loaded: Loaded | null = null;
  #hasEnded = false;

  constructor({ settings, memoryMb, printsToStderr }: HostProcessOptions, events: HostProcessEvents) {
    this.#events = events;
    const output = printsToStderr ? (['pipe', 'pipe'] as const) : ([1, 2] as const);
    this.#child = fork(MAIN, [JSON.stringify(settings)], {
      execArgv: memoryMb === null ? [] : [`--max-old-space-size=${memoryMb}`],
      stdio: ['ignore', ...output, 'ipc', 'pipe'],
    });
    // Through this process, which may be drawing on the same terminal.
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (bytes: Buffer) => void process.stderr.write(bytes));
    this.#readLastWords();
    this.loaded = new Promise((resolve) => {
      this.#child.on('message', (message: FromHost) => {
        this.#silentTicks = 0;
        // It did not block for ever.
        if (this.#lastWords?.kind === 'blocked') this.#lastWords = null;
        if (message.kind !== 'ready' && message.kind !== 'refused') return this.#hear(message);
        this.#loaded = message;
        if (message.kind === 'ready') this.#beginWaiting();
        resolve(message);
      });
      // Also when it could not even be started.
      const ended = (exitCode: number | null, signal: string | null): void => {
        const how = deathText({ exitCode, signal });
        resolve({
          kind: 'refused',
          message: `their process ended with ${how} while it loaded them`,
          faults: [],
        });
        this.#end({ exitCode, signal });
      };
      this.#child.on('close', ended);
      this.#child.on('error', () => {
        if (this.#child.pid === undefined) ended(null, 'none: it could not be started');
      });
    });
    // A handler can cut the connection; then nothing is to be had of the process.
    this.#child.on('disconnect', () => this.#child.kill('SIGKILL'));
  }

  get count(): number {
    return this.#jobs.size;
  }

  /** It cannot be asked for anything now. */
  get isSilent(): boolean {
    return this.#silentTicks >= SILENT_TICKS;
  }

  get isKilled(): boolean {
    return this.#isKilled;
  }

  /** Tells whether it takes jobs at once. */
  get isReady(): boolean {
    return this.#loaded?.kind === 'ready';
  }

  begin(job: Job): void {
    this.#jobs.set(job.token, job);
    if (!this.isReady) {
      this.#waiting.set(job.token, Date.now());
      return;
    }
    this.#soon().jobs.push(this.#payloads.write(job));
    this.#watch();
  }

  /** Begins the jobs that waited, and gives them back the time that they waited. */
  #beginWaiting(): void {
    for (const [token, since] of this.#waiting) {
      const job = this.#jobs.get(token);
      if (job === undefined) continue;
      this.begin(postponed(job, Date.now() - since));
      this.#events.begun(token);
    }
    this.#waiting.clear();
  }

  #watch(): void {
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
  }

  /** Its handler is told to stop. False: it has not been begun, and will not be. */
  stop(token: string): boolean {
    if (this.#waiting.delete(token)) {
      this.#jobs.delete(token);
      return false;
    }
    this.#soon().stop.push(token);
    return true;
  }

  /** The attempt is over; its handler is told, if the process listens. */
  over(token: string): void {
    if (!this.#jobs.delete(token) || this.#waiting.delete(token)) return;
    const send = this.#soon();
    send.over.push(token);
    send.ping ??= ++this.#pings;
    this.#over.set(token, send.ping);
  }

  kill(): void {
    if (this.#hasEnded) return;
    this.#isKilled = true;
    this.#child.kill('SIGKILL');
  }

  /** Collects what is said within one turn of the event loop into one message. */
  #soon() {
    if (this.#send !== null) return this.#send;
    const send = { jobs: [], stop: [], over: [], ping: null };
    this.#send = send;
    queueMicrotask(() => {
      this.#send = null;
      // The end of the process tells what could not be sent.
      if (this.#child.connected) this.#child.send(send, () => undefined);
    });
    return send;
  }

  #hear(message: FromHost): void {
    if (message.kind === 'pong') {
      this.#pongs = message.ping;
      for (const [token, ping] of this.#over) if (ping <= message.ping) this.#over.delete(token);
    } else if (message.kind === 'late') this.#events.late(message.late);
    else if (message.kind === 'report') {
      for (const line of message.lines) this.#events.line(line);
      for (const { token, progress } of message.progress) this.#events.progressed(token, progress);
    } else if (message.kind === 'done') {
      for (const outcome of message.outcomes) {
        if (this.#jobs.delete(outcome.token)) this.#events.outcome(outcome);
      }
    }
  }

  /** Counted in ticks, so that a machine that slept finds nobody guilty. */
  #tick(): void {
    if (this.#jobs.size === 0 && this.#over.size === 0) {
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#timer = null;
      return;
    }
    // This reads messages that have arrived meanwhile first.
    setImmediate(() => this.#judge());
  }

  #judge(): void {
    if (this.#pings === this.#pongs) {
      this.#soon().ping ??= ++this.#pings;
      return;
    }
    this.#silentTicks++;
    if (this.#silentTicks === SILENT_TICKS) {
      this.#lastWords = null;
      this.#pipe?.write(ASK_WHO);
      this.#events.silent();
    }
    if (this.isSilent && this.#isToBeEnded()) this.kill();
  }

  /** Once what it runs is past its time, or others in it cannot wait. */
  #isToBeEnded(): boolean {
    if (this.#over.size > 0) return true;
    const blocker = this.#lastWords?.kind === 'blocked' ? this.#lastWords.token : null;
    const others = [...this.#jobs.values()].filter(({ token }) => token !== blocker);
    if (others.length === 0 || this.#jobs.size === 1) return false;
    if (this.#silentTicks >= PATIENCE_TICKS) return true;
    return others.some(({ deadline }) => Date.parse(deadline) - Date.now() < DEADLINE_MARGIN_MS);
  }

  get #pipe(): Duplex | null {
    return (this.#child.stdio[4] as Duplex | null | undefined) ?? null;
  }

  #readLastWords(): void {
    let text = '';
    this.#pipe?.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.#note(JSON.parse(line) as LastWords);
    });
    // The process is gone, which is told by its end.
    this.#pipe?.on('error', () => undefined);
  }

  #note(words: LastWords): void {
    this.#lastWords = words;
    if (words.kind === 'blocked') this.#events.blocked(words);
  }

  #end(death: Death): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    this.#events.ended({
      death,
      jobs,
      lastWords: this.#lastWords,
      isKilled: this.#isKilled,
      loaded: this.#loaded,
    });
  }
}
