/** Starts the attempts that wait for a place, at the end of a batch. */

import type { Dispatcher } from '../scheduling/dispatcher.ts';
import type { AttemptAddress } from '../store/address.ts';
import { UnreadableActor } from './actor-cache.ts';
import type { Batch } from './batch.ts';
import { tellFromAbove } from './child-waves.ts';
import { createToken } from './token.ts';

/** With this many actors changed, children among them, the next commit starts the rest. */
const MOST_ACTORS = 450;

/** Starts waiting attempts while there are free places, and lets what follows happen; false: some are left. */
export function startWaiting(batch: Batch, dispatcher: Dispatcher): boolean {
  // Not where the wait for a worker has an end: it would stop counting.
  const mayOffer = (address: AttemptAddress): boolean =>
    batch.actor(address)?.context.policy.startTimeoutMs === undefined;
  for (;;) {
    if (batch.hasChildrenAnd(MOST_ACTORS)) return false;
    const next = dispatcher.next(mayOffer);
    if (next === null) return true;
    if (tellFromAbove(batch, next)) continue;
    const token = createToken();
    const where = next.remote ? { remote: true } : {};
    const taken = batch.take(next, { type: 'step.start', at: batch.now, token, ...where });
    if (taken !== 'taken') throw new UnreadableActor(next, `it was queued and did not start: ${taken}`);
    // Its time is not to run while nobody may be there.
    if (next.isOffered) batch.take(next, { type: 'attempt.hindered', at: batch.now, token });
    batch.run();
  }
}
