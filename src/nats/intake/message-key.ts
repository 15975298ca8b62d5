/** The name by which a message that comes again is known: it says the same of every copy of it. */

import { createHash } from 'node:crypto';
import { type BusMessage, MESSAGE_ID_HEADER } from '../../bus/message.ts';
import { Refusal } from '../../errors.ts';
import { idempotencyKeyField } from '../../workflow/task-request.ts';

export function messageIdOf({ headers }: BusMessage): string | null {
  return headers[MESSAGE_ID_HEADER] || null;
}

/**
 * Made of the id that its publisher gave it, or else of the one that its stream has for it (`deliveryId`); null for a
 * message with neither. At most 255 characters, with room for the number of a task in a batch.
 */
export function messageKeyOf(message: BusMessage, deliveryId: string | null): string | null {
  const messageId = messageIdOf(message);
  const key = messageId === null ? deliveryId && `delivery:${deliveryId}` : `msg:${messageId}`;
  if (key === null || idempotencyKeyField.safeParse(`${key}/999`).success) return key;
  return `msg:sha256:${createHash('sha256').update(key).digest('hex')}`;
}

/** For a subject that is listened to, and says too little or too much: `named` is what it should name, a token each. */
export function unknownSubject(subject: string, named: 'tenant' | 'tenant and signal' = 'tenant'): Refusal {
  const count = named === 'tenant' ? 'one token is' : 'two tokens are';
  return new Refusal(
    'UNKNOWN_SUBJECT',
    `${subject} names no ${named}: ${count} expected, with every byte outside A-Z a-z 0-9 _ - as %XX.`,
  );
}
