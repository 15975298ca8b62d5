/**
 * A work queue in memory: a message stays until it is acknowledged, waits for a consumer of its pattern if there is
 * none, and is refused when the stream is full. What the process dies with is lost, as the store sends it again.
 */
import { assert, Refusal } from "../../errors.js";
import { MESSAGE_ID_HEADER } from "../message.js";
import { matches, overlaps } from "../patterns.js";
import { Fifo } from "./fifo.js";
import { heldBytes } from "./held-bytes.js";
import { RecentIds } from "./recent-ids.js";
import { SubjectTrie } from "./subject-trie.js";
import { WorkConsumer } from "./work-consumer.js";
/** The longest a Node timer waits; a longer one would fire at once. */
const MAX_WAIT_MS = 2 ** 31 - 1;
export class WorkStream {
    spec;
    #loop;
    #maxBytes;
    #consumers = new Map();
    #consumerBySubject = new SubjectTrie();
    #unclaimed = new Fifo();
    #recentIds = new RecentIds();
    #bytes = 0;
    constructor(spec, loop, maxBytes) {
        this.spec = spec;
        this.#loop = loop;
        this.#maxBytes = maxBytes;
    }
    /** false: a repeat, not stored again. */
    store(message) {
        const id = message.headers[MESSAGE_ID_HEADER];
        if (id !== undefined && this.#recentIds.has(id))
            return false;
        const bytes = heldBytes(message);
        if (this.#bytes + bytes > this.#maxBytes)
            throw this.#full();
        if (id !== undefined)
            this.#recentIds.add(id);
        this.#bytes += bytes;
        this.#claim({ message, deliveries: 0, settled: false });
        return true;
    }
    join(pattern, options, handler) {
        const { ackWaitMs, maxInFlight } = options;
        assert(ackWaitMs > 0 && ackWaitMs <= MAX_WAIT_MS, `ackWaitMs is within (0, 2^31), not ${ackWaitMs}`);
        assert(Number.isInteger(maxInFlight) && maxInFlight > 0, `maxInFlight is at least 1, not ${maxInFlight}`);
        return (this.#consumers.get(pattern) ?? this.#open(pattern)).join(options, handler);
    }
    close() {
        for (const consumer of this.#consumers.values())
            consumer.close();
    }
    #open(pattern) {
        const { name, pattern: whole } = this.spec;
        assert(matches(whole, pattern), `${pattern} lies within ${whole}, the pattern of ${name}`);
        for (const taken of this.#consumers.keys()) {
            if (!overlaps(taken, pattern))
                continue;
            throw new Refusal('conflict', 'OVERLAPPING_CONSUMER', `${name} is already consumed as ${taken}, which shares subjects with ${pattern}. Consume the same pattern, or one apart.`);
        }
        const consumer = new WorkConsumer(this.#loop, (kept) => this.#settle(kept));
        this.#consumers.set(pattern, consumer);
        this.#consumerBySubject.add(pattern, consumer);
        this.#claimAgain();
        return consumer;
    }
    #claim(kept) {
        let claimed = false;
        this.#consumerBySubject.match(kept.message.subject, (consumer) => {
            claimed = true;
            consumer.add(kept);
        });
        if (!claimed)
            this.#unclaimed.push(kept);
    }
    /** Takes as many as there are now: what stays unclaimed comes back to the end, in order. */
    #claimAgain() {
        const waiting = [];
        for (let kept = this.#unclaimed.shift(); kept !== undefined; kept = this.#unclaimed.shift()) {
            waiting.push(kept);
        }
        for (const kept of waiting)
            this.#claim(kept);
    }
    #settle(kept) {
        if (kept.settled)
            return;
        kept.settled = true;
        this.#bytes -= heldBytes(kept.message);
    }
    #full() {
        return new Refusal('limited', 'STREAM_FULL', `${this.spec.name} already keeps ${this.#bytes} of at most ${this.#maxBytes} bytes. Start consumers or send more slowly.`);
    }
}
