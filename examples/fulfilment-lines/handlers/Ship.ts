/** This handler hands a box to the carrier. */

import { type HandlerContext, PermanentError } from 'troupe/worker';
import { isKnown, ship } from '../carrier.ts';

export default async function shipIt({ with: { box, address }, idempotencyKey, signal }: HandlerContext) {
  const to = String(address);
  // Another attempt would find the same map: somebody has to see to it.
  if (!isKnown(to)) throw new PermanentError(`the carrier does not know ${to}`, { code: 'ADDRESS_UNKNOWN' });
  const { parcel } = await ship(idempotencyKey, String(box), to, signal);
  return { parcel };
}
