/** Counts what a waiting message takes of a bound on memory, the same for streams and subscribers. */

import { type BusMessage, wireBytes } from '../message.ts';

/** About what the objects around it take: without it, empty messages would be free. */
const OVERHEAD_BYTES = 512;

export function heldBytes(message: BusMessage): number {
  return wireBytes(message) + OVERHEAD_BYTES;
}
