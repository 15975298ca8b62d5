/**
 * Divides what a worker may do at once among its handlers, since each takes from a queue of its own and must not take
 * what it cannot begin: equal shares, and what a handler's own limit leaves over goes to the others.
 */

import type { HostedHandler } from '../worker/host/messages.ts';

/** By handler name; at least 1 each, so with more handlers than `total` there are as many as handlers. */
export function sharesOf(handlers: readonly HostedHandler[], total: number): Map<string, number> {
  const shares = new Map<string, number>();
  const limitOf = ({ concurrency }: HostedHandler) => concurrency ?? Number.POSITIVE_INFINITY;
  const tightestFirst = [...handlers].sort((a, b) => limitOf(a) - limitOf(b));
  let left = total;
  for (const [index, handler] of tightestFirst.entries()) {
    const fair = Math.floor(left / (tightestFirst.length - index));
    const share = Math.max(1, Math.min(fair, limitOf(handler)));
    shares.set(handler.name, share);
    left = Math.max(0, left - share);
  }
  return shares;
}
