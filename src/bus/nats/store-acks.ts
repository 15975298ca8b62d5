/**
 * Publishes to streams over one connection, and hears from each message whether it is kept. What the client has for
 * this makes an error with its stack trace for every message that succeeds; for messages by the thousand that shows.
 */

import { createInbox, ErrorCode, Events, type Msg, type NatsConnection, NatsError } from 'nats';
import { z } from 'zod';
import type { Outgoing } from './streams.ts';

interface Kept {
  readonly duplicate: boolean;
  readonly seq: number;
}

interface Waiting {
  readonly subject: string;
  readonly resolve: (kept: Kept) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

const answer = z.object({
  stream: z.string(),
  seq: z.number().default(0),
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
  publish({ subject, data, headers }: Outgoing, timeoutMs: number): Promise<Kept> {
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

  /** Nothing is waited for; a subscriber that answers what it hears has somewhere to answer to. */
  pass({ subject, data, headers }: Outgoing): void {
    this.#connection.publish(subject, data, { reply: `${this.#inbox}.0`, ...(headers && { headers }) });
  }

  #hear(message: Msg): void {
    const id = message.subject.slice(this.#inbox.length + 1);
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    const answer = answerOf(message);
    // A plain subscriber answers what it heard, as `+ACK`, maybe before the stream does.
    if (answer === null) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (answer instanceof NatsError) waiting.reject(answer);
    else waiting.resolve(answer);
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

/** Reads the stream's answer about a message, or the server's about a missing stream; null: neither speaks. */
function answerOf(message: Msg): Kept | NatsError | null {
  if (message.headers?.code === 503) return NatsError.errorForCode(ErrorCode.NoResponders);
  const { success, data } = answer.safeParse(jsonOf(message));
  if (!success) return null;
  const { duplicate, seq, error } = data;
  if (error === undefined) return { duplicate, seq };
  return Object.assign(new NatsError(error.description, ErrorCode.ApiError), { api_error: error });
}

function jsonOf(message: Msg): unknown {
  try {
    return message.json();
  } catch {
    // Whatever it is, it is no answer of a stream.
    return null;
  }
}
