/** This handler reads the lines of an order. They would come from a shop; here the payload says how many. */

import type { HandlerContext } from 'troupe/worker';
import { UNKNOWN_STREET } from '../carrier.ts';

export default function readOrder({ payload }: HandlerContext) {
  const numbers = Array.from({ length: Number(payload['lines']) }, (_, index) => index + 1);
  return {
    lines: numbers.map((number) => ({
      sku: `SKU-${number}`,
      address: `${number} ${number === payload['lost'] ? UNKNOWN_STREET : 'Harbour Street'}`,
    })),
  };
}
