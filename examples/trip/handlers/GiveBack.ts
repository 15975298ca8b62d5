/** This handler gives back what a step has booked. */

import type { HandlerContext } from 'troupe/worker';
import { giveBack } from '../agency.ts';

export default async function giveItBack({ compensates, idempotencyKey, signal }: HandlerContext) {
  // A step that was cut off has no output with the number of its booking. Its key is always known.
  const line = await giveBack(idempotencyKey, compensates?.idempotencyKey ?? '', signal);
  return line === null ? { givenBack: 'nothing: it was not booked' } : { givenBack: line.what };
}
