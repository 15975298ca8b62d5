/** Signals as they are sent: the bodies of `POST /signals` and `POST /tasks/:id/signals/:name`, and code's own. */

import { z } from 'zod';
import { LIMITS } from './definition.ts';
import { jsonValueOf, nameOf } from './fields.ts';
import { parseWith, strict } from './parse.ts';
import { signalKeyField, signalNameField } from './steps/wait-for.ts';

/** A signal that goes to many is smaller than one that goes to a single task. */
const KEY_BYTES = 16 * 1024;

const id = nameOf(255)
  .nullable()
  .default(null)
  .meta({ description: 'The same id means the same signal: sent again it is taken once' });

export const keyedSignalSchema = strict({
  name: signalNameField,
  key: signalKeyField.meta({ description: 'Reaches every waiting task of the tenant that waits for it' }),
  data: jsonValueOf(KEY_BYTES).optional().meta({ description: 'Any JSON; at most 16 KiB' }),
  id,
  keepSeconds: z
    .number()
    .min(0, 'must not be negative')
    .max(LIMITS.delaySeconds, `must be at most ${LIMITS.delaySeconds} (10 years)`)
    .nullable()
    .default(null)
    .meta({ description: 'Kept so long for those who wait later; a day unless given' }),
}).meta({ id: 'Signal' });

const taskSignalShape = {
  data: jsonValueOf(LIMITS.payloadBytes).optional().meta({ description: 'Any JSON; at most 256 KiB' }),
  id,
};

export const taskSignalSchema = strict(taskSignalShape).meta({ id: 'TaskSignal' });

/** One that comes with its task. */
export const firstSignalSchema = strict({ name: signalNameField, ...taskSignalShape }).meta({
  id: 'FirstSignal',
});

export type KeyedSignalInput = z.input<typeof keyedSignalSchema> & { readonly tenantId?: string };
export type TaskSignalInput = z.input<typeof taskSignalSchema>;

/** Refuses with INVALID_SIGNAL and every fault. */
export const parseKeyedSignal = (input: unknown): z.output<typeof keyedSignalSchema> =>
  parseWith(keyedSignalSchema, input, 'INVALID_SIGNAL', 'the signal');

export const parseTaskSignal = (name: string, input: TaskSignalInput): z.output<typeof firstSignalSchema> =>
  parseWith(firstSignalSchema, { ...input, name }, 'INVALID_SIGNAL', 'the signal');
