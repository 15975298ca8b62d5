/**
 * Sends jobs until the stream keeps them: what cannot be sent now stays to be sent, under the same message id, so
 * that however often it is sent it is one job.
 */

import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import { Refusal } from '../errors.ts';

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;

export interface Parcel {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SenderDeps {
  readonly bus: Bus;
  readonly log: Logger;
  /** The job as it is now, or null when nobody wants it done any more. */
  readonly pack: (token: string) => Parcel | null;
  /** `id`: what the stream calls it. */
  readonly onSent: (token: string, id: string | null) => void;
  /** The bus takes nothing for now; heard again each time this one is tried in vain. */
  readonly onHindered: (token: string, error: Refusal) => void;
  /** It takes this one never. */
  readonly onRefused: (token: string, error: Refusal) => void;
}

export class Sender {
  readonly #deps: SenderDeps;
  readonly #unsent = new Set<string>();
  #delayMs = FIRST_RETRY_MS;
  #retry: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  /** The token names the message. */
  async send(token: string): Promise<void> {
    const { bus, pack, onSent } = this.#deps;
    this.#unsent.delete(token);
    const parcel = this.#closed ? null : pack(token);
    if (parcel === null) return;
    try {
      const { subject, data, headers } = parcel;
      const { id } = await bus.publish(subject, data, { headers, messageId: token });
      this.#delayMs = FIRST_RETRY_MS;
      onSent(token, id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#hear(token, error);
    }
  }

  close(): void {
    this.#closed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  #hear(token: string, error: Refusal): void {
    if (this.#closed || error.code === 'BUS_CLOSED') return;
    if (error.kind !== 'unavailable' && error.kind !== 'limited') {
      this.#deps.onRefused(token, error);
      return;
    }
    this.#unsent.add(token);
    this.#deps.onHindered(token, error);
    if (this.#retry !== null) return;
    this.#retry = setTimeout(() => this.#sendAgain(), this.#delayMs).unref();
    this.#delayMs = Math.min(this.#delayMs * 2, MAX_RETRY_MS);
  }

  #sendAgain(): void {
    this.#retry = null;
    for (const token of [...this.#unsent]) void this.send(token);
  }
}
