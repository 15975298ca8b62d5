/** The processes of a long run: the real server and worker, as their users start them, which end only by a signal. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The build's, as users have it: it starts in half the time. */
const MAIN = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));
const START_TIMEOUT_MS = 60_000;

/** One command, started again and again. */
export class Command {
  #args: readonly string[];
  readonly #shows: RegExp;
  readonly #log: WriteStream;
  #child: ChildProcess | null = null;
  /** Ends that nobody asked for. */
  readonly surprises: string[] = [];
  #expected = false;
  /** The match of the words it showed when it was ready. */
  shown: RegExpExecArray | null = null;

  /** `shows` is what it says once it is ready; everything it says goes into a file. */
  constructor(args: readonly string[], shows: RegExp, logFile: string) {
    this.#args = args;
    this.#shows = shows;
    this.#log = createWriteStream(logFile, { flags: 'a' });
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** From the next start on. */
  alsoWith(...more: readonly string[]): void {
    this.#args = [...this.#args, ...more];
  }

  /** Resolves when it is ready, with how long that took. */
  async start(...more: readonly string[]): Promise<number> {
    const begun = performance.now();
    this.#expected = false;
    const child = spawn(process.execPath, [MAIN, ...this.#args, ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    // A crash of this script must not leave it behind.
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    let said = '';
    const ready = new Promise<void>((resolve) => {
      const hear = (chunk: Buffer): void => {
        this.#log.write(chunk);
        if (this.shown !== null && said === '') return;
        said += chunk.toString('utf8');
        this.shown = this.#shows.exec(said);
        if (this.shown === null) return;
        said = '';
        resolve();
      };
      this.shown = null;
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
    });
    const ended = once(child, 'exit').then(([code, signal]) => {
      process.off('exit', kill);
      if (!this.#expected) this.surprises.push(`it ended by itself (${signal ?? `code ${code}`})`);
      return Promise.reject<void>(new Error(`it ended before it was ready: ${said.slice(-2_000)}`));
    });
    ended.catch(() => undefined);
    const late = new Promise<void>((_, reject) => {
      setTimeout(() => reject(new Error(`not ready in time: ${said}`)), START_TIMEOUT_MS).unref();
    });
    late.catch(() => undefined);
    await Promise.race([ready, ended, late]);
    return performance.now() - begun;
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Resolves to its exit code, null after a SIGKILL. */
  async end(name: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    this.#expected = true;
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill(name);
      await exit;
    }
    this.#child = null;
    return child.exitCode;
  }
}
