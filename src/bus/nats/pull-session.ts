/**
 * Requests to one durable consumer for messages, on one connection and answered to one inbox, whose end is the end of
 * all of them. Never asks for more than there is room for, counting what was asked for and has not come.
 */

import { createInbox, type Msg, type NatsConnection, nanos, type Subscription } from 'nats';

/** How long the server keeps a request for messages. */
const EXPIRES_MS = 30_000;
/** The server says this often that a request is still there, which any busy queue says by itself. */
const HEARTBEAT_MS = 5_000;
/** Longer silence: the request is gone without a word. */
const SILENCE_MS = 3 * HEARTBEAT_MS;
/** After the server held too many requests of others. */
const RETRY_MS = 500;

export interface PullSessionOptions {
  /** How many more could be held now. */
  readonly room: () => number;
  /** With as many asked for, no more are: each request costs, so they are not made one by one. */
  readonly enough: number;
  readonly onMessage: (message: Msg) => void;
  /** The messages asked for will not come, or nothing will be heard of them. */
  readonly onLost: () => void;
}

export class PullSession {
  readonly #connection: NatsConnection;
  readonly #subject: string;
  readonly #options: PullSessionOptions;
  readonly #inbox = createInbox();
  readonly #subscription: Subscription;
  /** Asked for, and neither come nor refused. */
  #outstanding = 0;
  #asking = false;
  #ended = false;
  readonly #silence: NodeJS.Timeout;

  constructor(connection: NatsConnection, subject: string, options: PullSessionOptions) {
    this.#connection = connection;
    this.#subject = subject;
    this.#options = options;
    this.#silence = setTimeout(() => this.#suspect(), SILENCE_MS).unref();
    this.#subscription = connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error !== null) this.#lost();
        else this.#hear(message);
      },
    });
  }

  /** After all that is settled in this turn, so that many that end together are one request. */
  ask(): void {
    if (this.#asking || this.#ended) return;
    this.#asking = true;
    setImmediate(() => {
      this.#asking = false;
      this.#askNow();
    });
  }

  /** Hands back messages that are already on their way. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#silence);
    if (!this.#connection.isClosed()) {
      // Rejects when the connection closes first, which ends the subscription as well.
      this.#subscription.drain().catch(() => undefined);
    }
  }

  #askNow(): void {
    const batch = this.#options.room() - this.#outstanding;
    if (this.#ended || batch <= 0 || this.#outstanding >= this.#options.enough) return;
    if (this.#connection.isClosed()) return;
    this.#outstanding += batch;
    const request = { batch, expires: nanos(EXPIRES_MS), idle_heartbeat: nanos(HEARTBEAT_MS) };
    // The server's status for a request comes to its reply subject, which so tells how much was asked for.
    this.#connection.publish(this.#subject, JSON.stringify(request), { reply: `${this.#inbox}.${batch}` });
    this.#silence.refresh();
  }

  #hear(message: Msg): void {
    if (message.subject.startsWith(this.#inbox)) {
      this.#hearStatus(message);
      return;
    }
    if (this.#ended) {
      message.respond('-NAK');
      return;
    }
    this.#outstanding = Math.max(0, this.#outstanding - 1);
    this.#silence.refresh();
    this.#options.onMessage(message);
    this.ask();
  }

  /** Code 100 is a heartbeat; 408 and most of 409 end a request with some of it unanswered. */
  #hearStatus(message: Msg): void {
    if (this.#ended) return;
    this.#silence.refresh();
    const { code = 0, description = '' } = message.headers ?? {};
    if (code === 100) return;
    if (code === 503 || code === 400 || /deleted/i.test(description)) {
      this.#lost();
      return;
    }
    const asked = message.subject.slice(this.#inbox.length + 1);
    const unanswered = message.headers?.get('Nats-Pending-Messages') || asked;
    this.#outstanding = Math.max(0, this.#outstanding - Number(unanswered));
    if (/maxwaiting/i.test(description)) setTimeout(() => this.ask(), RETRY_MS).unref();
    else this.ask();
  }

  /** With nothing asked for, nothing need be heard. */
  #suspect(): void {
    if (this.#outstanding > 0) this.#lost();
    else this.#silence.refresh();
  }

  #lost(): void {
    if (this.#ended || this.#connection.isClosed()) return;
    this.#options.onLost();
  }
}
