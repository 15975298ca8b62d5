/**
 * A work queue in memory: a message stays until it is acknowledged, waits for a consumer of its pattern if there is
 * none, and is refused when the stream is full. What the process dies with is lost, as the store sends it again.
 */

import { randomUUID } from 'node:crypto';
import { assert, Refusal } from '../../errors.ts';
import type { ConsumeOptions, Delivery, Published, StreamSpec, Subscription, WorkState } from '../bus.ts';
import { type BusMessage, MESSAGE_ID_HEADER } from '../message.ts';
import { matches, overlaps } from '../patterns.ts';
import { overlappingConsumer } from '../refusals.ts';
import type { DeliveryLoop } from './delivery-loop.ts';
import { heldBytes } from './held-bytes.ts';
import { RecentIds } from './recent-ids.ts';
import { SubjectTrie } from './subject-trie.ts';
import { type Kept, WorkConsumer } from './work-consumer.ts';

/** The longest a Node timer waits; a longer one would fire at once. */
const MAX_WAIT_MS = 2 ** 31 - 1;

export class WorkStream {
  readonly spec: StreamSpec;
  readonly #loop: DeliveryLoop;
  readonly #maxBytes: number;
  readonly #consumers = new Map<string, WorkConsumer>();
  readonly #consumerBySubject = new SubjectTrie<WorkConsumer>();
  /** By id, all that are not settled. */
  readonly #kept = new Map<string, Kept>();
  /** Kept messages that no consumer takes. */
  readonly #unclaimed = new Set<Kept>();
  readonly #recentIds = new RecentIds();
  /** Marks this stream in this process: another counts from 1 as well. */
  readonly #id = randomUUID();
  #stored = 0;
  #bytes = 0;

  constructor(spec: StreamSpec, loop: DeliveryLoop, maxBytes: number) {
    this.spec = spec;
    this.#loop = loop;
    this.#maxBytes = maxBytes;
  }

  store(message: BusMessage): Published {
    const messageId = message.headers[MESSAGE_ID_HEADER];
    const known = messageId === undefined ? null : this.#recentIds.find(messageId);
    if (known !== null) return { duplicate: true, id: known };
    const bytes = heldBytes(message);
    if (this.#bytes + bytes > this.#maxBytes) throw this.#full();
    this.#stored += 1;
    const id = `${this.spec.name}/${this.#id}/${this.#stored}`;
    if (messageId !== undefined) this.#recentIds.add(messageId, id);
    this.#bytes += bytes;
    const kept = { message, id, keptAt: Date.now(), deliveries: 0, settled: false };
    this.#kept.set(id, kept);
    this.#claim(kept);
    return { duplicate: false, id };
  }

  discard(id: string): void {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    this.#settle(kept);
    this.#unclaimed.delete(kept);
    this.#consumerBySubject.match(kept.message.subject, (consumer) => consumer.dropSettled());
  }

  join(
    pattern: string,
    options: ConsumeOptions,
    handler: (delivery: Delivery) => void | Promise<void>,
  ): Subscription {
    const { ackWaitMs, maxInFlight } = options;
    assert(ackWaitMs > 0 && ackWaitMs <= MAX_WAIT_MS, `ackWaitMs is within (0, 2^31), not ${ackWaitMs}`);
    assert(Number.isInteger(maxInFlight) && maxInFlight > 0, `maxInFlight is at least 1, not ${maxInFlight}`);
    return (this.#consumers.get(pattern) ?? this.#open(pattern)).join(options, handler);
  }

  state(): WorkState {
    const consumers = [...this.#consumers].map(([pattern, consumer]) => ({ pattern, ...consumer.state() }));
    return { incarnation: this.#id, consumers };
  }

  close(): void {
    for (const consumer of this.#consumers.values()) consumer.close();
  }

  #open(pattern: string): WorkConsumer {
    const { name, pattern: whole } = this.spec;
    assert(matches(whole, pattern), `${pattern} lies within ${whole}, the pattern of ${name}`);
    for (const taken of this.#consumers.keys()) {
      if (!overlaps(taken, pattern)) continue;
      throw overlappingConsumer(name, taken, pattern);
    }
    const consumer = new WorkConsumer(this.#loop, (kept) => this.#settle(kept));
    this.#consumers.set(pattern, consumer);
    this.#consumerBySubject.add(pattern, consumer);
    this.#claimAgain();
    return consumer;
  }

  #claim(kept: Kept): void {
    let claimed = false;
    this.#consumerBySubject.match(kept.message.subject, (consumer) => {
      claimed = true;
      consumer.add(kept);
    });
    if (!claimed) this.#unclaimed.add(kept);
  }

  /** Takes as many as there are now: what stays unclaimed comes back to the end, in order. */
  #claimAgain(): void {
    const waiting = [...this.#unclaimed];
    this.#unclaimed.clear();
    for (const kept of waiting) this.#claim(kept);
  }

  #settle(kept: Kept): void {
    if (kept.settled) return;
    kept.settled = true;
    this.#kept.delete(kept.id);
    this.#bytes -= heldBytes(kept.message);
  }

  #full(): Refusal {
    return new Refusal(
      'STREAM_FULL',
      `${this.spec.name} already keeps ${this.#bytes} of at most ${this.#maxBytes} bytes. Start consumers or send more slowly.`,
    );
  }
}
