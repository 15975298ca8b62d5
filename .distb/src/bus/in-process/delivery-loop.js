/**
 * Calls handlers, one after another in the order asked, never inside the call that asked. It gives way to timers
 * and sockets after every slice, however many deliveries cause new ones.
 */
import { Fifo } from "./fifo.js";
/** Long enough to share the cost of a turn of the event loop, short enough to leave sockets served. */
const SLICE = 1_000;
export class DeliveryLoop {
    #waiting = new Fifo();
    #onError;
    #idle = null;
    constructor(onError) {
        this.#onError = onError;
    }
    push(run) {
        this.#waiting.push(run);
        this.#idle ??= this.#drain();
    }
    /** Resolves when nothing waits, including what is asked for meanwhile. */
    async idle() {
        while (this.#idle !== null)
            await this.#idle;
    }
    /** One handler's failure is reported and is nobody else's. */
    call(handler, message, subject) {
        try {
            handler(message)?.catch((error) => this.#onError(error, subject));
        }
        catch (error) {
            this.#onError(error, subject);
        }
    }
    report(error, subject) {
        this.#onError(error, subject);
    }
    async #drain() {
        while (!this.#waiting.empty) {
            await new Promise((resolve) => setImmediate(resolve));
            for (let calls = 0; calls < SLICE; calls++) {
                const run = this.#waiting.shift();
                if (run === undefined)
                    break;
                run();
            }
        }
        this.#idle = null;
    }
}
