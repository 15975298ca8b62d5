/** Time as the engine sees it, so that tests can move it by hand. */
/** The longest delay a timer of Node can hold; a longer one fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
export const systemClock = {
    now: () => Date.now(),
    after(delayMs, callback) {
        const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), MAX_TIMER_MS));
        return () => clearTimeout(timer);
    },
};
/** A clock that stands still until told to move; timers fire in order, each at its time. */
export class ManualClock {
    #now;
    #timers = [];
    constructor(now = Date.UTC(2030, 0, 1)) {
        this.#now = now;
    }
    now() {
        return this.#now;
    }
    after(delayMs, callback) {
        const timer = { at: this.#now + Math.min(Math.max(delayMs, 0), MAX_TIMER_MS), callback };
        this.#timers.push(timer);
        return () => {
            this.#timers = this.#timers.filter((other) => other !== timer);
        };
    }
    advance(ms) {
        this.moveTo(this.#now + ms);
    }
    moveTo(at) {
        const due = this.#timers.filter((timer) => timer.at <= at).sort((a, b) => a.at - b.at);
        this.#timers = this.#timers.filter((timer) => timer.at > at);
        for (const timer of due) {
            this.#now = Math.max(this.#now, timer.at);
            timer.callback();
        }
        this.#now = at;
    }
}
