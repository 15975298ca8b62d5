/** A signal that came as a message: the body of `POST /signals`, but for the tenant and the name, which its subject names. */

import type { z } from 'zod';
import type { Delivery } from '../../bus/bus.ts';
import { KEEP_SECONDS } from '../../kernel/signals.ts';
import { jsonOf } from '../../workflow/json-body.ts';
import { parseWith, strict } from '../../workflow/parse.ts';
import { type KeyedSignalInput, keyedSignalSchema } from '../../workflow/signal-request.ts';
import { tenantIdField } from '../../workflow/task-request.ts';
import { messageKeyOf } from '../intake/message-key.ts';

const { name: _name, ...shape } = keyedSignalSchema.shape;
const bodySchema: z.ZodType<Omit<z.output<typeof keyedSignalSchema>, 'name'>> = strict(shape);

interface Named {
  readonly tenantId: string;
  readonly name: string;
}

/**
 * One without an id gets one of the message's. It is kept as long as it says from when it was published on, however late
 * it is read. Refuses with BODY_TOO_LARGE, NOT_UTF8, NOT_JSON, INVALID_TENANT and INVALID_SIGNAL.
 */
export function readSignal(
  { tenantId, name }: Named,
  { message, id: deliveryId, keptAt }: Pick<Delivery, 'message' | 'id' | 'keptAt'>,
  now: number,
): KeyedSignalInput {
  const body = jsonOf(message.data);
  parseWith(tenantIdField, tenantId, 'INVALID_TENANT', 'the tenant in the subject');
  const { key, data, id, keepSeconds } = parseWith(bodySchema, body, 'INVALID_SIGNAL', 'the signal');
  const ageSeconds = Math.max(0, (now - keptAt) / 1_000);
  return {
    name,
    key,
    data,
    id: id ?? messageKeyOf(message, deliveryId),
    keepSeconds: Math.max(0, (keepSeconds ?? KEEP_SECONDS) - ageSeconds),
  };
}
