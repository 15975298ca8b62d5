/**
 * A log in memory that remembers its readers. Nobody comes later than this process lives, so a message is forgotten
 * once all readers have settled it; before there is any reader it is kept as long as the log says, within a bound.
 */

import { randomUUID } from 'node:crypto';
import { assert } from '../../errors.ts';
import type { Delivery, Published, ReadOptions, StreamSpec, Subscription } from '../bus.ts';
import { type BusMessage, MESSAGE_ID_HEADER } from '../message.ts';
import type { DeliveryLoop } from './delivery-loop.ts';
import { heldBytes } from './held-bytes.ts';
import { RecentIds } from './recent-ids.ts';
import { type Kept, WorkConsumer } from './work-consumer.ts';

interface Logged {
  readonly message: BusMessage;
  readonly id: string;
  readonly keptAt: number;
  /** One for each reader. */
  readonly copies: Kept[];
}

export class LogStream {
  readonly spec: StreamSpec;
  readonly #keepMs: number;
  readonly #loop: DeliveryLoop;
  readonly #maxBytes: number;
  readonly #readers = new Map<string, WorkConsumer>();
  /** By id, the oldest first. */
  readonly #log = new Map<string, Logged>();
  readonly #recentIds = new RecentIds();
  /** Marks this log in this process: another counts from 1 as well. */
  readonly #id = randomUUID();
  #stored = 0;
  #bytes = 0;

  constructor(spec: StreamSpec, loop: DeliveryLoop, maxBytes: number) {
    assert(spec.keepMs !== undefined, `${spec.name} is a log`);
    this.spec = spec;
    this.#keepMs = spec.keepMs;
    this.#loop = loop;
    this.#maxBytes = maxBytes;
  }

  store(message: BusMessage): Published {
    const messageId = message.headers[MESSAGE_ID_HEADER];
    const known = messageId === undefined ? null : this.#recentIds.find(messageId);
    if (known !== null) return { duplicate: true, id: known };
    this.#stored += 1;
    const id = `${this.spec.name}/${this.#id}/${this.#stored}`;
    if (messageId !== undefined) this.#recentIds.add(messageId, id);
    const logged: Logged = { message, id, keptAt: Date.now(), copies: [] };
    this.#log.set(id, logged);
    this.#bytes += heldBytes(message);
    this.#forgetOldest();
    for (const reader of this.#readers.values()) this.#copyFor(reader, logged);
    return { duplicate: false, id };
  }

  join(
    { reader, ...options }: ReadOptions,
    handler: (delivery: Delivery) => void | Promise<void>,
  ): Subscription {
    const known = this.#readers.get(reader);
    if (known !== undefined) return known.join(options, handler);
    const added = new WorkConsumer(this.#loop, (kept) => this.#settle(kept));
    this.#forgetOldest();
    this.#readers.set(reader, added);
    for (const logged of this.#log.values()) this.#copyFor(added, logged);
    return added.join(options, handler);
  }

  close(): void {
    for (const reader of this.#readers.values()) reader.close();
  }

  #copyFor(reader: WorkConsumer, logged: Logged): void {
    const { message, id, keptAt } = logged;
    const copy: Kept = { message, id, keptAt, deliveries: 0, settled: false };
    logged.copies.push(copy);
    reader.add(copy);
  }

  #settle(kept: Kept): void {
    kept.settled = true;
    const logged = this.#log.get(kept.id);
    if (logged?.copies.every(({ settled }) => settled)) this.#forget(logged);
  }

  /** A log that is full, or too long, loses its beginning: for slow readers too. */
  #forgetOldest(): void {
    const oldest = Date.now() - this.#keepMs;
    for (const logged of this.#log.values()) {
      if (logged.keptAt >= oldest && this.#bytes <= this.#maxBytes) return;
      for (const copy of logged.copies) copy.settled = true;
      this.#forget(logged);
      for (const reader of this.#readers.values()) reader.dropSettled();
    }
  }

  #forget(logged: Logged): void {
    this.#log.delete(logged.id);
    this.#bytes -= heldBytes(logged.message);
  }
}
