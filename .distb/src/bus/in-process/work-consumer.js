/**
 * Hands the messages of one pattern of a work queue to those who consume it, by turns among those with room, and
 * hands a message out again whenever its delivery ends without an acknowledgement.
 */
import { assert } from "../../errors.js";
import { Fifo } from "./fifo.js";
export class WorkConsumer {
    #loop;
    #settle;
    #ready = new Fifo();
    #members = new Set();
    #turn = 0;
    #closed = false;
    constructor(loop, settle) {
        this.#loop = loop;
        this.#settle = settle;
    }
    add(kept) {
        this.#ready.push(kept);
        this.#pump();
    }
    join(options, handler) {
        const member = { options, handler, inFlight: 0, lastTurn: 0 };
        this.#members.add(member);
        this.#pump();
        return { unsubscribe: () => void this.#members.delete(member) };
    }
    close() {
        this.#closed = true;
        this.#members.clear();
    }
    #pump() {
        for (;;) {
            const member = this.#next();
            if (member === null)
                return;
            const kept = this.#ready.shift();
            if (kept === undefined)
                return;
            if (kept.settled)
                continue;
            member.inFlight += 1;
            member.lastTurn = ++this.#turn;
            this.#loop.push(() => this.#deliver(member, kept));
        }
    }
    /** Of the members with room, the one whose turn is longest ago. */
    #next() {
        let next = null;
        for (const member of this.#members) {
            if (member.inFlight >= member.options.maxInFlight)
                continue;
            if (next === null || member.lastTurn < next.lastTurn)
                next = member;
        }
        return next;
    }
    #deliver(member, kept) {
        if (!this.#members.has(member)) {
            this.#again(kept);
            return;
        }
        kept.deliveries += 1;
        this.#loop.call(member.handler, this.#open(member, kept), kept.message.subject);
    }
    #open(member, kept) {
        let open = true;
        const end = () => {
            if (!open)
                return false;
            open = false;
            clearTimeout(timer);
            member.inFlight -= 1;
            return true;
        };
        const timer = setTimeout(() => {
            if (end())
                this.#again(kept);
        }, member.options.ackWaitMs).unref();
        return {
            message: kept.message,
            deliveries: kept.deliveries,
            ack: () => {
                this.#settle(kept);
                if (end())
                    this.#pump();
            },
            nak: (delayMs) => {
                assert(delayMs >= 0 && delayMs < 2 ** 31, `delayMs is within [0, 2^31), not ${delayMs}`);
                if (!end())
                    return;
                setTimeout(() => this.#again(kept), delayMs).unref();
                this.#pump();
            },
            working: () => {
                if (open)
                    timer.refresh();
            },
        };
    }
    /** Before what has not been tried yet, so that a repeat does not wait behind a long queue. */
    #again(kept) {
        if (this.#closed)
            return;
        if (!kept.settled)
            this.#ready.pushFront(kept);
        this.#pump();
    }
}
