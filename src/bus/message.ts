/**
 * A message, and what makes one acceptable: the same rules on every bus, so that nothing works inside the process
 * and fails on the wire.
 */

import { Refusal } from '../errors.ts';
import { assertSubject } from './patterns.ts';

/** A nats-server takes this much unless configured otherwise; headers count. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
export const MESSAGE_ID_HEADER = 'Nats-Msg-Id';

export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** The subject to publish an answer to, or null when nobody waits for one. */
  readonly replyTo: string | null;
}

export type MessageHandler = (message: BusMessage) => void | Promise<void>;

export interface PublishOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Names this message within its stream, across repeated sends; travels as `Nats-Msg-Id`. */
  readonly messageId?: string;
  /** False: only for plain subscribers who hear it now; no stream keeps it. */
  readonly keep?: false;
}

export function createMessage(
  subject: string,
  data: Uint8Array,
  options: PublishOptions,
  replyTo: string | null,
): BusMessage {
  assertSubject(subject);
  const headers = { ...options.headers };
  if (options.messageId !== undefined) headers[MESSAGE_ID_HEADER] = options.messageId;
  assertHeaders(headers);
  const message = { subject, data, headers, replyTo };
  const bytes = wireBytes(message);
  if (bytes > MAX_MESSAGE_BYTES) {
    throw new Refusal(
      'MESSAGE_TOO_LARGE',
      `The message for ${subject} has ${bytes} bytes with its headers; at most ${MAX_MESSAGE_BYTES} are carried. Send a reference to the data instead.`,
    );
  }
  return message;
}

/** Data and headers as NATS counts them: a version line, `name: value` lines, an empty line. */
export function wireBytes({ data, headers }: BusMessage): number {
  let bytes = data.byteLength;
  const entries = Object.entries(headers);
  if (entries.length > 0) bytes += 'NATS/1.0\r\n\r\n'.length;
  for (const [name, value] of entries) bytes += Buffer.byteLength(`${name}: ${value}\r\n`);
  return bytes;
}

/** A line break in a header would begin another header, or another protocol line. */
function assertHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (/^[!-9;-~]+$/.test(name) && !/[\r\n\0]/.test(value)) continue;
    throw new Refusal(
      'INVALID_HEADER',
      `The header ${JSON.stringify(name)} must have a name of printable ASCII without ":" and a value on one line.`,
    );
  }
}
