/**
 * A durable actor to its callers: XState's actor-ref shape, so that `waitFor`, `toPromise` and whatever else reads
 * actors works on it. What it shows is always committed.
 */
/** Those who watch actors, by actor; told after each commit. */
export class Watchers {
    #byActor = new Map();
    get isEmpty() {
        return this.#byActor.size === 0;
    }
    add(key, watcher) {
        const watchers = this.#byActor.get(key) ?? new Set();
        watchers.add(watcher);
        this.#byActor.set(key, watchers);
        return {
            unsubscribe: () => {
                watchers.delete(watcher);
                if (watchers.size === 0)
                    this.#byActor.delete(key);
            },
        };
    }
    tell(key, snapshot) {
        for (const watcher of this.#byActor.get(key) ?? []) {
            watcher.next?.(snapshot);
            if (snapshot.status === 'done')
                watcher.complete?.();
        }
        if (snapshot.status === 'done')
            this.#byActor.delete(key);
    }
}
export function createHandle(options) {
    const handle = {
        id: options.id,
        sessionId: options.key,
        send: options.send,
        getSnapshot: options.read,
        getPersistedSnapshot: options.persist,
        subscribe(observer) {
            const watcher = typeof observer === 'function' ? { next: observer } : observer;
            if (options.read().status === 'done') {
                watcher.complete?.();
                return { unsubscribe: () => undefined };
            }
            return options.watchers.add(options.key, watcher);
        },
        [Symbol.observable]: () => handle,
    };
    return handle;
}
