/**
 * Sends outcomes until the stream of their orchestrator keeps them: with NATS away an outcome is kept and sent again,
 * always under the same message id, so that however often it is sent it arrives once.
 */

import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import { failure } from '../../machines/failure-codes.ts';
import type { Bus } from '../bus/bus.ts';
import { isCarried } from '../bus/parts.ts';
import { Refusal } from '../errors.ts';
import type { Outcome } from '../worker/job.ts';
import { LIMITS } from '../workflow/definition.ts';
import { OrchestratorNo } from './ask.ts';
import type { Reply } from './job-message.ts';
import { pause } from './patience.ts';
import { upload } from './upload.ts';

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

  /** Fires when nothing is sent any more. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** True once it is kept; false if it was given up, because nobody wants it any more or this was closed. */
  async send(reply: Reply, outcome: Outcome, isWanted: () => boolean): Promise<boolean> {
    const { outcomeTo, uploadTo } = reply;
    let sent = outcome;
    for (let failures = 0; isWanted() && !this.#closing.signal.aborted; ) {
      const data = encode(sent);
      try {
        if (isCarried(this.#bus, data.byteLength)) {
          await this.#bus.publish(outcomeTo, data, { messageId: sent.token });
          return true;
        }
        if (uploadTo === null || data.byteLength > LIMITS.bodyBytes) throw tooLargeFor(this.#bus, data);
        return await this.#upload(uploadTo, sent.token, data, isWanted);
      } catch (error) {
        if (failures === 0) this.#log.warn({ err: error, outcomeTo }, 'an outcome is kept and sent again');
        if (isRefused(error)) sent = instead(outcome, error);
        await pause(failures++, this.#closing.signal);
      }
    }
    return false;
  }

  #upload(to: string, token: string, data: Uint8Array, isWanted: () => boolean): Promise<boolean> {
    return upload({ bus: this.#bus, to, token, data, isWanted, signal: this.#closing.signal });
  }

  /** Sent once: the next one says the same. */
  async beat(
    { outcomeTo, hearsWorker }: Reply,
    token: string,
    progress: number | null,
    who: Sign,
  ): Promise<void> {
    try {
      const share = progress === null ? {} : { progress };
      const sign = { token, status: 'heartbeat', ...share, ...(hearsWorker ? who : {}) } as const;
      await this.#bus.publish(outcomeTo, encode(sign));
    } catch (err) {
      this.#log.debug({ err, outcomeTo }, 'a heartbeat was not sent');
    }
  }

  close(): void {
    this.#closing.abort();
  }
}

/** A heartbeat says this to its listeners. */
export interface Sign {
  readonly worker: string;
  readonly delivery: number;
  readonly returned?: true;
}

type Heartbeat = Partial<Sign> & {
  readonly token: string;
  readonly status: 'heartbeat';
  readonly progress?: number;
};

const encode = (message: Outcome | Heartbeat): Uint8Array => Buffer.from(JSON.stringify(message));

/** It will not be taken as it is, however often it is sent: it is too large, or its orchestrator said no. */
const isRefused = (error: unknown): error is Refusal | OrchestratorNo =>
  error instanceof OrchestratorNo ||
  (error instanceof Refusal && (error.kind === 'too_large' || error.kind === 'conflict'));

function tooLargeFor({ maxMessageBytes }: Bus, { byteLength }: Uint8Array): Refusal {
  const message = `the outcome is ${byteLength} bytes of JSON; its orchestrator takes at most ${maxMessageBytes} over this NATS`;
  return new Refusal('OUTCOME_TOO_LARGE', message);
}

/** Sent as it is, it would never arrive. A failure stays one, without what made it so large. */
function instead(outcome: Outcome, { message, code }: Refusal | OrchestratorNo): Outcome {
  const { token, record } = outcome;
  if (outcome.status === 'failed') {
    const { name, message: original, code: its, retryable } = outcome.error;
    return {
      token,
      status: 'failed',
      error: { name, message: original, code: its, retryable, details: message },
    };
  }
  const error = failure('PermanentError', 'OUTPUT_TOO_LARGE', message);
  return { token, status: 'failed', error: record === undefined ? error : { ...error, code } };
}
