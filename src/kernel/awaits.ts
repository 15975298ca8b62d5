/** The column by which waits are found: by a signal that comes, in the list of approvals, and by what a list asks for. */

import { type Address, addressOf, isBefore, type WaitAddress } from '../store/address.ts';
import type { ActorKey } from '../store/rows.ts';
import type { Actor, WaitActor } from './actor.ts';
import { statusOf } from './turn.ts';

/** The signal that ends the wait now, or null. */
export function awaitedSignal({ entry, index, state, context }: WaitActor): {
  readonly name: string;
  readonly key: string | null;
} | null {
  const name = entry.workflow.definition.steps[index]?.waitFor?.signal;
  if (name === undefined || state !== 'waiting.listening') return null;
  return { name, key: context.key ?? null };
}

/** Written while it waits; a paused approval can still be answered, and is still listed. */
export function awaitsOf(wait: WaitActor): string | null {
  const { entry, state, context } = wait;
  const { for: what } = context.policy;
  const signal = awaitedSignal(wait);
  if (signal !== null) return JSON.stringify([what, entry.tenant, signal.name, signal.key]);
  // A list asks for one child and for many alike.
  if (what === 'child' || what === 'children')
    return statusOf(state) === 'waiting' ? JSON.stringify(['child', entry.tenant]) : null;
  if (state === 'waiting.listening' || (state === 'waiting.held' && what === 'approval'))
    return JSON.stringify([what, entry.tenant]);
  return null;
}

/** The stored ones and those among the changed actors, in their order; one that is stored may have changed since. */
export function amongAwaiting(
  stored: readonly ActorKey[],
  changed: Iterable<Actor>,
  { awaits, after, limit }: { readonly awaits: string; readonly after: ActorKey; readonly limit: number },
): WaitAddress[] {
  const found = new Map<string, WaitAddress>();
  const add = (address: Address): void => {
    if (address.kind === 'wait') found.set(`${address.task}/${address.index}`, address);
  };
  for (const { task, ref } of stored) add(addressOf(task, ref));
  const last = addressOf(after.task, after.ref);
  for (const actor of changed)
    if (actor.kind === 'wait' && isBefore(last, actor) && awaitsOf(actor) === awaits) add(actor);
  return [...found.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1)).slice(0, limit);
}
