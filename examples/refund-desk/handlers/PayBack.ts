/** Moves the money. The idempotency key is the same in each attempt, so that a bank moves it once. */

import type { HandlerContext } from 'troupe/worker';

export default function payBack({ with: { order, amount }, idempotencyKey }: HandlerContext) {
  return { order, paidBack: amount, transfer: idempotencyKey };
}
