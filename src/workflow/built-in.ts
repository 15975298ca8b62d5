/** Work that Troupe does itself, under handler names of its own; no user's handler may take such a name. */

import { Refusal } from '../errors.ts';
import { DOT_SEGMENT, isDotSegment, nameKey } from './name-key.ts';

/** Under which steps that are one HTTP call queue. */
export const HTTP_HANDLER = 'troupe.http';

/** Steps that no worker does name these. */
export const SLEEP_HANDLER = 'troupe.sleep';
export const WAIT_HANDLER = 'troupe.wait';
export const CHILDREN_HANDLER = 'troupe.children';

/** A compensation of nothing names this: it is skipped. */
export const NOTHING_HANDLER = 'troupe.nothing';

export const isWaitHandler = (handler: string): boolean =>
  handler === SLEEP_HANDLER || handler === WAIT_HANDLER || handler === CHILDREN_HANDLER;

const PREFIX = 'troupe.';

export const isBuiltIn = (handler: string): boolean => handler.startsWith(PREFIX);

export const RESERVED = `names that begin with "${PREFIX}" are Troupe's own; choose another`;

/** Handlers under the names that steps find them by. Throws INVALID_HANDLERS with every handler whose name is none. */
export function foundByName<Entry extends { readonly name: string }>(handlers: readonly Entry[]): Entry[] {
  refuseBuiltIn(handlers);
  const dots = handlers.map(({ name }) => name).filter(isDotSegment);
  if (dots.length === 0) return handlers.map((handler) => ({ ...handler, name: nameKey(handler.name) }));
  const faults = dots.map((name) => ({ pointer: `/handlers/${name}`, message: DOT_SEGMENT }));
  throw new Refusal('INVALID_HANDLERS', `handler ${dots.join(', ')}: the name ${DOT_SEGMENT}`, {
    faults,
  });
}

/** Throws INVALID_HANDLERS with every handler that took such a name. */
function refuseBuiltIn(handlers: readonly { readonly name: string }[]): void {
  const names = handlers.map(({ name }) => name).filter(isBuiltIn);
  if (names.length === 0) return;
  const faults = names.map((name) => ({ pointer: `/handlers/${name}`, message: RESERVED }));
  throw new Refusal('INVALID_HANDLERS', `handler ${names.join(', ')}: ${RESERVED}`, { faults });
}
