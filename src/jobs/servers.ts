/**
 * Who serves what elsewhere, seen from the consumers of the job stream: asked while some attempt waits for a worker
 * elsewhere or is with one, and once whenever somebody wants to know; not when there is neither. A handler is served
 * while a worker of it asks for work, or has some, or gave a sign, or did so a moment ago. A plain subscriber is seen
 * by its signs alone: for what nobody serves a job is offered, in case there is one.
 */

import type { Logger } from 'pino';
import { type HandlerKey, readHandlerKey, toHandlerKey } from '../actors/actor.ts';
import type { Dispatcher } from '../actors/dispatcher.ts';
import type { Bus, ConsumerState } from '../bus/bus.ts';
import { matches } from '../bus/patterns.ts';
import { ANY, type Subjects } from '../bus/subjects.ts';
import { Room } from './room.ts';

const LOOK_EVERY_MS = 1_000;
/** A worker that runs its jobs one by one asks again only now and then. */
const SERVED_FOR_MS = 10_000;

export interface ServersDeps {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly dispatcher: Dispatcher;
  readonly log: Logger;
  /** Lets waiting attempts start. */
  readonly wake: () => void;
  /** Since when the oldest untaken job waits in the stream, or null. */
  readonly oldestSentAt: (key: HandlerKey) => number | null;
  /** Who serves what was looked at. */
  readonly onSeen: () => void;
  /** The stream was made anew: what was sent and not taken is gone. */
  readonly onStreamLost: () => void;
}

/** All workers of a handler, taken together; when they did something, as `performance.now()`. */
interface Server {
  seenAt: number;
  /** Asked for work, or had some. */
  pulledAt: number;
  readonly room: Room;
}

