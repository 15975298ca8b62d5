/**
 * Knows which handlers are served elsewhere, from the consumers of the job stream. They are asked for while some attempt
 * waits for a worker elsewhere or is with one, and once whenever somebody wants to know; not when there is neither. A
 * handler is served while a worker of it asks for work, or has some, or gave a sign, or did so a moment ago. A plain
 * subscriber is seen by its signs alone: for what nobody serves a job is offered, in case there is one.
 */

import type { Logger } from 'pino';
import type { Bus, ConsumerState } from '../bus/bus.ts';
import { matches } from '../bus/patterns.ts';
import { ANY, type Subjects } from '../bus/subjects.ts';
import { reasonOf } from '../errors.ts';
import { type HandlerKey, readHandlerKey, toHandlerKey } from '../kernel/actor.ts';
import type { Dispatcher } from '../scheduling/dispatcher.ts';
import { PrefetchLimit } from './prefetch-limit.ts';

const LOOK_EVERY_MS = 1_000;
/** A worker that runs its jobs one by one asks again only now and then. */
const SERVED_FOR_MS = 10_000;

export interface WorkerDirectoryDeps {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly dispatcher: Dispatcher;
  readonly log: Logger;
  /** Lets waiting attempts start. */
  readonly wake: () => void;
  /** The oldest untaken job waits in the stream since then; null: there is none. */
  readonly oldestSentAt: (key: HandlerKey) => number | null;
  /** A look has succeeded. `isStreamLost`: the stream was made anew, so what was sent and not taken is gone. */
  readonly onSeen: (isStreamLost: boolean) => void;
}

/** The workers of a handler, taken together; when they did something, as `performance.now()`. */
interface Service {
  seenAt: number;
  /** Asked for work, or had some. */
  pulledAt: number;
  readonly prefetch: PrefetchLimit;
}

export class WorkerDirectory {
  readonly #deps: WorkerDirectoryDeps;
  readonly #services = new Map<HandlerKey, Service>();
  #incarnation: string | null = null;
  #looking = false;
  /** Since it has been looking. */
  readonly #lookedFor = new Set<HandlerKey>();
  /** Has the next look now. */
  #hurry: () => void = () => undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(deps: WorkerDirectoryDeps) {
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
  heard(key: HandlerKey): Service {
    const service = this.#services.get(key) ?? this.#add(key);
    service.seenAt = performance.now();
    return service;
  }

  /** A worker took a job, or was done with it, that long after it was sent. */
  taken(key: HandlerKey, waitedMs: number): void {
    const { prefetch } = this.heard(key);
    prefetch.taken(waitedMs);
    this.#deps.dispatcher.serveElsewhere(key, prefetch.size);
  }

  /** Its workers acknowledge their jobs. */
  isPulled(key: HandlerKey): boolean {
    const service = this.#services.get(key);
    return service !== undefined && performance.now() - service.pulledAt < SERVED_FOR_MS;
  }

  /** Nobody can be reached, until a look succeeds. */
  lost(error: unknown): void {
    const { dispatcher, log } = this.#deps;
    if (this.#closed) return;
    const why = reasonOf(error);
    if (dispatcher.unreachable === null) log.warn({ err: error }, 'workers elsewhere cannot be reached');
    dispatcher.loseElsewhere(why);
    for (const key of this.#services.keys()) dispatcher.leaveElsewhere(key);
    dispatcher.withdrawOffers();
  }

  close(): void {
    this.#closed = true;
    this.#hurry();
  }

  async #watch(): Promise<void> {
    // Workers seen before the pause may be gone by now, and others may have come.
    this.#forget();
    this.#deps.dispatcher.withdrawOffers();
    this.#lookedFor.clear();
    // The turn that wants somebody is not over yet: what it queues is looked at afterwards.
    await Promise.resolve();
    while (!this.#closed) {
      const wanted = this.#deps.dispatcher.wanted();
      if (wanted.size === 0) break;
      for (const key of wanted) this.#lookedFor.add(key);
      // A look does not cover handlers that are wanted while it runs.
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
    const { bus, subjects, dispatcher, log, wake, onSeen } = this.#deps;
    this.#lookedAt = performance.now();
    try {
      const { incarnation, consumers } = await bus.inspect(subjects.stream('jobs').name);
      if (this.#closed) return;
      if (dispatcher.unreachable !== null) log.info('workers elsewhere can be reached again');
      dispatcher.reachElsewhere();
      const isStreamLost = this.#incarnation !== null && this.#incarnation !== incarnation;
      this.#incarnation = incarnation;
      for (const consumer of consumers) {
        for (const key of this.#keysOf(consumer, wanted)) this.#update(key, consumer);
      }
      this.#forget();
      for (const [key, { prefetch }] of this.#services) dispatcher.serveElsewhere(key, prefetch.size);
      for (const key of wanted) if (this.#mayOffer(key)) dispatcher.offer(key);
      onSeen(isStreamLost);
      wake();
    } catch (error) {
      this.lost(error);
    }
  }

  /** A consumer serves the one handler it names, or of those wanted all that its pattern takes. */
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
    return !this.#services.has(key) && bus.mayBeSubscribed(this.#patternOf(key));
  }

  #patternOf(key: HandlerKey): string {
    return this.#deps.subjects.pattern({ kind: 'job', tenantId: ANY, ...readHandlerKey(key) });
  }

  #update(key: HandlerKey, { asking, unsettled, waiting }: ConsumerState): void {
    const { dispatcher, oldestSentAt } = this.#deps;
    const isPulled = asking > 0 || unsettled > 0;
    const service = this.#services.get(key) ?? (isPulled ? this.#add(key) : undefined);
    if (service === undefined) return;
    const now = performance.now();
    if (isPulled) service.seenAt = service.pulledAt = now;
    const sentAt = oldestSentAt(key);
    const oldestMs = sentAt === null ? 0 : now - sentAt;
    service.prefetch.seen({ asking, waiting, untaken: dispatcher.untaken(key), oldestMs });
  }

  #add(key: HandlerKey): Service {
    const never = Number.NEGATIVE_INFINITY;
    const service = { seenAt: never, pulledAt: never, prefetch: new PrefetchLimit() };
    this.#services.set(key, service);
    this.#deps.dispatcher.serveElsewhere(key, service.prefetch.size);
    return service;
  }

  #forget(): void {
    const now = performance.now();
    for (const [key, { seenAt }] of this.#services) {
      if (now - seenAt < SERVED_FOR_MS) continue;
      this.#services.delete(key);
      this.#deps.dispatcher.leaveElsewhere(key);
    }
  }
}
