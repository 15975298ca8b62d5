/** The column by which waits are found: by a signal that comes, in the list of approvals, and by what a list asks for. */

import type { WaitActor } from './actor.ts';

type Wanted = Pick<WaitActor, 'state' | 'context'> & { readonly entry: { readonly tenant: string } };

/** Written while it waits; a paused approval can still be answered, and is still listed. */
export function awaitsOf({ entry, state, context }: Wanted): string | null {
  const { for: what } = context.policy;
  if (state === 'waiting.listening' || (state === 'waiting.held' && what === 'approval'))
    return JSON.stringify([what, entry.tenant]);
  return null;
}
