/**
 * The bus inside one process, with no server: what is published reaches handlers of the same process, never within
 * the call that publishes, and memory is bounded wherever something waits.
 */
import { randomUUID } from 'node:crypto';
import { assert, Refusal } from "../errors.js";
import { DeliveryLoop } from "./in-process/delivery-loop.js";
import { SubjectTrie } from "./in-process/subject-trie.js";
import { Subscriber } from "./in-process/subscriber.js";
import { WorkStream } from "./in-process/work-stream.js";
import { createMessage } from "./message.js";
import { assertPattern, matches, overlaps } from "./patterns.js";
const MIB = 1024 * 1024;
export class InProcessBus {
    #loop;
    #maxBacklogBytes;
    #subscribers = new SubjectTrie();
    #streams;
    #openRequests = new Set();
    #turn = 0;
    #closed = false;
    constructor(options) {
        this.#loop = new DeliveryLoop(options.onError);
        this.#maxBacklogBytes = options.maxBacklogBytes ?? 64 * MIB;
        const maxStreamBytes = options.maxStreamBytes ?? 256 * MIB;
        this.#streams = options.streams.map((spec) => new WorkStream(spec, this.#loop, maxStreamBytes));
        for (const [index, { name, pattern }] of options.streams.entries()) {
            assertPattern(pattern);
            const clash = options.streams.slice(0, index).find((other) => overlaps(other.pattern, pattern));
            assert(clash === undefined, `streams ${clash?.name} and ${name} share no subject`);
        }
    }
    async publish(subject, data, options = {}) {
        this.#assertOpen();
        const message = createMessage(subject, data, options, null);
        const stored = this.#streamOf(subject)?.store(message) ?? true;
        this.#route(message);
        return { duplicate: !stored };
    }
    isHeard(subject) {
        if (this.#streamOf(subject) !== null)
            return true;
        let heard = false;
        if (!this.#subscribers.isEmpty) {
            this.#subscribers.match(subject, () => {
                heard = true;
            });
        }
        return heard;
    }
    subscribe(pattern, options, handler) {
        this.#assertOpen();
        assertPattern(pattern);
        const subscriber = new Subscriber(options.queue ?? null, handler, this.#loop, this.#maxBacklogBytes);
        this.#subscribers.add(pattern, subscriber);
        return {
            unsubscribe: () => {
                subscriber.leave();
                this.#subscribers.delete(pattern, subscriber);
            },
        };
    }
    async request(subject, data, options) {
        this.#assertOpen();
        // Over NATS the stream itself would answer such a request, before any worker.
        assert(this.#streamOf(subject) === null, `${subject} is asked, so no stream keeps it`);
        const inbox = `_INBOX.${randomUUID()}`;
        const message = createMessage(subject, data, options, inbox);
        let fail = () => { };
        let timer;
        let subscription;
        try {
            return await new Promise((resolve, reject) => {
                fail = reject;
                this.#openRequests.add(fail);
                subscription = this.subscribe(inbox, {}, resolve);
                timer = setTimeout(() => reject(requestTimeout(subject, options.timeoutMs)), options.timeoutMs);
                if (this.#route(message) === 0)
                    reject(noResponders(subject));
            });
        }
        finally {
            clearTimeout(timer);
            subscription?.unsubscribe();
            this.#openRequests.delete(fail);
        }
    }
    async consume(stream, pattern, options, handler) {
        this.#assertOpen();
        assertPattern(pattern);
        const found = this.#streams.find(({ spec }) => spec.name === stream);
        if (found !== undefined)
            return found.join(pattern, options, handler);
        const known = this.#streams.map(({ spec }) => spec.name).join(', ') || 'none';
        throw new Refusal('not_found', 'UNKNOWN_STREAM', `There is no stream ${stream}; this bus was created with: ${known}.`);
    }
    async close() {
        if (!this.#closed) {
            this.#closed = true;
            for (const stream of this.#streams)
                stream.close();
            for (const fail of this.#openRequests)
                fail(busClosed());
        }
        await this.#loop.idle();
    }
    #assertOpen() {
        if (this.#closed)
            throw busClosed();
    }
    #streamOf(subject) {
        return this.#streams.find(({ spec }) => matches(spec.pattern, subject)) ?? null;
    }
    /** How many heard it, a queue counting as one. */
    #route(message) {
        const nextByQueue = new Map();
        let heard = 0;
        this.#subscribers.match(message.subject, (subscriber) => {
            if (subscriber.queue === null) {
                heard += 1;
                subscriber.offer(message);
                return;
            }
            const next = nextByQueue.get(subscriber.queue);
            if (next === undefined || subscriber.lastTurn < next.lastTurn) {
                nextByQueue.set(subscriber.queue, subscriber);
            }
        });
        for (const subscriber of nextByQueue.values()) {
            subscriber.lastTurn = ++this.#turn;
            subscriber.offer(message);
        }
        return heard + nextByQueue.size;
    }
}
function busClosed() {
    return new Refusal('unavailable', 'BUS_CLOSED', 'The bus is closed: the process is stopping. Send it again later.');
}
function noResponders(subject) {
    return new Refusal('unavailable', 'NO_RESPONDERS', `Nobody answers on ${subject}. Is what serves it running, with the same prefix?`);
}
function requestTimeout(subject, timeoutMs) {
    return new Refusal('unavailable', 'REQUEST_TIMEOUT', `No answer on ${subject} within ${timeoutMs} ms. What was asked for may still happen.`);
}
