/**
 * The call `signal`: to one task, answered by the server that has it; or by key, and then whoever waits may be in another
 * store: the one that is asked keeps it and answers, and publishes it for the others.
 */

import { uuidv7 } from 'uuidv7';
import { z } from 'zod';
import type { BusMessage } from '../../bus/message.ts';
import type { Troupe } from '../../troupe.ts';
import type { SignalReceipt, TaskSignalReceipt } from '../../views/signals.ts';
import { strict } from '../../workflow/parse.ts';
import { keyedSignalSchema } from '../../workflow/signal-request.ts';
import { messageKeyOf } from '../intake/message-key.ts';
import { BY_NATS } from '../signals/intake.ts';

const { name, key, id: signalId, keepSeconds } = keyedSignalSchema.shape;

/** `id` is the task, as in every call; the signal's own is `signalId`. */
export const signalCallSchema = strict({
  name,
  id: z.string({ error: 'must be the id of a task' }).optional(),
  key: key.optional(),
  // Each way has its own bound, and says so.
  data: z.unknown().optional(),
  signalId,
  keepSeconds,
}).superRefine((given, context) => {
  const tell = (field: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [field], message });
  if ((given.id === undefined) === (given.key === undefined))
    tell('key', 'give either the key, or the id of a task; the id of the signal itself is signalId');
  if (given.id !== undefined && given.keepSeconds !== null)
    tell('keepSeconds', 'is for signals by key: one to a task is kept as long as the task');
});

type Given = z.output<typeof signalCallSchema>;

export async function signal(
  troupe: Troupe,
  tenantId: string,
  { id: taskId, key, name, data, signalId, keepSeconds }: Given,
  message: BusMessage,
): Promise<SignalReceipt | TaskSignalReceipt> {
  const id = signalId ?? messageKeyOf(message, null);
  if (taskId !== undefined) return troupe.signalTask(tenantId, taskId, name, { data, id }, BY_NATS);
  const body = { key: key ?? '', data, id: id ?? uuidv7(), keepSeconds };
  const receipt = await troupe.signal(tenantId, { name, ...body }, BY_NATS);
  const { bus, subjects } = troupe;
  // Within one process there are no others. This server hears it again, and knows it by its id.
  if (bus.link !== null)
    await bus.publish(subjects.of({ kind: 'signal', tenantId, name }), Buffer.from(JSON.stringify(body)));
  return receipt;
}
