/**
 * The process that runs handler files for a server. Whatever a handler does to it, the server lives on: it hears how
 * this process ended, and starts another.
 */

import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { Refusal, reasonOf } from '../../errors.ts';
import { describe } from '../describe.ts';
import { currentScope, hearEscapes } from '../escape.ts';
import type { Job, Outcome } from '../job.ts';
import { loadGroups } from '../load-folders.ts';
import { WorkerPool } from '../pool.ts';
import { LogRelay } from './log-relay.ts';
import { type FromHost, type HostSettings, LAST_WORDS_FD, type LastWords, type ToHost } from './messages.ts';
import { PayloadsKept } from './payloads.ts';
import { CURRENT_TOKEN } from './watchdog.ts';

const tell = (message: FromHost): void => void process.send?.(message);

function lastWords(words: LastWords): void {
  try {
    writeSync(LAST_WORDS_FD, `${JSON.stringify(words)}\n`);
  } catch {
    // Nobody reads them: the server is gone, and this process goes with it.
  }
}

class Host {
  readonly #pool: WorkerPool;
  readonly #logRelay: LogRelay;
  readonly #payloads = new PayloadsKept();
  #outcomes: (() => Outcome)[] = [];

  constructor(pool: WorkerPool, logRelay: LogRelay) {
    this.#pool = pool;
    this.#logRelay = logRelay;
  }

  hear({ jobs, stop, over, ping }: ToHost): void {
    for (const token of stop) this.#pool.stop(token);
    for (const token of over) this.#pool.release(token);
    for (const job of jobs) this.#begin(this.#payloads.read(job));
    if (ping !== null) tell({ kind: 'pong', ping });
  }

  /** Leaves out the job's wishes for its process, which are met by now. */
  #begin({ isolation: _isolation, memoryMb: _memoryMb, ...job }: Job): void {
    this.#pool.run(job, {
      settled: (settled) => {
        // Together, since a message costs more than what is in it; and late enough to hear of what escapes at once.
        if (this.#outcomes.length === 0) setImmediate(() => this.#flush());
        this.#outcomes.push(settled);
      },
      progressed: (progress) => this.#logRelay.progressed(job.token, progress),
      // No process is below this one.
      lost: () => undefined,
    });
  }

  #flush(): void {
    const outcomes = this.#outcomes.map((settled) => settled());
    this.#outcomes = [];
    for (const { token } of outcomes) this.#pool.release(token);
    this.#logRelay.flush();
    tell({ kind: 'done', outcomes });
  }
}

/** An error of code that belongs to no attempt: whose it is will be found by running fewer attempts beside each other. */
function endBy(thrown: unknown): boolean {
  lastWords({ kind: 'fatal', error: describe(thrown) });
  process.exit(70);
}

/** Also where the attempt is over: what it left behind exits, and no other attempt is to blame. */
function sayWhoExits(): void {
  const scope = currentScope();
  if (scope !== null)
    lastWords({ kind: 'exit', token: scope.token, stack: new Error('exited here').stack ?? '' });
}

/** Signals to the whole group are the server's to act on; without the server this process has nothing to do. */
async function followServer(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  const thread = new Worker(new URL('./watchdog.js', import.meta.url), {
    stdout: false,
    stderr: false,
  });
  // Once a handler keeps this thread busy, no other can be started.
  await once(thread, 'message');
  thread.unref();
}

async function main(): Promise<void> {
  const settings = JSON.parse(process.argv[2] ?? '{}') as HostSettings;
  const followed = followServer();
  Object.defineProperty(globalThis, CURRENT_TOKEN, { value: () => currentScope()?.token ?? null });
  hearEscapes(endBy);
  const { handlers, replaced } = await loadGroups(settings.groups);
  await followed;
  const logRelay = new LogRelay(settings.logLevels, tell);
  const pool = new WorkerPool(handlers, {
    log: logRelay,
    onLate: ({ handler, taskId, step }, error) =>
      tell({ kind: 'late', late: { handler, taskId, step, error } }),
  });
  process.on('exit', sayWhoExits);
  const host = new Host(pool, logRelay);
  process.on('message', (message: ToHost) => host.hear(message));
  tell({ kind: 'ready', handlers: handlers.map(({ run: _run, ...entry }) => entry), replaced });
}

main().catch((error: unknown) => {
  const refusal = error instanceof Refusal ? error : null;
  const message = reasonOf(error);
  process.send?.({ kind: 'refused', message, faults: refusal?.faults ?? [] } satisfies FromHost, () =>
    process.exit(1),
  );
});
