/** How many tasks are in each state, kept by counting changes: asking the store would read all of it. */
const OPEN = new Set(['pending', 'running', 'retrying', 'paused']);
const NONE = {
    pending: 0,
    running: 0,
    retrying: 0,
    paused: 0,
    complete: 0,
    failed: 0,
    cancelled: 0,
};
export class Census {
    #byStatus = { ...NONE };
    #openByTenant = new Map();
    load(store) {
        this.#byStatus = { ...NONE };
        this.#openByTenant = new Map();
        for (const { status, tenant, count } of store.countByStatus())
            this.#add(status, tenant, count);
    }
    count(changes) {
        for (const { tenant, from, to } of changes) {
            if (from !== null)
                this.#add(from, tenant, -1);
            this.#add(to, tenant, 1);
        }
    }
    get byStatus() {
        return this.#byStatus;
    }
    openOf(tenant) {
        return this.#openByTenant.get(tenant) ?? 0;
    }
    #add(status, tenant, count) {
        this.#byStatus[status] = (this.#byStatus[status] ?? 0) + count;
        if (!OPEN.has(status))
            return;
        const open = this.openOf(tenant) + count;
        if (open > 0)
            this.#openByTenant.set(tenant, open);
        else
            this.#openByTenant.delete(tenant);
    }
}
