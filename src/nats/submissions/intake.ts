/**
 * Takes submissions from their stream, where they are kept while no Troupe runs. Each is acknowledged only after its
 * commit or its refusal is told, so a crash makes it come again, and what comes again makes no second task.
 */

import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Delivery, Subscription } from '../../bus/bus.ts';
import { Refusal } from '../../errors.ts';
import type { Troupe } from '../../troupe.ts';
import { internalError, type Problem, refusalProblem } from '../../views/problem.ts';
import { publishRejected } from './rejected.ts';
import { readSubmission, unknownSubject } from './submission.ts';

export interface Intake {
  /** Takes nothing more; resolves when what was taken is settled. */
  close(): Promise<void>;
}

/** So long does what a killed process had taken wait for the next one. */
const ACK_WAIT_MS = 10_000;
/** Enough to fill a commit. */
const MAX_IN_FLIGHT = 256;
const RETRY_MS = 1_000;
/** A submission this process fails at by a mistake of its own may be taken by another; then it is refused. */
const MAX_MISTAKES = 5;

/** Resolves whether or not the bus is connected; see `Bus.consume` for what it refuses. */
export async function startIntake(troupe: Troupe, log: Logger): Promise<Intake> {
  const receiver = new Receiver(troupe, log);
  await receiver.open();
  return receiver;
}

class Receiver implements Intake {
  readonly #troupe: Troupe;
  readonly #log: Logger;
  readonly #closing = new AbortController();
  readonly #open = new Set<Promise<void>>();
  #subscription: Subscription | null = null;

  constructor(troupe: Troupe, log: Logger) {
    this.#troupe = troupe;
    this.#log = log;
  }

  async open(): Promise<void> {
    setMaxListeners(MAX_IN_FLIGHT, this.#closing.signal);
    const { bus, subjects } = this.#troupe;
    const { name, pattern } = subjects.stream('submit');
    const options = { ackWaitMs: ACK_WAIT_MS, maxInFlight: MAX_IN_FLIGHT };
    // All of the stream: what names no tenant would lie there for ever.
    this.#subscription = await bus.consume(name, pattern, options, (delivery) => this.#track(delivery));
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
      await this.#submit(delivery);
      delivery.ack();
    } catch (error) {
      await this.#settle(delivery, error);
    }
  }

  async #submit({ message, id }: Delivery): Promise<void> {
    const address = this.#troupe.subjects.parse(message.subject);
    if (address?.kind !== 'submit') throw unknownSubject(message.subject);
    const { requests, isBatch } = readSubmission(address.tenantId, message, id);
    const [only] = requests;
    if (isBatch || only === undefined) await this.#troupe.submitBatch(requests);
    else await this.#troupe.submit(only);
  }

  async #settle(delivery: Delivery, error: unknown): Promise<void> {
    const { deliveries } = delivery;
    if (!(error instanceof Refusal)) {
      this.#log.error({ err: error, subject: delivery.message.subject }, 'a submission could not be taken');
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
    try {
      await publishRejected(bus, subjects, this.#tenantOf(delivery), delivery, problem);
      delivery.ack();
    } catch (err) {
      this.#log.warn({ err }, 'a refusal could not be told; the submission will come again');
      delivery.nak(RETRY_MS);
    }
  }

  /** Reads the token in the tenant's place, even an invalid one: its publisher will look there. */
  #tenantOf({ message: { subject } }: Delivery): string {
    const { subjects } = this.#troupe;
    const address = subjects.parse(subject);
    if (address?.kind === 'submit') return address.tenantId;
    const head = subjects.stream('submit').pattern.replace(/>$/, '');
    return subject.slice(head.length);
  }

  async #pause(delayMs: number): Promise<void> {
    const { signal } = this.#closing;
    // Rejects only for the signal, and then the wait is over as well.
    await wait(Math.min(delayMs, ACK_WAIT_MS / 2), undefined, { signal }).catch(() => undefined);
  }
}
