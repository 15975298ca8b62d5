/** One subscription and its backlog: bounded in bytes, so that what cannot keep up loses messages, not memory. */

import { Refusal } from '../../errors.ts';
import type { BusMessage, MessageHandler } from '../message.ts';
import type { DeliveryLoop } from './delivery-loop.ts';
import { heldBytes } from './held-bytes.ts';

export class Subscriber {
  readonly queue: string | null;
  /** When it was last chosen for its queue; the longest ago is next. */
  lastTurn = 0;
  readonly #handler: MessageHandler;
  readonly #loop: DeliveryLoop;
  readonly #maxBacklogBytes: number;
  #backlogBytes = 0;
  #overflowing = false;
  #left = false;

  constructor(queue: string | null, handler: MessageHandler, loop: DeliveryLoop, maxBacklogBytes: number) {
    this.queue = queue;
    this.#handler = handler;
    this.#loop = loop;
    this.#maxBacklogBytes = maxBacklogBytes;
  }

  offer(message: BusMessage): void {
    const bytes = heldBytes(message);
    if (this.#backlogBytes + bytes > this.#maxBacklogBytes) {
      this.#drop(message);
      return;
    }
    this.#backlogBytes += bytes;
    this.#loop.push(() => {
      this.#backlogBytes -= bytes;
      if (this.#backlogBytes === 0) this.#overflowing = false;
      if (!this.#left) this.#loop.call(this.#handler, message, message.subject);
    });
  }

  leave(): void {
    this.#left = true;
  }

  /** The newest goes, as the order of the rest must hold; said once until the subscriber has caught up. */
  #drop(message: BusMessage): void {
    if (this.#overflowing) return;
    this.#overflowing = true;
    this.#loop.report(
      new Refusal(
        'SLOW_SUBSCRIBER',
        `A subscriber has more than ${this.#maxBacklogBytes} bytes waiting; it loses messages from ${message.subject} on until it has caught up.`,
      ),
      message.subject,
    );
  }
}
