/** Answers `/health/status` from counters and indexed look-ups: cheap enough to be asked often. */

import type { Bus } from '../bus/bus.ts';
import { definitionOf, readHandlerKey, readQueue, WEBHOOK_HANDLER } from '../kernel/actor.ts';
import type { ActorCache } from '../kernel/actor-cache.ts';
import { orUnreadable } from '../kernel/unreadable.ts';
import type { Dispatcher } from '../scheduling/dispatcher.ts';
import { countTimers, queueLengths, webhookCounts } from '../store/counts.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import type { HealthStatus, Scope } from '../views/orchestrator.ts';
import type { TaskCounts } from './task-counts.ts';

export interface HealthParts {
  readonly store: SqliteStore;
  readonly dispatcher: Dispatcher;
  readonly taskCounts: TaskCounts;
  readonly cache: ActorCache;
  readonly bus: Bus;
  /** Why no commits are taken, or null. */
  readonly trouble: string | null;
}

export function healthOf({ store, dispatcher, taskCounts, cache, bus, trouble }: HealthParts): HealthStatus {
  return {
    ready: trouble === null,
    reason: trouble,
    tasks: taskCounts.byStatus,
    backlog: { queued: countQueued(store, null), running: dispatcher.running, timers: countTimers(store) },
    oldestWaiting: oldestWaitingOf(dispatcher, cache, null),
    webhooks: webhooksOf(store, null),
    bus: bus.link === null ? 'in-process' : 'nats',
    nats: bus.link,
    workers: [
      { name: 'in-process', handlers: dispatcher.handlers(), running: dispatcher.runningHere },
      ...workersElsewhere(dispatcher),
    ],
    store: { path: store.path, bytes: store.bytes() },
  };
}

/** Deliveries aside. */
export function countQueued(store: SqliteStore, scope: Scope): number {
  let queued = 0;
  for (const { queue, count } of queueLengths(store)) {
    const read = readQueue(queue);
    if (read === null || read.key === WEBHOOK_HANDLER) continue;
    if (scope === null || read.tenant === scope) queued += count;
  }
  return queued;
}

export function oldestWaitingOf(
  dispatcher: Dispatcher,
  cache: ActorCache,
  scope: Scope,
): HealthStatus['oldestWaiting'] {
  const oldest = dispatcher.oldestWaiting(scope);
  if (oldest === null) return null;
  return orUnreadable(
    () => {
      const actor = cache.actor(oldest);
      const queuedAt = actor?.context.queuedAt;
      if (actor === null || queuedAt === undefined) return null;
      return {
        taskId: actor.entry.id,
        step: definitionOf(actor.entry, actor.index).name,
        since: new Date(queuedAt).toISOString(),
      };
    },
    () => null,
  );
}

export function webhooksOf(store: SqliteStore, scope: Scope): HealthStatus['webhooks'] {
  const counts = Object.fromEntries(webhookCounts(store, scope).map(({ status, count }) => [status, count]));
  return { pending: (counts['pending'] ?? 0) + (counts['retrying'] ?? 0), dead: counts['dead'] ?? 0 };
}

/** They are many and come and go: those of an agent are shown as one. `running`: jobs sent and not ended. */
function workersElsewhere(dispatcher: Dispatcher): HealthStatus['workers'][number][] {
  const agents = new Map<string, { handlers: string[]; running: number }>();
  for (const [key, running] of dispatcher.servedElsewhere()) {
    const { agent, handler } = readHandlerKey(key);
    const seen = agents.get(agent) ?? { handlers: [], running: 0 };
    agents.set(agent, { handlers: [...seen.handlers, handler].sort(), running: seen.running + running });
  }
  return [...agents].map(([agent, seen]) => ({ name: `agent:${agent}`, ...seen }));
}
