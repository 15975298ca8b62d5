/**
 * Sends outcomes until the stream of their orchestrator keeps them: with NATS away an outcome is kept and sent again,
 * always under the same message id, so that however often it is sent it arrives once.
 */

import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import { Refusal } from '../errors.ts';
import type { Outcome } from '../worker/job.ts';

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;

export class Outcomes {
  readonly #bus: Bus;
  readonly #log: Logger;
  readonly #closing = new AbortController();

  constructor(bus: Bus, log: Logger) {
    // As many wait for it as outcomes wait for the bus.
    setMaxListeners(0, this.#closing.signal);
    this.#bus = bus;
    this.#log = log;
  }

  /** True once it is kept; false if it was given up, because nobody wants it any more or this was closed. */
  async send(outcomeTo: string, outcome: Outcome, isWanted: () => boolean): Promise<boolean> {
    let sent = outcome;
    for (let failures = 0; isWanted() && !this.#closing.signal.aborted; failures++) {
      try {
        await this.#bus.publish(outcomeTo, encode(sent), { messageId: sent.token });
        return true;
      } catch (error) {
        if (failures === 0) this.#log.warn({ err: error, outcomeTo }, 'an outcome is kept and sent again');
        if (isTooLarge(error)) sent = tooLarge(outcome, error);
        await this.#pause(failures);
      }
    }
    return false;
  }

  /** Sent once: the next one says the same. */
  async beat(outcomeTo: string, token: string): Promise<void> {
    try {
      await this.#bus.publish(outcomeTo, encode({ token, status: 'heartbeat' }));
    } catch (err) {
      this.#log.debug({ err, outcomeTo }, 'a heartbeat was not sent');
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #pause(failures: number): Promise<void> {
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS);
    // Rejects only when closed, which ends the wait as well.
    await wait(delayMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}

type Heartbeat = { readonly token: string; readonly status: 'heartbeat' };

const encode = (message: Outcome | Heartbeat): Uint8Array => Buffer.from(JSON.stringify(message));

const isTooLarge = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.kind === 'too_large';

/** By its record or the details of its error: an output is bounded. Sent as it is, it would never arrive. */
function tooLarge({ token }: Outcome, { message }: Refusal): Outcome {
  const error = { name: 'PermanentError', message, code: 'OUTCOME_TOO_LARGE', retryable: false };
  return { token, status: 'failed', error };
}
