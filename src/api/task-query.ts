/** Which tasks a list is asked for, whichever way it is asked: one reading of the question, and one answer to it. */

import { z } from '@hono/zod-openapi';
import type { Orchestrator, Scope, Written } from '../views/orchestrator.ts';
import { WAITS_FOR } from '../views/statuses.ts';
import { nameField, referenceField } from '../workflow/fields.ts';
import { correlationIdField } from '../workflow/task-request.ts';
import { taskStatusSchema } from './views.ts';

export const LISTED = { least: 1, most: 200, usual: 20 } as const;

const moment = z.iso
  .datetime({ offset: true, error: 'must be a time in ISO 8601, as 2026-01-31T09:30:00Z' })
  .meta({ example: '2026-01-31T09:30:00Z' });

/** All but the tenant and the limit: where those come from, and how a number is written, differs. */
export const taskQueryFields = {
  status: taskStatusSchema.optional(),
  name: referenceField.optional().meta({
    description: 'Tasks of this name, in any namespace; or of the workflow, as `namespace/name`',
  }),
  correlationId: correlationIdField.optional(),
  tag: nameField.optional(),
  parentId: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'The child tasks of this task; without it, tasks that are no children' }),
  waitsFor: z
    .enum(WAITS_FOR, `must be one of ${WAITS_FOR.join(', ')}`)
    .optional()
    .meta({ description: 'One of its steps waits for this, outside any worker' }),
  createdAfter: moment.optional().meta({ description: 'Submitted at this moment or later' }),
  createdBefore: moment.optional().meta({ description: 'Submitted earlier than this' }),
  ids: z
    .string()
    .regex(/^[^,]{1,64}(?:,[^,]{1,64}){0,199}$/, 'must be 1 to 200 ids of tasks, with commas between')
    .optional()
    .meta({
      description:
        'Only these tasks: at most 200 ids, with commas between; one that is not there is left out',
    }),
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
  { fields, ids, ...asked }: AskedTasks,
): Promise<Written> {
  const query = ids === undefined ? asked : { ...asked, ids: ids.split(',') };
  return troupe.answer(asked.tenantId, { ask: fields === 'summary' ? 'summaries' : 'tasks', query });
}
