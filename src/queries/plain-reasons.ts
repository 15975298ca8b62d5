/** The running process tells a thread what only it knows of waits, as plain data about some tasks. */

import { type HandlerKey, handlerKeysOf } from '../kernel/actor.ts';
import type { Progress } from '../worker/progress.ts';
import type { CompiledWorkflow } from '../workflow/definition.ts';
import type { Reasons } from './reasons.ts';

export interface PlainReasons {
  readonly served: ReadonlySet<HandlerKey>;
  /** For each handler that is not served, the one that was probably meant, or null. */
  readonly meant: ReadonlyMap<HandlerKey, string | null>;
  /** Each tenant has limits of its own. */
  readonly limits: ReadonlyMap<string, ReadonlyMap<HandlerKey, string>>;
  readonly unreachable: string | null;
  readonly progress: ReadonlyMap<string, Progress>;
}

/** Its steps may wait for workers. */
export interface Waiter {
  readonly tenant: string;
  readonly workflow: CompiledWorkflow;
}

export function plainReasonsOf(reasons: Reasons, waiters: Iterable<Waiter>): PlainReasons {
  const served = new Set<HandlerKey>();
  const meant = new Map<HandlerKey, string | null>();
  const limits = new Map<string, Map<HandlerKey, string>>();
  for (const { tenant, workflow } of waiters) {
    const ofTenant = limits.get(tenant) ?? new Map<HandlerKey, string>();
    limits.set(tenant, ofTenant);
    for (const key of handlerKeysOf(workflow)) {
      if (!reasons.isServed(key)) {
        if (!meant.has(key)) meant.set(key, reasons.meant(key));
        continue;
      }
      served.add(key);
      const limit = reasons.limitReached(key, tenant);
      if (limit !== null) ofTenant.set(key, limit);
    }
  }
  return { served, meant, limits, unreachable: reasons.unreachable, progress: reasons.progress() };
}

export const reasonsOf = ({ served, meant, limits, unreachable, progress }: PlainReasons): Reasons => ({
  isServed: (key) => served.has(key),
  meant: (key) => meant.get(key) ?? null,
  limitReached: (key, tenant) => limits.get(tenant)?.get(key) ?? null,
  unreachable,
  progressOf: (token) => progress.get(token) ?? null,
  progress: () => progress,
});
