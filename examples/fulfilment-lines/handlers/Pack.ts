/** This handler packs one line. */

import type { HandlerContext } from 'troupe/worker';

export default function pack({ with: { sku } }: HandlerContext) {
  return { box: `a box with ${sku}` };
}
