/** This handler gives a flight back. The airline is busy when it is asked for the first time. */

import { type HandlerContext, RetryableError } from 'troupe/worker';
import giveItBack from './GiveBack.ts';

export default function giveFlightBack(job: HandlerContext) {
  if (job.attempt === 1) throw new RetryableError('the airline is busy', { retryAfter: 4 });
  return giveItBack(job);
}
