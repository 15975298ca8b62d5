/**
 * Order events on the bus, as question and answer: a plain publish tells nobody whether anyone heard, so the
 * publisher asks, and a subscriber answers once it has taken the event. Over NATS both sides would stay as they are.
 */

import { PermanentError, Refusal, RetryableError, type Troupe } from 'troupe';
import {
  type Confirmation,
  confirmationSchema,
  type Order,
  type OrderEvent,
  orderEventSchema,
} from './models.ts';
import { read } from './steps/read.ts';

type Bus = Troupe['bus'];

const SUBJECT = 'shop.orders.created';
const ANSWER_WITHIN_MS = 5_000;

export class OrderEvents {
  readonly #bus: Promise<Bus>;
  #connect: (bus: Bus) => void = () => undefined;

  constructor() {
    this.#bus = new Promise((resolve) => {
      this.#connect = resolve;
    });
  }

  /** Attempts found after a restart begin while the Troupe with their bus is still being made: until then they wait. */
  connect(bus: Bus): void {
    this.#connect(bus);
  }

  async publish(event: OrderEvent): Promise<Confirmation> {
    const bus = await this.#bus;
    const answer = await bus
      .request(SUBJECT, toBytes(event), { timeoutMs: ANSWER_WITHIN_MS })
      .catch((cause: unknown) => {
        const why = cause instanceof Refusal ? cause.code : String(cause);
        throw new RetryableError(`nobody confirmed ${event.type} of order ${event.order.id}: ${why}`, {
          cause,
        });
      });
    const confirmation = read(confirmationSchema, fromBytes(answer.data), 'the confirmation');
    if (confirmation.event_id === event.event_id) return confirmation;
    throw new PermanentError(`the confirmation is for ${confirmation.event_id}`, { code: 'UNEXPECTED_DATA' });
  }
}

/** The subscriber: takes each order once, however often its event comes, and confirms it every time. */
export class Fulfillment {
  readonly #bus: Bus;
  readonly #orders = new Map<string, Order>();
  #subscription: ReturnType<Bus['subscribe']> | null = null;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  get orders(): readonly Order[] {
    return [...this.#orders.values()];
  }

  start(): void {
    this.#subscription ??= this.#bus.subscribe(
      SUBJECT,
      { queue: 'fulfillment' },
      async ({ data, replyTo }) => {
        const { event_id, order } = read(orderEventSchema, fromBytes(data), 'the event');
        this.#orders.set(event_id, order);
        const confirmation: Confirmation = { event_id, status: 'confirmed', confirmed_by: 'fulfillment' };
        if (replyTo !== null) await this.#bus.publish(replyTo, toBytes(confirmation));
      },
    );
  }

  stop(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = null;
  }
}

const toBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const fromBytes = (data: Uint8Array): unknown => JSON.parse(Buffer.from(data).toString());
