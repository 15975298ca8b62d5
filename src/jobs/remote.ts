/** An attempt some worker elsewhere is to do, or does: what this process knows of it beyond what is stored. */

import type { HandlerKey } from '../actors/actor.ts';
import type { Attempt } from '../actors/batch.ts';
import type { OutcomeAddress } from './read-outcome.ts';
import type { Silence } from './silence.ts';

export interface Remote {
  readonly attempt: Attempt;
  readonly key: HandlerKey;
  readonly about: OutcomeAddress;
  /** When the stream kept its job, as `performance.now()`; null before. */
  sentAt: number | null;
  /** What the stream calls its job, if that is known. */
  keptAs: string | null;
  /** Its time stands still: it could not be sent, or nobody is seen to serve it. */
  isHindered: boolean;
  /** The share of the work that is done, from 0 to 1, if its worker says so. */
  progress: number | null;
  /** Watches the worker that has begun. */
  silence: Silence | null;
  /** Its own worker has ended it, and need not be told. */
  isAnswered: boolean;
}
