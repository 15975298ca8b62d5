/** Messages as the client has them, to and from ours. */

import { headers, type Msg, type MsgHdrs } from 'nats';
import type { BusMessage } from '../message.ts';

export function toHeaders(record: BusMessage['headers']): MsgHdrs | undefined {
  const entries = Object.entries(record);
  if (entries.length === 0) return undefined;
  const written = headers();
  for (const [name, value] of entries) written.set(name, value);
  return written;
}

export function fromMessage(message: Msg, replyTo: string | null): BusMessage {
  const record: Record<string, string> = {};
  for (const [name, [value = '']] of message.headers ?? []) record[name] = value;
  return { subject: message.subject, data: message.data, headers: record, replyTo };
}

/** One handler's failure is reported and is nobody else's. */
export function callHandler<M>(
  handler: (message: M) => void | Promise<void>,
  message: M,
  onError: (error: unknown) => void,
): void {
  try {
    handler(message)?.catch(onError);
  } catch (error) {
    onError(error);
  }
}
