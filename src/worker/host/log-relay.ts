/** Logs and progress of running attempts travel from the handler host to the server in messages. */

import type { LineOwner, LogLevel, LogLine, LogSink } from '../job-log.ts';
import type { Progress } from '../progress.ts';
import type { FromHost, SentLine, SentProgress } from './messages.ts';

/** More lines in one turn of the event loop are left out, and counted. */
const MOST_LINES = 1_000;

/** The host sends logs and progress together, before the outcomes of their attempts. */
export class LogRelay implements LogSink {
  readonly #levels: ReadonlySet<LogLevel>;
  readonly #tell: (message: FromHost) => void;
  #lines: SentLine[] = [];
  #leftOut = 0;
  #progress: SentProgress[] = [];

  constructor(levels: readonly LogLevel[], tell: (message: FromHost) => void) {
    this.#levels = new Set(levels);
    this.#tell = tell;
  }

  isEnabled(level: LogLevel): boolean {
    return this.#levels.has(level);
  }

  write({ handler, taskId, step, attempt }: LineOwner, line: LogLine): void {
    this.#soon();
    const owner = { handler, taskId, step, attempt };
    if (this.#lines.length < MOST_LINES) this.#lines.push({ owner, line });
    else this.#leftOut++;
  }

  progressed(token: string, progress: Progress): void {
    this.#soon();
    this.#progress.push({ token, progress });
  }

  #soon(): void {
    if (this.#lines.length === 0 && this.#progress.length === 0) setImmediate(() => this.flush());
  }

  flush(): void {
    const [lines, progress] = [this.#lines, this.#progress];
    if (lines.length === 0 && progress.length === 0) return;
    const last = lines.at(-1);
    if (this.#leftOut > 0 && last !== undefined) {
      const message = `${this.#leftOut} more lines were written at once and left out`;
      lines.push({ owner: last.owner, line: { level: 'warn', fields: {}, message } });
    }
    [this.#lines, this.#progress, this.#leftOut] = [[], [], 0];
    this.#tell({ kind: 'report', lines, progress });
  }
}
