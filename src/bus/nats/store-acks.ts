/**
 * Publishes to streams over one connection, and hears from each message whether it is kept. What the client has for
 * this makes an error with its stack trace for every message that succeeds; for messages by the thousand that shows.
 */

import { createInbox, ErrorCode, Events, type Msg, type NatsConnection, NatsError } from 'nats';
import { z } from 'zod';
import type { Outgoing } from './streams.ts';

interface Waiting {
  readonly subject: string;
  readonly resolve: (kept: { readonly duplicate: boolean }) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

const answer = z.object({
  stream: z.string(),
  duplicate: z.boolean().default(false),
  error: z.object({ code: z.number(), err_code: z.number(), description: z.string() }).optional(),
});

export class StoreAcks {
  readonly #connection: NatsConnection;
  readonly #inbox = createInbox();
  /** By the last token of the subject that the answer comes to. */
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#hear(message);
      },
    });
    void connection.closed().then(() => this.#fail(null, ErrorCode.ConnectionClosed));
    void this.#hearDenials();
  }

  /** Rejects with the client's errors: a timeout, nobody there, what the stream says against it. */
  publish({ subject, data, headers }: Outgoing, timeoutMs: number): Promise<{ readonly duplicate: boolean }> {
    const id = `${++this.#count}`;
    return new Promise((resolve, reject) => {
      // Throws for what cannot be sent at all.
      this.#connection.publish(subject, data, { reply: `${this.#inbox}.${id}`, ...(headers && { headers }) });
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(NatsError.errorForCode(ErrorCode.Timeout));
      }, timeoutMs);
      this.#waiting.set(id, { subject, resolve, reject, timer });
    });
  }

  #hear(message: Msg): void {
    const id = message.subject.slice(this.#inbox.length + 1);
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    try {
      waiting.resolve(keptOf(message));
    } catch (error) {
      waiting.reject(error);
    }
  }

  /** `subject`: null fails all. */
  #fail(subject: string | null, code: ErrorCode): void {
    for (const [id, waiting] of this.#waiting) {
      if (subject !== null && waiting.subject !== subject) continue;
      this.#waiting.delete(id);
      clearTimeout(waiting.timer);
      waiting.reject(NatsError.errorForCode(code));
    }
  }

  /** The server does not answer what it denies; it says so on the side. Ends with the connection. */
  async #hearDenials(): Promise<void> {
    for await (const { type, permissionContext } of this.#connection.status()) {
      if (type !== Events.Error || permissionContext?.operation !== 'publish') continue;
      this.#fail(permissionContext.subject, ErrorCode.PermissionsViolation);
    }
  }
}

function keptOf(message: Msg): { readonly duplicate: boolean } {
  if (message.headers?.code === 503) throw NatsError.errorForCode(ErrorCode.NoResponders);
  const { duplicate, error } = answer.parse(message.json());
  if (error === undefined) return { duplicate };
  throw Object.assign(new NatsError(error.description, ErrorCode.ApiError), { api_error: error });
}
