/**
 * The log of a server. A program that reads its output gets JSON lines and nothing else; a person at a terminal gets
 * words, and from `dev` also the records of the log as words: one line each, with the stack below.
 */

import { type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';
import { type Colors, colorsFor, plain, print, say } from './output.ts';

export interface ServerLog {
  readonly log: Logger;
  /** Somebody reads along; else only records are written. */
  readonly isTerminal: boolean;
  /** Writes a message of the server about itself at any level, such as that it stops. */
  announce(text: string): void;
  /** The same on stdout: where it listens is what programs wait for there. */
  announceAddress(text: string, facts: Readonly<Record<string, unknown>>): void;
}

const STDERR = 2;

export function createServerLog(
  level: LogLevel,
  { isReadable }: { readonly isReadable: boolean },
): ServerLog {
  const isTerminal = process.stdout.isTTY === true;
  const isWords = isReadable && isTerminal;
  const log = isWords
    ? pino({ level }, readable(colorsFor(process.stderr)))
    : pino({ level }, pino.destination(STDERR));
  if (isTerminal) return { log, isTerminal, announce: say, announceAddress: print };
  // Whatever the level of the log: these are what was asked for.
  const records = pino({ level: 'info' }, pino.destination(STDERR));
  const onStdout = pino({ level: 'info' }, { write: (line: string) => print(line.trimEnd()) });
  return {
    log,
    isTerminal,
    announce: (text) => records.info(text),
    announceAddress: (text, facts) => onStdout.info(facts, text),
  };
}

/** A stream of records for people. */
function readable(colors: Colors): { write(line: string): void } {
  return { write: (line) => say(recordText(JSON.parse(line) as LogRecord, colors)) };
}

interface LoggedError {
  readonly type?: string;
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly causes?: readonly LoggedError[];
  readonly errors?: readonly LoggedError[];
}

interface LogRecord extends Readonly<Record<string, unknown>> {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly err?: LoggedError;
}

/** Said elsewhere in the line, or of no use to somebody who sees one process. */
const UNTOLD: ReadonlySet<string> = new Set([
  'level',
  'time',
  'msg',
  'err',
  'pid',
  'hostname',
  'step',
  'attempt',
  'name',
  'handler',
  'backoffMs',
]);

/** One line, and below it the stack of its error, and of what stood behind that. */
export function recordText(record: LogRecord, colors: Colors): string {
  const { level, time, msg = '', err } = record;
  const facts = Object.entries(record)
    .filter(([name]) => !UNTOLD.has(name))
    .map(([name, value]) => colors.dim(`${name}=${plain(value)}`));
  const [name, paint] = levelOf(level, colors);
  const at = new Date(time).toISOString().slice(11, 23);
  const head = [colors.dim(at), paint(name), plain(msg), ...facts].join(' ');
  return [head, ...(err === undefined ? [] : errorLines(err, colors))].join('\n');
}

function levelOf(level: number, colors: Colors): readonly [name: string, paint: (text: string) => string] {
  if (level >= 50) return ['ERROR', colors.red];
  if (level >= 40) return ['WARN', colors.yellow];
  return level >= 30 ? ['INFO', colors.green] : ['DEBUG', colors.gray];
}

function errorLines({ stack = '', causes = [], errors = [] }: LoggedError, colors: Colors): string[] {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const behind = [
    ...causes.map((error) => ['caused by', error] as const),
    ...errors.map((error) => ['inner error', error] as const),
  ];
  return [
    ...frames.map((line) => colors.dim(`    ${plain(line.trim())}`)),
    ...behind.flatMap(([what, error]) => [
      `    ${what} ${plain(error.name ?? error.type ?? 'Error')}: ${plain(error.message ?? '')}`,
      ...errorLines(error, colors),
    ]),
  ];
}
