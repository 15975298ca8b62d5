/** This handler rents a car, if the place has any. */

import { type HandlerContext, PermanentError } from 'troupe/worker';
import { book } from '../agency.ts';

export default function rentCar({ payload, with: { what }, idempotencyKey }: HandlerContext) {
  // Another attempt would not find one either. The step has failed by its own word: there is nothing to give back.
  if (payload['to'] === 'Venice') throw new PermanentError('Venice has no cars', { code: 'NO_CARS' });
  const { number } = book(idempotencyKey, String(what));
  return { number, what };
}
