/**
 * Durable timers: absolute due times in the store, one armed timer of the process for the earliest. Whatever the
 * clock does, a due time is reached once, when the clock says so, and its firing is a commit like any other.
 */
import { kindOf } from "./actor.js";
import { MAX_TIMER_MS } from "./clock.js";
/** Most actors woken by one batch; the rest are next. */
const MAX_WAKES = 500;
export class Timers {
    #store;
    #clock;
    #wake;
    #armedFor = null;
    #disarm = () => undefined;
    constructor(store, clock, wake) {
        this.#store = store;
        this.#clock = clock;
        this.#wake = wake;
    }
    /** Arms for the earliest due time now stored. */
    arm() {
        const dueAt = this.#store.nextDue();
        if (dueAt === this.#armedFor)
            return;
        this.stop();
        if (dueAt === null)
            return;
        this.#armedFor = dueAt;
        this.#disarm = this.#clock.after(Math.min(dueAt - this.#clock.now(), MAX_TIMER_MS), () => {
            this.#armedFor = null;
            // Woken early by the bound on delays, or by a clock that was set back: look again.
            if (dueAt > this.#clock.now())
                this.arm();
            else
                this.#wake();
        });
    }
    stop() {
        this.#disarm();
        this.#armedFor = null;
    }
    /** Actors with something due, at most a batch of them. */
    due(at) {
        return this.#store.dueActors(at, MAX_WAKES);
    }
}
/** Lets each timer of an actor go off that is due. */
export function fireTimers(batch, { task, ref }) {
    const actor = batch.actor(task, ref);
    if (actor === null)
        throw new Error(`assertion failed: a timer without its ${kindOf(ref)} ${task}/${ref}`);
    for (const [id, { dueAt }] of Object.entries(actor.timers)) {
        if (dueAt > batch.now)
            continue;
        batch.fire({ task, ref }, id);
        batch.run();
    }
}
