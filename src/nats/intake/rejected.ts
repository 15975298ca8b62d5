/** Describes a refused submission or signal: the problem, and what was sent, as far as it can be carried. */

import type { Bus, Delivery } from '../../bus/bus.ts';
import type { BusMessage } from '../../bus/message.ts';
import type { Subjects } from '../../bus/subjects.ts';
import { isRefusal } from '../../errors.ts';
import type { Problem } from '../../views/problem.ts';
import { parseJson } from '../../workflow/strict-json.ts';
import { messageIdOf } from './message-key.ts';

export interface Rejected {
  /** `Nats-Msg-Id` as it was sent. */
  readonly messageId: string | null;
  readonly problem: Problem;
  /** As it came: JSON that keeps all of it, else its text; null when it is too large to be carried along. */
  readonly body: unknown;
}

/** Refused by the bus with BUS_UNAVAILABLE or BUS_CLOSED alone. */
export async function publishRejected(
  bus: Bus,
  subjects: Subjects,
  tenantId: string,
  { message, id }: Delivery,
  problem: Problem,
): Promise<void> {
  const subject = subjects.of({ kind: 'rejected', tenantId });
  const messageId = messageIdOf(message);
  const send = (body: unknown) => {
    const rejected: Rejected = { messageId, problem, body };
    const data = Buffer.from(JSON.stringify(rejected));
    // Whoever keeps these in a stream of their own has each of them once.
    return bus.publish(subject, data, { messageId: messageId ?? id });
  };
  try {
    await send(bodyOf(message));
  } catch (error) {
    if (!isRefusal(error, 'MESSAGE_TOO_LARGE')) throw error;
    await send(null);
  }
}

function bodyOf({ data }: BusMessage): unknown {
  const text = new TextDecoder().decode(data);
  try {
    return parseJson(text);
  } catch {
    // That is why it was refused.
    return text;
  }
}
