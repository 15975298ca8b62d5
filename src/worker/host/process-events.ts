/** A process that runs handlers tells the server this. */

import type { Fault } from '../../errors.ts';
import type { Death } from '../death.ts';
import type { Job, Outcome } from '../job.ts';
import type { Progress } from '../progress.ts';
import type { HostedHandler, LastWords, LateError, SentLine } from './messages.ts';

export interface HostProcessEvents {
  outcome(outcome: Outcome): void;
  /** A job that had to wait for the process has begun. */
  begun(token: string): void;
  late(late: LateError): void;
  /** A handler has written a line, or said how far it is. */
  line(sent: SentLine): void;
  progressed(token: string, progress: Progress): void;
  ended(end: End): void;
  /** It has not answered for a while. */
  silent(): void;
  /** Tells which code keeps the process from answering. */
  blocked(words: Extract<LastWords, { kind: 'blocked' }>): void;
}

/** How it ended, with all it was known to have in hand. */
export interface End {
  readonly death: Death;
  readonly jobs: readonly Job[];
  readonly lastWords: LastWords | null;
  /** We ended it. */
  readonly isKilled: boolean;
  /** null: it ended before. */
  readonly loaded: Loaded | null;
}

export type Loaded =
  | {
      readonly kind: 'ready';
      readonly handlers: readonly HostedHandler[];
      readonly replaced: readonly string[];
    }
  | { readonly kind: 'refused'; readonly message: string; readonly faults: readonly Fault[] };
