/**
 * The bus inside one process, with no server: what is published reaches handlers of the same process, never within
 * the call that publishes, and memory is bounded wherever something waits.
 */

import { randomUUID } from 'node:crypto';
import { assert, type Refusal } from '../errors.ts';
import type {
  Bus,
  BusOptions,
  ConsumeOptions,
  Delivery,
  Published,
  ReadOptions,
  Service,
  Subscription,
  WorkState,
} from './bus.ts';
import { DeliveryLoop } from './in-process/delivery-loop.ts';
import { LogStream } from './in-process/log-stream.ts';
import { SubjectTrie } from './in-process/subject-trie.ts';
import { Subscriber } from './in-process/subscriber.ts';
import { WorkStream } from './in-process/work-stream.ts';
import {
  type BusMessage,
  createMessage,
  MAX_MESSAGE_BYTES,
  type MessageHandler,
  type PublishOptions,
} from './message.ts';
import { assertPattern, matches, overlaps } from './patterns.ts';
import { busClosed, noResponders, requestTimeout, unknownStream } from './refusals.ts';

export interface InProcessBusOptions extends BusOptions {
  /** Most bytes one subscriber may have waiting; default 64 MiB, as a nats-server allows a client. */
  readonly maxBacklogBytes?: number;
  /** Most bytes one stream keeps; default 256 MiB. */
  readonly maxStreamBytes?: number;
}

const MIB = 1024 * 1024;

export class InProcessBus implements Bus {
  readonly link = null;
  readonly maxMessageBytes = MAX_MESSAGE_BYTES;
  readonly #loop: DeliveryLoop;
  readonly #maxBacklogBytes: number;
  readonly #subscribers = new SubjectTrie<Subscriber>();
  readonly #queues: readonly WorkStream[];
  readonly #logs: readonly LogStream[];
  readonly #openRequests = new Set<(reason: Refusal) => void>();
  #turn = 0;
  #closed = false;

  constructor(options: InProcessBusOptions) {
    this.#loop = new DeliveryLoop(options.onError);
    this.#maxBacklogBytes = options.maxBacklogBytes ?? 64 * MIB;
    const maxStreamBytes = options.maxStreamBytes ?? 256 * MIB;
    const queues = options.streams.filter(({ keepMs }) => keepMs === undefined);
    this.#queues = queues.map((spec) => new WorkStream(spec, this.#loop, maxStreamBytes));
    // Another log is for those who come later; within the process there are none.
    const read = options.streams.filter(({ forgetReadersMs }) => forgetReadersMs !== undefined);
    this.#logs = read.map((spec) => new LogStream(spec, this.#loop, maxStreamBytes));
    for (const [index, { name, pattern }] of options.streams.entries()) {
      assertPattern(pattern);
      const clash = options.streams.slice(0, index).find((other) => overlaps(other.pattern, pattern));
      assert(clash === undefined, `streams ${clash?.name} and ${name} share no subject`);
    }
  }

  async publish(subject: string, data: Uint8Array, options: PublishOptions = {}): Promise<Published> {
    this.#assertOpen();
    const message = createMessage(subject, data, options, null);
    const stream = options.keep === false ? null : this.#streamOf(subject);
    const published = stream?.store(message) ?? { duplicate: false, id: null };
    this.#route(message);
    return published;
  }

  isHeard(subject?: string): boolean {
    if (subject === undefined)
      return !this.#subscribers.isEmpty || this.#queues.length + this.#logs.length > 0;
    if (this.#streamOf(subject) !== null) return true;
    if (/(^|\.)[*>]/.test(subject)) return this.#subscribers.reaches(subject);
    let heard = false;
    this.#subscribers.match(subject, () => {
      heard = true;
    });
    return heard;
  }

  mayBeSubscribed(pattern: string): boolean {
    return this.#subscribers.reaches(pattern);
  }

  isKept(subject: string): boolean {
    return this.#streamOf(subject) !== null;
  }

  subscribe(pattern: string, options: { readonly queue?: string }, handler: MessageHandler): Subscription {
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

  async serve({ name, endpoints }: Service): Promise<Subscription> {
    const subscriptions = endpoints.map(({ pattern, handler }) =>
      this.subscribe(pattern, { queue: name }, handler),
    );
    return {
      unsubscribe: () => {
        for (const subscription of subscriptions) subscription.unsubscribe();
      },
    };
  }

  async request(
    subject: string,
    data: Uint8Array,
    options: { readonly timeoutMs: number; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<BusMessage> {
    this.#assertOpen();
    // Over NATS the stream itself would answer such a request, before any worker.
    assert(this.#streamOf(subject) === null, `${subject} is asked, so no stream keeps it`);
    const inbox = `_INBOX.${randomUUID()}`;
    const message = createMessage(subject, data, options, inbox);
    let fail: (reason: Refusal) => void = () => {};
    let timer: NodeJS.Timeout | undefined;
    let subscription: Subscription | undefined;
    try {
      return await new Promise<BusMessage>((resolve, reject) => {
        fail = reject;
        this.#openRequests.add(fail);
        subscription = this.subscribe(inbox, {}, resolve);
        timer = setTimeout(() => reject(requestTimeout(subject, options.timeoutMs)), options.timeoutMs);
        if (this.#route(message) === 0) reject(noResponders(subject));
      });
    } finally {
      clearTimeout(timer);
      subscription?.unsubscribe();
      this.#openRequests.delete(fail);
    }
  }

  async consume(
    stream: string,
    pattern: string,
    options: ConsumeOptions,
    handler: (delivery: Delivery) => void | Promise<void>,
  ): Promise<Subscription> {
    assertPattern(pattern);
    return this.#queue(stream).join(pattern, options, handler);
  }

  async read(
    stream: string,
    options: ReadOptions,
    handler: (delivery: Delivery) => void | Promise<void>,
  ): Promise<Subscription> {
    this.#assertOpen();
    const found = this.#logs.find(({ spec }) => spec.name === stream);
    if (found === undefined) throw unknownStream(stream, namesOf(this.#logs));
    return found.join(options, handler);
  }

  async discard(id: string): Promise<void> {
    this.#assertOpen();
    for (const queue of this.#queues) queue.discard(id);
  }

  async inspect(stream: string): Promise<WorkState> {
    return this.#queue(stream).state();
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const stream of [...this.#queues, ...this.#logs]) stream.close();
      for (const fail of this.#openRequests) fail(busClosed());
    }
    await this.#loop.idle();
  }

  #queue(name: string): WorkStream {
    this.#assertOpen();
    const found = this.#queues.find(({ spec }) => spec.name === name);
    if (found !== undefined) return found;
    throw unknownStream(name, namesOf(this.#queues));
  }

  #assertOpen(): void {
    if (this.#closed) throw busClosed();
  }

  #streamOf(subject: string): WorkStream | LogStream | null {
    const takes = ({ spec }: WorkStream | LogStream): boolean => matches(spec.pattern, subject);
    return this.#queues.find(takes) ?? this.#logs.find(takes) ?? null;
  }

  /** How many heard it, a queue counting as one. */
  #route(message: BusMessage): number {
    const nextByQueue = new Map<string, Subscriber>();
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

const namesOf = (streams: readonly { readonly spec: { readonly name: string } }[]): string[] =>
  streams.map(({ spec }) => spec.name);
