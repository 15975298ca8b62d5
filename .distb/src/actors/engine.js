/**
 * The mailbox and the output gate. Work is drained in batches, each one transaction: run the turns, commit, then
 * let out what the commit caused. If the commit fails nothing happened: callers are told, what must not be lost
 * stays in the mailbox, and the next try begins from what the disk holds.
 */
import { Refusal } from "../errors.js";
import { isStorageFailure } from "../store/database.js";
import { Batch } from "./batch.js";
import { Memory, UnreadableActor } from "./memory.js";
import { fireTimers, Timers } from "./timers.js";
const MAX_BATCH = 512;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 2_000;
export class Engine {
    #deps;
    #gate;
    #timers;
    #mailbox = [];
    #scheduled = false;
    #closed = false;
    #draining = false;
    #retryDelayMs = 0;
    #cancelRetry = () => undefined;
    /** Why the last commit failed, while none has succeeded since. */
    #trouble = null;
    /** Attempts whose workers are this process: those stored as running beyond these were lost with their worker. */
    #isRunning = () => false;
    counters = { turnsIgnored: 0, commitFailures: 0, batches: 0, setAside: 0 };
    constructor(deps, gate) {
        this.#deps = deps;
        this.#gate = gate;
        this.#timers = new Timers(deps.store, deps.clock, () => this.#wakeDue());
    }
    get trouble() {
        return this.#trouble;
    }
    /** Goes on where the stored state is; there is no other recovery. */
    start(isRunning) {
        this.#isRunning = isRunning;
        this.#resume();
        this.#timers.arm();
        this.#schedule();
    }
    /** Runs `work` in the next batch; resolves with its result once that is committed. */
    perform(work) {
        if (this.#closed || this.#draining)
            return Promise.reject(stopping());
        return new Promise((resolve, reject) => {
            this.#add({ run: work, settle: resolve, fail: reject, about: null });
        });
    }
    /** Runs `work` in some coming batch, however often commits fail until then. */
    tell(about, work) {
        if (this.#closed)
            return;
        this.#add({ run: work, settle: () => undefined, fail: () => undefined, about });
    }
    /** No new work from callers; what is under way goes on. */
    drain() {
        this.#draining = true;
    }
    /** Commits what is in the mailbox and stops. */
    close() {
        this.#timers.stop();
        this.#cancelRetry();
        for (let before = -1; this.#mailbox.length > 0 && this.#mailbox.length !== before;) {
            before = this.#mailbox.length;
            this.#flush();
        }
        this.#closed = true;
        for (const work of this.#mailbox)
            work.fail(stopping());
        this.#mailbox = [];
    }
    #add(work) {
        this.#mailbox.push(work);
        this.#schedule();
    }
    #schedule() {
        if (this.#scheduled || this.#closed)
            return;
        this.#scheduled = true;
        setImmediate(() => {
            this.#scheduled = false;
            if (this.#closed)
                return;
            this.#flush();
            if (this.#mailbox.length > 0 && this.#retryDelayMs === 0)
                this.#schedule();
        });
    }
    #flush() {
        const works = this.#mailbox.slice(0, MAX_BATCH);
        this.#mailbox = this.#mailbox.slice(MAX_BATCH);
        const failure = this.#commit(works);
        if (failure === null)
            return;
        if (failure.kind === 'storage')
            this.#waitForDisk(works, failure.error);
        // Somebody's mistake, in one turn of many: try each by itself, so that only the mistaken one fails.
        else
            for (const work of works)
                this.#isolate(work);
    }
    #isolate(work) {
        const failure = this.#commit([work]);
        if (failure === null)
            return;
        if (failure.kind === 'storage')
            return this.#waitForDisk([work], failure.error);
        const { error } = failure;
        const culprit = error instanceof UnreadableActor ? error : work.about;
        if (culprit === null) {
            this.#deps.log.error({ err: error }, 'a turn failed');
            work.fail(error);
        }
        else if (!this.#setAside(culprit, error)) {
            this.#waitForDisk([work], error);
        }
        else if (work.about?.task === culprit.task && work.about.ref === culprit.ref) {
            work.fail(error);
        }
        else {
            // It stumbled over another actor, which is out of its way now.
            this.#isolate(work);
        }
    }
    /** One batch, one transaction. Nothing has happened when it returns a failure. */
    #commit(works) {
        const { store, memory, dispatcher, clock, random } = this.#deps;
        const batch = new Batch({ now: clock.now(), store, memory, dispatcher, random });
        let results;
        let written;
        try {
            [results, written] = store.transaction(() => {
                const values = works.map((work) => {
                    const value = attempt(() => work.run(batch));
                    batch.run();
                    return value;
                });
                batch.startWaiting();
                return [values, batch.write()];
            });
        }
        catch (error) {
            dispatcher.rollback();
            if (isStorageFailure(error))
                return { kind: 'storage', error };
            dispatcher.reload(store);
            return { kind: 'turn', error };
        }
        batch.committed();
        if (dispatcher.commit(store))
            this.#schedule();
        this.counters.batches++;
        this.counters.turnsIgnored += batch.ignored;
        this.#timers.arm();
        works.forEach((work, index) => {
            const result = results[index];
            if (result instanceof Refused)
                work.fail(result.refusal);
            else
                work.settle(result);
        });
        this.#gate.release(batch.releases);
        this.#gate.dispatch([...batch.dispatches.values()]);
        this.#gate.publish(written, [...batch.changed()], batch.statusChanges);
        this.#recovered();
        return null;
    }
    #recovered() {
        if (this.#trouble === null)
            return;
        this.#deps.log.info('the store takes commits again');
        this.#trouble = null;
        this.#retryDelayMs = 0;
        this.#cancelRetry();
        this.#gate.resumed();
        // What was started or due when the disk failed is found where it is stored.
        this.#resume();
        this.#schedule();
    }
    #waitForDisk(works, error) {
        const { log, memory, clock } = this.#deps;
        memory.forget();
        this.counters.commitFailures++;
        if (this.#trouble === null)
            log.error({ err: error }, 'a commit failed; nothing of it was stored or sent');
        this.#trouble = error instanceof Error ? error.message : String(error);
        for (const work of works)
            if (work.about === null)
                work.fail(unavailable(error));
        this.#mailbox = [...works.filter((work) => work.about !== null), ...this.#mailbox];
        this.#retryDelayMs = Math.min(Math.max(this.#retryDelayMs * 2, RETRY_FIRST_MS), RETRY_MAX_MS);
        this.#cancelRetry();
        this.#cancelRetry = clock.after(this.#retryDelayMs, () => this.#schedule());
    }
    /** An actor that cannot take its turn is reported and left out; the others go on. False if that cannot be stored. */
    #setAside({ task, ref }, error) {
        const { log, store, clock, dispatcher } = this.#deps;
        log.error({ err: error, task, ref }, 'an actor was set aside: it cannot take its turn');
        const why = error instanceof Error ? error.message : String(error);
        try {
            store.transaction(() => store.setAside(task, ref, clock.now(), why));
        }
        catch (cause) {
            if (isStorageFailure(cause))
                return false;
            throw cause;
        }
        this.counters.setAside++;
        dispatcher.reload(store);
        this.#timers.arm();
        return true;
    }
    #wakeDue() {
        const due = this.#timers.due(this.#deps.clock.now());
        for (const address of due)
            this.tell(address, (batch) => fireTimers(batch, address));
        if (due.length === 0)
            this.#timers.arm();
    }
    /** Attempts whose worker died with the last process go to a worker again; the queues are as stored. */
    #resume() {
        const { store, dispatcher, memory } = this.#deps;
        dispatcher.reload(store);
        for (const address of store.runningActors()) {
            const actor = tryOpen(() => memory.actor(address.task, address.ref));
            const token = actor?.snapshot.context?.token ?? '';
            if (this.#isRunning(token))
                continue;
            this.tell(address, (batch) => {
                batch.take(address, { type: 'attempt.lost', at: batch.now, token, dice: batch.dice() });
                batch.run();
            });
        }
        this.tell({ task: 0, ref: 0 }, () => undefined);
    }
}
/** A refusal is a result of its turn, not a failure of the batch; it is thrown before anything is changed. */
class Refused {
    refusal;
    constructor(refusal) {
        this.refusal = refusal;
    }
}
function attempt(run) {
    try {
        return run();
    }
    catch (error) {
        if (error instanceof Refusal && error.code !== 'STORE_UNUSABLE')
            return new Refused(error);
        throw error;
    }
}
/** An unreadable actor is found out, and set aside, by the turn it is asked to take. */
function tryOpen(open) {
    try {
        return open();
    }
    catch (error) {
        if (error instanceof UnreadableActor)
            return null;
        throw error;
    }
}
const stopping = () => new Refusal('unavailable', 'STOPPING', 'this Troupe is stopping: send it again shortly', { retryAfterSeconds: 5 });
const unavailable = (cause) => new Refusal('unavailable', 'COMMIT_FAILED', `the store could not take it, nothing was kept: ${cause instanceof Error ? cause.message : String(cause)}`, { retryAfterSeconds: 2, cause });
