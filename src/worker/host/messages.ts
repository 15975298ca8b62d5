/** A server and the processes that run its handler files exchange these messages. */

import type { Fault } from '../../errors.ts';
import type { HandlerEntry, Outcome, OutcomeError } from '../job.ts';
import type { LineOwner, LogLevel, LogLine } from '../job-log.ts';
import type { Progress } from '../progress.ts';
import type { SentJob } from './payloads.ts';

/** A process that runs handlers gets these settings as its argument. */
export interface HostSettings {
  /** Folders of handler files; a later group wins over an earlier one. */
  readonly groups: readonly (readonly string[])[];
  /** Lines of handlers that the log would not take are not sent. */
  readonly logLevels: readonly LogLevel[];
}

/** A handler as its file describes it. */
export type HostedHandler = Omit<HandlerEntry, 'run'>;

export interface LateError {
  readonly handler: string;
  readonly taskId: string;
  readonly step: string;
  readonly error: OutcomeError;
}

/** A line that a handler wrote to its log. */
export interface SentLine {
  readonly owner: LineOwner;
  readonly line: LogLine;
}

export interface SentProgress {
  readonly token: string;
  readonly progress: Progress;
}

/** To the host: jobs to begin, attempts that are to stop, those that are over, and a number to answer with. */
export interface ToHost {
  readonly jobs: readonly SentJob[];
  readonly stop: readonly string[];
  readonly over: readonly string[];
  readonly ping: number | null;
}

/** From the host. */
export type FromHost =
  | {
      readonly kind: 'ready';
      readonly handlers: readonly HostedHandler[];
      readonly replaced: readonly string[];
    }
  | { readonly kind: 'refused'; readonly message: string; readonly faults: readonly Fault[] }
  | { readonly kind: 'done'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'late'; readonly late: LateError }
  | {
      readonly kind: 'report';
      readonly lines: readonly SentLine[];
      readonly progress: readonly SentProgress[];
    }
  | { readonly kind: 'pong'; readonly ping: number };

/** The pipe beside the messages: what is said when the process can do nothing else any more. */
export const LAST_WORDS_FD = 4;

/** Asks the thread that watches the host what blocks it; a line on the pipe. */
export const ASK_WHO = 'who\n';

/** A line on the pipe from the host. */
export type LastWords =
  /** The code of this attempt exits the process. */
  | { readonly kind: 'exit'; readonly token: string; readonly stack: string }
  /** An error that belongs to no known attempt ends the process. */
  | { readonly kind: 'fatal'; readonly error: OutcomeError }
  /** The code that ran when the thread looked; no token: code of no attempt. */
  | { readonly kind: 'blocked'; readonly token: string | null; readonly stack: string };
