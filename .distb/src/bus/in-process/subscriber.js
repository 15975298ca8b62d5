/** One subscription and its backlog: bounded in bytes, so that what cannot keep up loses messages, not memory. */
import { Refusal } from "../../errors.js";
import { heldBytes } from "./held-bytes.js";
export class Subscriber {
    queue;
    /** When it was last chosen for its queue; the longest ago is next. */
    lastTurn = 0;
    #handler;
    #loop;
    #maxBacklogBytes;
    #backlogBytes = 0;
    #overflowing = false;
    #left = false;
    constructor(queue, handler, loop, maxBacklogBytes) {
        this.queue = queue;
        this.#handler = handler;
        this.#loop = loop;
        this.#maxBacklogBytes = maxBacklogBytes;
    }
    offer(message) {
        const bytes = heldBytes(message);
        if (this.#backlogBytes + bytes > this.#maxBacklogBytes) {
            this.#drop(message);
            return;
        }
        this.#backlogBytes += bytes;
        this.#loop.push(() => {
            this.#backlogBytes -= bytes;
            if (this.#backlogBytes === 0)
                this.#overflowing = false;
            if (!this.#left)
                this.#loop.call(this.#handler, message, message.subject);
        });
    }
    leave() {
        this.#left = true;
    }
    /** The newest goes, as the order of the rest must hold; said once until the subscriber has caught up. */
    #drop(message) {
        if (this.#overflowing)
            return;
        this.#overflowing = true;
        this.#loop.report(new Refusal('limited', 'SLOW_SUBSCRIBER', `A subscriber has more than ${this.#maxBacklogBytes} bytes waiting; it loses messages from ${message.subject} on until it has caught up.`), message.subject);
    }
}
