/** Which tasks a list is asked for, whichever way it is asked: one reading of the question, and one answer to it. */

import { z } from '@hono/zod-openapi';
import type { Orchestrator, Scope } from '../orchestrator.ts';
import { nameField, nameOf } from '../workflow/fields.ts';
import { taskStatusSchema } from './views.ts';

export const LISTED = { least: 1, most: 200, usual: 20 } as const;

const moment = z.iso
  .datetime({ offset: true, error: 'must be a time in ISO 8601, as 2026-01-31T09:30:00Z' })
  .meta({ example: '2026-01-31T09:30:00Z' });

/** All but the tenant and the limit: where those come from, and how a number is written, differs. */
export const taskQueryFields = {
  status: taskStatusSchema.optional(),
  name: nameField.optional(),
  correlationId: nameOf(255).optional(),
  tag: nameField.optional(),
  createdAfter: moment.optional().meta({ description: 'Submitted at this moment or later' }),
  createdBefore: moment.optional().meta({ description: 'Submitted earlier than this' }),
  fields: z
    .enum(['summary'])
    .optional()
    .meta({
      description:
        'With `summary`, each task comes without `steps`, `payload` and `result`, with `stepCounts` in their ' +
        'place, and with the first few of `waitingFor` and how many there are',
    }),
  cursor: z.string().optional().meta({ description: '`nextCursor` of the page before' }),
};

type AskedFields = z.output<z.ZodObject<typeof taskQueryFields>>;

export interface AskedTasks extends AskedFields {
  readonly tenantId: Scope;
  readonly limit: number;
}

export function answerTaskQuery(
  troupe: Orchestrator,
  { fields, ...query }: AskedTasks,
): ReturnType<Orchestrator['listTasks'] | Orchestrator['summarizeTasks']> {
  return fields === 'summary' ? troupe.summarizeTasks(query) : troupe.listTasks(query);
}
