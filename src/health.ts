/** What `/health/status` says, from counters and indexed look-ups: cheap enough to be asked often. */

import { actorName, WEBHOOK_HANDLER } from './actors/actor.ts';
import type { Census } from './actors/census.ts';
import type { Dispatcher } from './actors/dispatcher.ts';
import type { Memory } from './actors/memory.ts';
import type { Bus } from './bus/bus.ts';
import type { HealthStatus } from './orchestrator.ts';
import type { Store } from './store/store.ts';

export function healthOf(of: {
  readonly store: Store;
  readonly dispatcher: Dispatcher;
  readonly census: Census;
  readonly memory: Memory;
  readonly bus: Bus;
  /** Why no commits are taken, or null. */
  readonly trouble: string | null;
}): HealthStatus {
  const { store, dispatcher, census, memory, bus, trouble } = of;
  const queued = store.queueLengths().filter(({ queue }) => !queue.includes(WEBHOOK_HANDLER));
  const webhooks = Object.fromEntries(store.webhookCounts().map(({ status, count }) => [status, count]));
  const oldest = store.oldestQueued();
  const entry = oldest === null ? null : memory.task(oldest.task);
  return {
    ready: trouble === null,
    reason: trouble,
    tasks: census.byStatus,
    backlog: {
      queued: queued.reduce((sum, { count }) => sum + count, 0),
      running: dispatcher.running,
      timers: store.countTimers(),
    },
    oldestWaiting:
      oldest === null || entry === null
        ? null
        : {
            taskId: entry.id,
            step: actorName(entry, oldest.ref).replace(/^step:/, ''),
            since: new Date(oldest.queuedAt).toISOString(),
          },
    webhooks: {
      pending: (webhooks['pending'] ?? 0) + (webhooks['retrying'] ?? 0),
      dead: webhooks['dead'] ?? 0,
    },
    bus: bus.link === null ? 'in-process' : 'nats',
    nats: bus.link,
    workers: [{ name: 'in-process', handlers: dispatcher.handlers(), running: dispatcher.running }],
    store: { path: store.path, bytes: store.bytes() },
  };
}
