/**
 * The log of a handler, `job.log`: lines in the log of the server, or of the worker elsewhere, with the task, the step
 * and the attempt they belong to. It is called as pino is.
 */

import type { Logger } from 'pino';
import { describe } from './describe.ts';
import type { Job } from './job.ts';
import { plainData } from './plain-data.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A message, or fields and a message; an error instead of fields is told whole. */
export type LogMethod = {
  (message: string): void;
  (fields: object, message?: string): void;
};

export type JobLog = Readonly<Record<LogLevel, LogMethod>>;

/** One line, as data that goes from one process to another. */
export interface LogLine {
  readonly level: LogLevel;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Bounds a line, so that no handler fills the log with one. */
const FIELDS = { bytes: 16_384, depth: 8 } as const;
const MESSAGE_CHARACTERS = 8_192;

/** The attempt that a line belongs to. */
export type LineOwner = Pick<Job, 'handler' | 'taskId' | 'step' | 'attempt'>;

/** Where the lines of handlers go. */
export interface LogSink {
  isEnabled(level: LogLevel): boolean;
  write(owner: LineOwner, line: LogLine): void;
}

export function createJobLog(owner: LineOwner, sink: LogSink): JobLog {
  const method =
    (level: LogLevel): LogMethod =>
    (first: unknown, message?: string) => {
      if (!sink.isEnabled(level)) return;
      const isText = typeof first === 'string';
      const text = isText ? first : message === undefined ? messageOf(first) : `${message}`;
      const fields = isText ? {} : fieldsOf(first);
      sink.write(owner, { level, fields, message: text.slice(0, MESSAGE_CHARACTERS) });
    };
  return { debug: method('debug'), info: method('info'), warn: method('warn'), error: method('error') };
}

const messageOf = (first: unknown): string => (first instanceof Error ? first.message : '');

function fieldsOf(given: unknown): LogLine['fields'] {
  if (given instanceof Error) return { error: describe(given) };
  const plain = plainData(given, FIELDS);
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain)
    ? (plain as Record<string, unknown>)
    : { given: plain };
}

/** The owner of a line comes last: no field of a handler's takes its place. */
export const sinkInto = (log: Logger): LogSink => ({
  isEnabled: (level) => log.isLevelEnabled(level),
  write: ({ handler, taskId: task, step, attempt }, { level, fields, message }) =>
    log[level]({ ...fields, handler, task, step, attempt }, message),
});

export const NO_LOG: LogSink = { isEnabled: () => false, write: () => undefined };
