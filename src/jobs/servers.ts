/**
 * Who serves what elsewhere, seen from the consumers of the job stream: asked while some attempt waits for a worker
 * elsewhere or is with one, and once whenever somebody wants to know; not when there is neither. A handler is served
 * while a worker of it asks for work, or has some, or did a moment ago.
 */

import { setTimeout as wait } from 'node:timers/promises';
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
  /** The stream was made anew: what was sent and not taken is gone. */
  readonly onStreamLost: () => void;
}

interface Server {
  seenAt: number;
  readonly room: Room;
}

export class Servers {
  readonly #deps: ServersDeps;
  readonly #servers = new Map<HandlerKey, Server>();
  #incarnation: string | null = null;
  #looking = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  readonly #closing = new AbortController();

  constructor(deps: ServersDeps) {
    this.#deps = deps;
  }

  /** Somebody elsewhere is wanted: looks now and from now on, until nobody is. */
  want(): void {
    if (this.#looking || this.#closing.signal.aborted) return;
    this.#looking = true;
    void this.#watch();
  }

  /** Somebody wants to know: looks once, unless it did a moment ago. */
  look(): void {
    const isFresh = performance.now() - this.#lookedAt < LOOK_EVERY_MS;
    if (this.#looking || isFresh || this.#closing.signal.aborted) return;
    void this.#see(new Set());
  }

  taken(key: HandlerKey, waitedMs: number): void {
    const server = this.#servers.get(key);
    if (server === undefined) return;
    server.seenAt = performance.now();
    server.room.taken(waitedMs);
    this.#deps.dispatcher.serveElsewhere(key, server.room.size);
  }

  /** Nobody can be reached, until a look succeeds. */
  lost(error: unknown): void {
    const { dispatcher, log } = this.#deps;
    if (this.#closing.signal.aborted) return;
    const why = error instanceof Error ? error.message : String(error);
    if (dispatcher.unreachable === null) log.warn({ err: error }, 'workers elsewhere cannot be reached');
    dispatcher.unreachable = why;
    for (const key of this.#servers.keys()) dispatcher.leaveElsewhere(key);
  }

  close(): void {
    this.#closing.abort();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closing;
    // What was seen before the pause may be gone by now.
    this.#forget();
    // The turn that wants somebody is not over yet: what it queues is looked at afterwards.
    await Promise.resolve();
    while (!signal.aborted) {
      const wanted = this.#deps.dispatcher.wanted();
      if (wanted.size === 0) break;
      await this.#see(wanted);
      // Rejects only when closed, which ends the loop as well.
      await wait(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
    this.#looking = false;
  }

  async #see(wanted: ReadonlySet<HandlerKey>): Promise<void> {
    const { bus, subjects, dispatcher, log, wake, onStreamLost } = this.#deps;
    this.#lookedAt = performance.now();
    try {
      const { incarnation, consumers } = await bus.inspect(subjects.stream('jobs').name);
      if (this.#closing.signal.aborted) return;
      if (dispatcher.unreachable !== null) log.info('workers elsewhere can be reached again');
      dispatcher.unreachable = null;
      if (this.#incarnation !== null && this.#incarnation !== incarnation) onStreamLost();
      this.#incarnation = incarnation;
      for (const consumer of consumers) {
        for (const key of this.#keysOf(consumer, wanted)) this.#update(key, consumer);
      }
      this.#forget();
      wake();
    } catch (error) {
      this.lost(error);
    }
  }

  /** What a consumer serves: the one handler it names, or of those wanted all that its pattern takes. */
  #keysOf({ pattern }: ConsumerState, wanted: ReadonlySet<HandlerKey>): HandlerKey[] {
    const { subjects } = this.#deps;
    const covered = [...wanted].filter((key) =>
      matches(pattern, subjects.pattern({ kind: 'job', tenantId: ANY, ...readHandlerKey(key) })),
    );
    if (covered.length > 0) return covered;
    // No name is written with a star, so the first one stands for the tenant.
    const address = subjects.parse(pattern.replace('*', 'any'));
    if (address?.kind !== 'job') return [];
    return [toHandlerKey(address.agent, address.handler)];
  }

  #update(key: HandlerKey, { asking, unsettled, waiting }: ConsumerState): void {
    const { dispatcher, oldestSentAt } = this.#deps;
    const server = this.#servers.get(key);
    if (asking === 0 && unsettled === 0 && server === undefined) return;
    const now = performance.now();
    const { room } = server ?? { room: new Room() };
    const sentAt = oldestSentAt(key);
    const oldestMs = sentAt === null ? 0 : now - sentAt;
    room.seen({ asking, waiting, untaken: dispatcher.untaken(key), oldestMs });
    const seenAt = asking > 0 || unsettled > 0 ? now : (server?.seenAt ?? now);
    this.#servers.set(key, { seenAt, room });
    dispatcher.serveElsewhere(key, room.size);
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
