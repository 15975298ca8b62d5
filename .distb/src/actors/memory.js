/**
 * What of the store is in memory: recently used actors and tasks as last committed. A cache with a bound; any of
 * it can be forgotten at any moment.
 */
import { LRUCache } from 'lru-cache';
import { openActor } from "./actor.js";
/** Characters of JSON kept for each of the two caches; an object takes a few times its JSON. */
const CACHE_CHARACTERS = 16 * 1024 * 1024;
const OVERHEAD_CHARACTERS = 500;
/** A stored actor that no machine of this version can open. */
export class UnreadableActor extends Error {
    name = 'UnreadableActor';
    task;
    ref;
    constructor(task, ref, cause) {
        super(cause instanceof Error ? cause.message : String(cause), { cause });
        this.task = task;
        this.ref = ref;
    }
}
export class Memory {
    #store;
    #registry;
    #actors = new LRUCache({ max: 20_000 });
    #tasks = new LRUCache({
        max: 20_000,
        maxSize: CACHE_CHARACTERS,
    });
    constructor(store, registry) {
        this.#store = store;
        this.#registry = registry;
    }
    actor(task, ref) {
        const key = `${task}/${ref}`;
        const known = this.#actors.get(key);
        if (known !== undefined)
            return known;
        const row = this.#store.actor(task, ref);
        if (row === null)
            return null;
        const entry = this.task(task);
        try {
            const actor = openActor(entry, row);
            this.#actors.set(key, actor);
            return actor;
        }
        catch (error) {
            throw new UnreadableActor(task, ref, error);
        }
    }
    task(no) {
        return this.#task(no).entry;
    }
    lastSeq(no) {
        return this.#task(no).lastSeq;
    }
    /** Takes over what a commit has made true. */
    committed(actors, seqs) {
        for (const actor of actors)
            this.#actors.set(`${actor.entry.no}/${actor.ref}`, actor);
        for (const [entry, lastSeq] of seqs)
            this.#remember(entry, lastSeq);
    }
    forget() {
        this.#actors.clear();
        this.#tasks.clear();
    }
    entryOf(row) {
        const workflow = this.#registry.open(row.workflow);
        if (workflow === null)
            throw new Error(`assertion failed: task ${row.id} has an unknown workflow ${row.workflow}`);
        return {
            no: row.no,
            id: row.id,
            tenant: row.tenant,
            name: row.name,
            priority: row.priority,
            correlation: row.correlation,
            createdAt: row.created_at,
            workflowKey: row.workflow,
            workflow,
            request: JSON.parse(row.request),
        };
    }
    #task(no) {
        const known = this.#tasks.get(no);
        if (known !== undefined)
            return known;
        const row = this.#store.taskByNo(no);
        if (row === null)
            throw new Error(`assertion failed: there is no task number ${no}`);
        return this.#remember(this.entryOf(row), this.#store.lastSeq(no), row.request.length);
    }
    #remember(entry, lastSeq, characters) {
        const known = this.#tasks.get(entry.no);
        if (known !== undefined) {
            known.lastSeq = lastSeq;
            return known;
        }
        const task = { entry, lastSeq };
        const size = OVERHEAD_CHARACTERS + (characters ?? JSON.stringify(entry.request).length);
        this.#tasks.set(entry.no, task, { size });
        return task;
    }
}
