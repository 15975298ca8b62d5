/**
 * Which waiting attempt a free worker gets: the highest priority first, tenants in turn within a priority, the
 * oldest task first within a tenant; never more at once than the limits allow.
 */
import { WEBHOOK_HANDLER } from "./actor.js";
import { Window } from "./window.js";
/** Deliveries at once; they have places of their own, so that slow receivers hold up no steps. */
const WEBHOOK_CONCURRENCY = 20;
export class Dispatcher {
    #limits;
    /** Handlers somebody serves, with their own limit. */
    #served = new Map([[WEBHOOK_HANDLER, WEBHOOK_CONCURRENCY]]);
    #slots = new Map();
    #byHandler = new Map();
    #byTenant = new Map();
    /** Index is the priority. A tenant served goes to the end of its map: the next one is first. */
    #queues = [];
    #undo = [];
    #stopped = false;
    constructor(limits) {
        this.#limits = limits;
    }
    serve(handler, concurrency) {
        this.#served.set(handler, concurrency);
    }
    isServed(handler) {
        return this.#served.has(handler);
    }
    handlers() {
        return [...this.#served.keys()].filter((handler) => handler !== WEBHOOK_HANDLER);
    }
    get running() {
        return this.#slots.size - (this.#byHandler.get(WEBHOOK_HANDLER) ?? 0);
    }
    /** Why an attempt of this handler and tenant could not start now although a worker serves it, or null. */
    limitReached(handler, tenant) {
        const own = this.#served.get(handler) ?? null;
        if (own !== null && (this.#byHandler.get(handler) ?? 0) >= own)
            return `${own} at once of ${handler}`;
        if (handler === WEBHOOK_HANDLER)
            return null;
        if (this.running >= this.#limits.total)
            return `${this.#limits.total} attempts at once`;
        const { perTenant } = this.#limits;
        if (perTenant !== null && (this.#byTenant.get(tenant) ?? 0) >= perTenant)
            return `${perTenant} at once of ${tenant}`;
        return null;
    }
    enqueue(queue, address) {
        this.#window(queue).add(address);
    }
    dequeue(queue, address) {
        this.#window(queue).remove(address);
    }
    occupy(token, slot) {
        if (this.#slots.has(token))
            return;
        this.#take(token, slot);
        this.#undo.push(() => this.#give(token));
    }
    free(token) {
        const slot = this.#slots.get(token);
        if (slot === undefined)
            return;
        this.#give(token);
        this.#undo.push(() => this.#take(token, slot));
    }
    /** Nothing more is started. */
    stop() {
        this.#stopped = true;
    }
    /** The attempt that should start next, or null when nothing waits or every limit is reached. */
    next() {
        if (this.#stopped)
            return null;
        for (let priority = this.#queues.length - 1; priority >= 0; priority--) {
            const tenants = this.#queues[priority];
            if (tenants === undefined)
                continue;
            for (const [tenant, queues] of tenants) {
                const first = this.#firstOf(tenant, queues);
                if (queues.size === 0)
                    tenants.delete(tenant);
                if (first === null)
                    continue;
                tenants.delete(tenant);
                tenants.set(tenant, queues);
                return first;
            }
        }
        return null;
    }
    #firstOf(tenant, queues) {
        let best = null;
        for (const [handler, window] of queues) {
            if (window.isEmpty)
                queues.delete(handler);
            const first = window.first;
            if (first === undefined || !this.isServed(handler) || this.limitReached(handler, tenant) !== null)
                continue;
            if (best === null || first.task < best.task || (first.task === best.task && first.ref < best.ref))
                best = first;
        }
        return best;
    }
    /** What was occupied and freed since the last commit is so. */
    commit(store) {
        this.#undo = [];
        let refilled = false;
        for (const [queue, window] of this.#windows()) {
            if (!window.isLow)
                continue;
            window.fill((limit) => store.queued(queue, { task: 0, ref: 0 }, limit));
            refilled = true;
        }
        return refilled;
    }
    /** What was occupied and freed since the last commit never was; the queues are to be reloaded. */
    rollback() {
        for (const undo of this.#undo.reverse())
            undo();
        this.#undo = [];
        this.#queues = [];
    }
    /** Takes the queues as they are stored. */
    reload(store) {
        this.#queues = [];
        for (const queue of store.queues()) {
            this.#window(queue).fill((limit) => store.queued(queue, { task: 0, ref: 0 }, limit));
        }
    }
    #window(queue) {
        const [priority, handler, tenant] = JSON.parse(queue);
        this.#queues[priority] ??= new Map();
        const tenants = this.#queues[priority];
        const queues = tenants.get(tenant) ?? new Map();
        tenants.set(tenant, queues);
        const window = queues.get(handler) ?? new Window();
        queues.set(handler, window);
        return window;
    }
    *#windows() {
        for (const [priority, tenants] of this.#queues.entries()) {
            for (const [tenant, queues] of tenants ?? []) {
                for (const [handler, window] of queues)
                    yield [JSON.stringify([priority, handler, tenant]), window];
            }
        }
    }
    #take(token, slot) {
        this.#slots.set(token, slot);
        this.#byHandler.set(slot.handler, (this.#byHandler.get(slot.handler) ?? 0) + 1);
        this.#byTenant.set(slot.tenant, (this.#byTenant.get(slot.tenant) ?? 0) + 1);
    }
    #give(token) {
        const slot = this.#slots.get(token);
        if (slot === undefined)
            return;
        this.#slots.delete(token);
        decrement(this.#byHandler, slot.handler);
        decrement(this.#byTenant, slot.tenant);
    }
}
function decrement(counts, key) {
    const left = (counts.get(key) ?? 0) - 1;
    if (left <= 0)
        counts.delete(key);
    else
        counts.set(key, left);
}
