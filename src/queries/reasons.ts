/** The running process knows reasons of waits that no row says. */

import type { HandlerKey } from '../kernel/actor.ts';
import type { Progress } from '../worker/progress.ts';

/** Only the running process knows this: who serves a handler, and which limits are reached. */
export interface Reasons {
  isServed(key: HandlerKey): boolean;
  /** The handler that was probably meant by one that nobody serves, in words, or null. */
  meant(key: HandlerKey): string | null;
  limitReached(key: HandlerKey, tenant: string): string | null;
  /** Why no worker elsewhere can be reached, or null. */
  readonly unreachable: string | null;
  /** Returns the last progress that the attempt's worker told: a share from 0 to 1, or null. */
  progressOf(token: string): Progress | null;
  /** It has the share of every attempt whose worker has told one. */
  progress(): ReadonlyMap<string, Progress>;
}
