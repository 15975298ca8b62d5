/**
 * Tells who has the job of an attempt, by the signs of workers: each delivery of it has a number, so a sign with a higher one
 * says that those who had it before have left it without a word.
 */

import type { RemoteContext, RemoteEvent, Returned } from './remote-events.ts';
import { MAX_WORKER_DEATHS } from './step-model.ts';

export interface Turn {
  readonly context: RemoteContext;
  readonly event: RemoteEvent;
}

const unnamed = (count: number): null[] =>
  count <= 0 ? [] : Array.from({ length: Math.min(count, MAX_WORKER_DEATHS) }, () => null);

/** Deliveries are numbered, so a number says how many had the job before and left it without a sign. */
export function lostUnseen({ context, event }: Turn): (string | null)[] {
  if (event.type !== 'worker.beat' || event.delivery === null) return [];
  return unnamed(event.delivery - 1 - context.delivery);
}

/** A higher number than that of the worker who has the job says that this one is gone too. */
export function lostBefore({ context, event }: Turn): (string | null)[] {
  if (event.type !== 'worker.beat' || event.delivery === null) return [];
  const { delivery: known, worker } = context;
  if (event.delivery <= known) return [];
  const unseen = event.delivery - 1 - known;
  // One that does not count its deliveries is among those nobody has seen.
  const isCounted = known > 0;
  if (!isCounted && unseen === 0) return [];
  return [worker, ...unnamed(isCounted ? unseen : unseen - 1)];
}

export const deliveryOf = (context: RemoteContext, event: Returned): number =>
  event.delivery ?? context.delivery;

/** A sign of an earlier delivery is that of a worker who has lost the job without knowing. */
export function takerOf(
  context: RemoteContext,
  event: RemoteEvent,
): { readonly worker: string | null; readonly delivery: number } {
  const { worker, delivery } = context;
  if (event.type !== 'worker.beat' || (event.delivery !== null && event.delivery < delivery))
    return { worker, delivery };
  return { worker: event.worker ?? worker, delivery: event.delivery ?? delivery };
}
