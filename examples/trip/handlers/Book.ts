/** This handler books a hotel, a flight or a seat: the arguments of the step say what. */

import type { HandlerContext } from 'troupe/worker';
import { book } from '../agency.ts';

export default function bookIt({ with: { what }, idempotencyKey }: HandlerContext) {
  const { number } = book(idempotencyKey, String(what));
  return { number, what };
}
