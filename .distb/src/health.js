/** What `/health/status` says, from counters and indexed look-ups: cheap enough to be asked often. */
import { actorName, WEBHOOK_HANDLER } from "./actors/actor.js";
export function healthOf(of) {
    const { store, dispatcher, census, memory, trouble } = of;
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
        oldestWaiting: oldest === null || entry === null
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
        bus: 'in-process',
        nats: null,
        workers: [{ name: 'in-process', handlers: dispatcher.handlers(), running: dispatcher.running }],
        store: { path: store.path, bytes: store.bytes() },
    };
}