export class Servers {
  readonly #deps: ServersDeps;
  readonly #servers = new Map<HandlerKey, Server>();
  #incarnation: string | null = null;
  #looking = false;
  /** Since it has been looking. */
  readonly #lookedFor = new Set<HandlerKey>();
  /** Has the next look now. */
  #hurry: () => void = () => undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(deps: ServersDeps) {
    this.#deps = deps;
  }

  /** Somebody elsewhere is wanted: looks now and from now on, until nobody is. */
  want(key: HandlerKey): void {
    if (this.#closed) return;
    if (this.#looking) {
      if (!this.#lookedFor.has(key)) this.#hurry();
      return;
    }
    this.#looking = true;
    void this.#watch();
  }

  /** Somebody wants to know: looks once, unless it did a moment ago. */
  look(): void {
    const isFresh = performance.now() - this.#lookedAt < LOOK_EVERY_MS;
    if (this.#looking || isFresh || this.#closed) return;
    void this.#see(new Set());
  }

  /** A worker gave a sign. */
  heard(key: HandlerKey): Server {
    const server = this.#servers.get(key) ?? this.#add(key);
    server.seenAt = performance.now();
    return server;
  }

  /** A worker took a job, or was done with it, that long after it was sent. */
  taken(key: HandlerKey, waitedMs: number): void {
    const { room } = this.heard(key);
    room.taken(waitedMs);
    this.#deps.dispatcher.serveElsewhere(key, room.size);
  }

  /** Its workers acknowledge their jobs. */
  isPulled(key: HandlerKey): boolean {
    const server = this.#servers.get(key);
    return server !== undefined && performance.now() - server.pulledAt < SERVED_FOR_MS;
  }

  /** Nobody can be reached, until a look succeeds. */
  lost(error: unknown): void {
    const { dispatcher, log } = this.#deps;
    if (this.#closed) return;
    const why = error instanceof Error ? error.message : String(error);
    if (dispatcher.unreachable === null) log.warn({ err: error }, 'workers elsewhere cannot be reached');
    dispatcher.unreachable = why;
    for (const key of this.#servers.keys()) dispatcher.leaveElsewhere(key);
    dispatcher.withdrawOffers();
  }

  close(): void {
    this.#closed = true;
    this.#hurry();
  }

  async #watch(): Promise<void> {
    // What was seen before the pause may be gone by now, and somebody may have come.
    this.#forget();
    this.#deps.dispatcher.withdrawOffers();
    this.#lookedFor.clear();
    // The turn that wants somebody is not over yet: what it queues is looked at afterwards.
    await Promise.resolve();
    while (!this.#closed) {
      const wanted = this.#deps.dispatcher.wanted();
      if (wanted.size === 0) break;
      for (const key of wanted) this.#lookedFor.add(key);
      // Who is wanted during a look is not seen by it.
      const next = this.#nextLook();
      await this.#see(wanted);
      await next;
    }
    this.#looking = false;
  }

  #nextLook(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS).unref();
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #see(wanted: ReadonlySet<HandlerKey>): Promise<void> {
    const { bus, subjects, dispatcher, log, wake, onSeen, onStreamLost } = this.#deps;
    this.#lookedAt = performance.now();
    try {
      const { incarnation, consumers } = await bus.inspect(subjects.stream('jobs').name);
      if (this.#closed) return;
      if (dispatcher.unreachable !== null) log.info('workers elsewhere can be reached again');
      dispatcher.unreachable = null;
      if (this.#incarnation !== null && this.#incarnation !== incarnation) onStreamLost();
      this.#incarnation = incarnation;
      for (const consumer of consumers) {
        for (const key of this.#keysOf(consumer, wanted)) this.#update(key, consumer);
      }
      this.#forget();
      for (const [key, { room }] of this.#servers) dispatcher.serveElsewhere(key, room.size);
      for (const key of wanted) if (this.#mayOffer(key)) dispatcher.offer(key);
      onSeen();
      wake();
    } catch (error) {
      this.lost(error);
    }
  }

  /** What a consumer serves: the one handler it names, or of those wanted all that its pattern takes. */
  #keysOf({ pattern }: ConsumerState, wanted: ReadonlySet<HandlerKey>): HandlerKey[] {
    const { subjects } = this.#deps;
    const covered = [...wanted].filter((key) => matches(pattern, this.#patternOf(key)));
    if (covered.length > 0) return covered;
    // No name is written with a star, so the first one stands for the tenant.
    const address = subjects.parse(pattern.replace('*', 'any'));
    if (address?.kind !== 'job') return [];
    return [toHandlerKey(address.agent, address.handler)];
  }

  #mayOffer(key: HandlerKey): boolean {
    const { bus } = this.#deps;
    return !this.#servers.has(key) && bus.mayBeSubscribed(this.#patternOf(key));
  }

  #patternOf(key: HandlerKey): string {
    return this.#deps.subjects.pattern({ kind: 'job', tenantId: ANY, ...readHandlerKey(key) });
  }

  #update(key: HandlerKey, { asking, unsettled, waiting }: ConsumerState): void {
    const { dispatcher, oldestSentAt } = this.#deps;
    const isPulled = asking > 0 || unsettled > 0;
    const server = this.#servers.get(key) ?? (isPulled ? this.#add(key) : undefined);
    if (server === undefined) return;
    const now = performance.now();
    if (isPulled) server.seenAt = server.pulledAt = now;
    const sentAt = oldestSentAt(key);
    const oldestMs = sentAt === null ? 0 : now - sentAt;
    server.room.seen({ asking, waiting, untaken: dispatcher.untaken(key), oldestMs });
  }

  #add(key: HandlerKey): Server {
    const never = Number.NEGATIVE_INFINITY;
    const server = { seenAt: never, pulledAt: never, room: new Room() };
    this.#servers.set(key, server);
    this.#deps.dispatcher.serveElsewhere(key, server.room.size);
    return server;
  }

  #forget(): void {
    const now = performance.now();
    for (const [key, { seenAt }] of this.#servers) {
      if (now - seenAt < SERVED_FOR_MS) continue;
      this.#servers.delete(key);
      this.#deps.dispatcher.leaveElsewhere(key);
    }
  }
}
