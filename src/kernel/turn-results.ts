/** How the engine answers those who asked for a turn that was refused, or that could not be taken. */

import { Refusal } from '../errors.ts';
import { UnreadableActor } from './actor-cache.ts';

/** A refusal is a result of its turn, not a failure of the batch; it is thrown before anything is changed. */
export class Refused {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    this.refusal = refusal;
  }
}

export function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refusal && error.code !== 'STORE_UNUSABLE') return new Refused(error);
    throw error;
  }
}

/** To callers, what they asked about is named by a refusal. */
export function answerTo(error: unknown): unknown {
  if (!(error instanceof UnreadableActor)) return error;
  const message = `what it concerns cannot be read and was set aside (${error.message}): ask "troupe doctor --deep"`;
  return new Refusal('SET_ASIDE', message, { cause: error });
}

export const stopping = (): Refusal =>
  new Refusal('STOPPING', 'this Troupe is stopping: send it again shortly', {
    retryAfterSeconds: 5,
  });

export const unavailable = (cause: unknown): Refusal =>
  new Refusal(
    'COMMIT_FAILED',
    `the store could not take it; send it again, with an idempotency key to have it taken once: ${cause instanceof Error ? cause.message : String(cause)}`,
    { retryAfterSeconds: 2, cause },
  );
