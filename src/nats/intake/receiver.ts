/**
 * Takes messages from a stream that keeps them while no Troupe runs. Each is acknowledged only after its commit, or
 * after its refusal is told: a crash makes it come again, and what comes again must do nothing a second time.
 */

import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ConsumeOptions, Delivery, Subscription } from '../../bus/bus.ts';
import { Refusal } from '../../errors.ts';
import type { Troupe } from '../../troupe.ts';
import { internalError, type Problem, refusalProblem } from '../../views/problem.ts';
import { publishRejected } from './rejected.ts';

export interface Intake {
  /** Takes nothing more; resolves when what was taken is settled. */
  close(): Promise<void>;
}

/** One kind of message, and how it is taken. */
export interface Receiving {
  /** For the log: `a submission`. */
  readonly what: string;
  readonly open: (
    options: ConsumeOptions,
    handler: (delivery: Delivery) => Promise<void>,
  ) => Promise<Subscription>;
  /** Resolves once it is committed; what it throws as a refusal is told to the publisher. */
  readonly take: (delivery: Delivery) => Promise<void>;
  /** The token in the tenant's place, even an invalid one: its publisher will look there. */
  readonly tenantOf: (subject: string) => string;
}

/** So long does what a killed process had taken wait for the next one. */
const ACK_WAIT_MS = 10_000;
/** Enough to fill a commit. */
const MAX_IN_FLIGHT = 256;
const RETRY_MS = 1_000;
/** A message this process fails at by a mistake of its own may be taken by another; then it is refused. */
const MAX_MISTAKES = 5;

/** Resolves whether or not the bus is connected; see `Bus.consume` for what it refuses. */
export async function startReceiver(troupe: Troupe, log: Logger, receiving: Receiving): Promise<Intake> {
  const receiver = new Receiver(troupe, log, receiving);
  await receiver.open();
  return receiver;
}

class Receiver implements Intake {
  readonly #troupe: Troupe;
  readonly #log: Logger;
  readonly #receiving: Receiving;
  readonly #closing = new AbortController();
  readonly #open = new Set<Promise<void>>();
  #subscription: Subscription | null = null;

  constructor(troupe: Troupe, log: Logger, receiving: Receiving) {
    this.#troupe = troupe;
    this.#log = log;
    this.#receiving = receiving;
  }

  async open(): Promise<void> {
    setMaxListeners(MAX_IN_FLIGHT, this.#closing.signal);
    const options = { ackWaitMs: ACK_WAIT_MS, maxInFlight: MAX_IN_FLIGHT };
    this.#subscription = await this.#receiving.open(options, (delivery) => this.#track(delivery));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#subscription?.unsubscribe();
    await Promise.allSettled(this.#open);
  }

  #track(delivery: Delivery): Promise<void> {
    const taken = this.#take(delivery).finally(() => this.#open.delete(taken));
    this.#open.add(taken);
    return taken;
  }

  async #take(delivery: Delivery): Promise<void> {
    try {
      await this.#receiving.take(delivery);
      delivery.ack();
    } catch (error) {
      await this.#settle(delivery, error);
    }
  }

  async #settle(delivery: Delivery, error: unknown): Promise<void> {
    const { deliveries } = delivery;
    if (!(error instanceof Refusal)) {
      const { what } = this.#receiving;
      this.#log.error({ err: error, subject: delivery.message.subject }, `${what} could not be taken`);
      if (deliveries < MAX_MISTAKES) delivery.nak(RETRY_MS * deliveries);
      else await this.#reject(delivery, internalError());
      return;
    }
    if (error.kind !== 'unavailable') {
      await this.#reject(delivery, refusalProblem(error));
      return;
    }
    // Held, so that not the whole queue is tried while the store takes nothing.
    await this.#pause(error.retryAfterSeconds === null ? RETRY_MS : error.retryAfterSeconds * 1_000);
    delivery.nak(0);
  }

  async #reject(delivery: Delivery, problem: Problem): Promise<void> {
    const { bus, subjects } = this.#troupe;
    const { what, tenantOf } = this.#receiving;
    try {
      await publishRejected(bus, subjects, tenantOf(delivery.message.subject), delivery, problem);
      delivery.ack();
    } catch (err) {
      this.#log.warn({ err }, `a refusal could not be told; ${what} will come again`);
      delivery.nak(RETRY_MS);
    }
  }

  async #pause(delayMs: number): Promise<void> {
    const { signal } = this.#closing;
    // Rejects only for the signal, and then the wait is over as well.
    await wait(Math.min(delayMs, ACK_WAIT_MS / 2), undefined, { signal }).catch(() => undefined);
  }
}
