/**
 * Hands the messages of one pattern of a work queue to those who consume it, by turns among those with room, and
 * hands a message out again whenever its delivery ends without an acknowledgement.
 */

import { assert } from '../../errors.ts';
import type { ConsumeOptions, ConsumerState, Delivery, Subscription } from '../bus.ts';
import type { BusMessage } from '../message.ts';
import type { DeliveryLoop } from './delivery-loop.ts';
import { Fifo } from './fifo.ts';

/** A message the stream keeps. */
export interface Kept {
  readonly message: BusMessage;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly keptAt: number;
  deliveries: number;
  settled: boolean;
}

interface Member {
  readonly options: ConsumeOptions;
  readonly handler: (delivery: Delivery) => void | Promise<void>;
  inFlight: number;
  lastTurn: number;
}

export class WorkConsumer {
  readonly #loop: DeliveryLoop;
  readonly #settle: (kept: Kept) => void;
  readonly #ready = new Fifo<Kept>();
  readonly #members = new Set<Member>();
  /** Each takes one unsettled delivery back. */
  readonly #unsettled = new Set<() => void>();
  #turn = 0;
  #closed = false;

  constructor(loop: DeliveryLoop, settle: (kept: Kept) => void) {
    this.#loop = loop;
    this.#settle = settle;
  }

  add(kept: Kept): void {
    this.#ready.push(kept);
    this.#pump();
  }

  /** Forgets what at the head of the queue is settled, for else it would lie there until somebody takes the rest. */
  dropSettled(): void {
    while (this.#ready.first?.settled === true) this.#ready.shift();
  }

  join(options: ConsumeOptions, handler: Member['handler']): Subscription {
    const member: Member = { options, handler, inFlight: 0, lastTurn: 0 };
    // Each goes before what is ready, so the oldest goes last.
    if (options.takesOver === true) for (const takeBack of [...this.#unsettled].reverse()) takeBack();
    this.#members.add(member);
    this.#pump();
    return { unsubscribe: () => void this.#members.delete(member) };
  }

  state(): Omit<ConsumerState, 'pattern'> {
    let room = 0;
    let unsettled = 0;
    for (const { options, inFlight } of this.#members) {
      room += options.maxInFlight - inFlight;
      unsettled += inFlight;
    }
    const waiting = this.#ready.length;
    return { asking: waiting === 0 ? room : 0, unsettled, waiting };
  }

  close(): void {
    this.#closed = true;
    this.#members.clear();
  }

  #pump(): void {
    for (;;) {
      const member = this.#next();
      if (member === null) return;
      const kept = this.#ready.shift();
      if (kept === undefined) return;
      if (kept.settled) continue;
      member.inFlight += 1;
      member.lastTurn = ++this.#turn;
      this.#loop.push(() => this.#deliver(member, kept));
    }
  }

  /** Returns the member with room that has waited longest for its turn. */
  #next(): Member | null {
    let next: Member | null = null;
    for (const member of this.#members) {
      if (member.inFlight >= member.options.maxInFlight) continue;
      if (next === null || member.lastTurn < next.lastTurn) next = member;
    }
    return next;
  }

  #deliver(member: Member, kept: Kept): void {
    if (!this.#members.has(member)) {
      this.#again(kept);
      return;
    }
    kept.deliveries += 1;
    this.#loop.call(member.handler, this.#open(member, kept), kept.message.subject);
  }

  #open(member: Member, kept: Kept): Delivery {
    let open = true;
    const end = (): boolean => {
      if (!open) return false;
      open = false;
      clearTimeout(timer);
      this.#unsettled.delete(takeBack);
      member.inFlight -= 1;
      return true;
    };
    const takeBack = (): void => {
      if (end()) this.#again(kept);
    };
    this.#unsettled.add(takeBack);
    const timer = setTimeout(takeBack, member.options.ackWaitMs).unref();
    return {
      message: kept.message,
      id: kept.id,
      keptAt: kept.keptAt,
      deliveries: kept.deliveries,
      ack: () => {
        this.#settle(kept);
        if (end()) this.#pump();
      },
      nak: (delayMs) => {
        assert(delayMs >= 0 && delayMs < 2 ** 31, `delayMs is within [0, 2^31), not ${delayMs}`);
        if (!end()) return;
        setTimeout(() => this.#again(kept), delayMs).unref();
        this.#pump();
      },
      working: () => {
        if (open) timer.refresh();
      },
    };
  }

  /** Before what has not been tried yet, so that a repeat does not wait behind a long queue. */
  #again(kept: Kept): void {
    if (this.#closed) return;
    if (!kept.settled) this.#ready.pushFront(kept);
    this.#pump();
  }
}
