/** A step gives its handler arguments: what it says under `with`, with values in the place of its references. */

import type { FailureCode } from '../../machines/failure-codes.ts';
import { LIMITS } from './definition.ts';
import { asIs, Filling, inOne } from './filling.ts';
import type { Scope } from './template.ts';

export type Arguments = Readonly<Record<string, unknown>>;

/** Tells why an attempt cannot have its arguments, and will not have them at another time. */
export interface ArgumentFault {
  readonly code: FailureCode;
  readonly message: string;
}

/** The same for every attempt of a step: the payload never changes, nor does what a step before it gave. */
export function fillArguments(
  written: Arguments,
  scope: Scope,
): { readonly filled: Arguments } | { readonly fault: ArgumentFault } {
  const filling = new Filling(scope, LIMITS.argumentBytes);
  const filled = filling.json('with', written, asIs) as Arguments;
  if (filling.faults.length > 0) return { fault: inOne(filling.faults) };
  if (filling.isFull) return { fault: tooLarge(`at least ${filling.characters}`) };
  const bytes = Buffer.byteLength(JSON.stringify(filled));
  return bytes > LIMITS.argumentBytes ? { fault: tooLarge(String(bytes)) } : { filled };
}

const tooLarge = (bytes: string): ArgumentFault => ({
  code: 'ARGUMENTS_TOO_LARGE',
  message: `with: the arguments are ${bytes} bytes of JSON; at most ${LIMITS.argumentBytes} are given. Refer to less, or hand on where the data is to be found`,
});
