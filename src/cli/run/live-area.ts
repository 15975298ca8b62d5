/**
 * A part of the terminal that is drawn again and again where it stands. What others print meanwhile, a handler's
 * `console.log` say, comes above it; the cursor and the wrapping of lines are given back however it ends.
 */

import type { WriteStream } from 'node:tty';

const REDRAW_MS = 100;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** A line too long for the terminal is cut, so that it takes one row and the next drawing finds its place. */
const CUT_LINES = '\u001b[?7l';
const WRAP_LINES = '\u001b[?7h';
const TO_END_OF_LINE = '\u001b[K';
const TO_END_OF_SCREEN = '\u001b[J';

export class LiveArea {
  readonly #stream: WriteStream;
  readonly #draw: (rows: number) => string;
  readonly #write: WriteStream['write'];
  readonly #undo: (() => void)[] = [];
  #height = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(stream: WriteStream, draw: (rows: number) => string) {
    this.#stream = stream;
    this.#draw = draw;
    this.#write = stream.write.bind(stream);
  }

  start(others: readonly WriteStream[]): void {
    for (const stream of others) this.#undo.push(this.#yieldTo(stream));
    const onExit = (): void => this.stop();
    process.once('exit', onExit);
    this.#undo.push(() => process.off('exit', onExit));
    this.#timer = setInterval(() => this.#redraw(), REDRAW_MS);
    this.#redraw();
  }

  stop(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    for (const undo of this.#undo.splice(0)) undo();
    this.#erase();
  }

  #redraw(): void {
    const rows = this.#stream.rows ?? 24;
    const lines = this.#draw(rows)
      .split('\n')
      .slice(0, rows - 1);
    const text = lines.map((line) => `${line}${TO_END_OF_LINE}\n`).join('');
    const frame = `${HIDE_CURSOR}${CUT_LINES}${this.#up()}${text}${TO_END_OF_SCREEN}${WRAP_LINES}${SHOW_CURSOR}`;
    this.#write(frame);
    this.#height = lines.length;
  }

  #erase(): void {
    if (this.#height > 0) this.#write(`${this.#up()}${TO_END_OF_SCREEN}`);
    this.#height = 0;
  }

  #up(): string {
    return this.#height === 0 ? '' : `\u001b[${this.#height}A\r`;
  }

  /** Makes room for whatever is written to the same terminal. */
  #yieldTo(stream: WriteStream): () => void {
    const write = stream.write;
    const erase = (): void => this.#erase();
    stream.write = function (this: WriteStream, ...args: Parameters<typeof write>) {
      erase();
      return Reflect.apply(write, stream, args);
    } as typeof write;
    return () => {
      stream.write = write;
    };
  }
}
