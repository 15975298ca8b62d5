/** `POST /tasks` and `POST /tasks/batch`: a submission is answered only after it is committed. */

import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { invalid } from '../../workflow/parse.ts';
import {
  batchRequestSchema,
  type TaskRequest,
  taskRequestSchema,
  withTenant,
} from '../../workflow/task-request.ts';
import { traceparentField } from '../../workflow/traceparent.ts';
import { tenantFor } from '../auth.ts';
import type { Api, ApiEnv, ApiParts } from '../context.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { problems } from '../problem.ts';
import { taskSchema } from '../views.ts';

const IDEMPOTENCY_HEADER = 'idempotency-key';
const TRACE_HEADER = 'traceparent';

const traceHeader = {
  [TRACE_HEADER]: z.string().optional().meta({
    description: 'W3C Trace Context; goes on to jobs, webhooks and spans. One that is malformed is ignored',
  }),
};

const locationHeader = { Location: { schema: { type: 'string' as const }, description: 'The task' } };
const replayedHeader = {
  'Idempotent-Replayed': {
    schema: { type: 'string' as const, enum: ['true'] },
    description: 'Nothing was executed twice',
  },
};
const refusals = problems(400, 401, 403, 413, 415, 422, 429, 503);

const submitRoute = createRoute({
  method: 'post',
  path: '/tasks',
  tags: ['Tasks'],
  operationId: 'submitTask',
  summary: 'Submit a task',
  description:
    'Runs a workflow, or one handler, now or after a delay and the tasks it depends on. Once answered, the task ' +
    'is stored and will run. The same idempotency key with the same body answers with the first task.',
  request: {
    headers: z.object({
      [IDEMPOTENCY_HEADER]: z
        .string()
        .optional()
        .meta({ description: 'Instead of `idempotencyKey`; quoted or bare' }),
      ...traceHeader,
    }),
    body: { required: true, content: { 'application/json': { schema: taskRequestSchema } } },
  },
  responses: {
    201: {
      description: 'The task',
      headers: locationHeader,
      content: { 'application/json': { schema: taskSchema } },
    },
    200: {
      description: 'Submitted before with this idempotency key: the first task',
      headers: replayedHeader,
      content: { 'application/json': { schema: taskSchema } },
    },
    ...refusals,
  },
});

const tasksSchema = z.object({ tasks: z.array(taskSchema).readonly() });

const batchRoute = createRoute({
  method: 'post',
  path: '/tasks/batch',
  tags: ['Tasks'],
  operationId: 'submitBatch',
  summary: 'Submit several tasks, all or none',
  description: 'Tasks of a batch may depend on each other by name; a circle is refused with its path.',
  request: {
    headers: z.object(traceHeader),
    body: {
      required: true,
      content: {
        'application/json': {
          schema: batchRequestSchema,
        },
      },
    },
  },
  responses: {
    201: {
      description: 'The tasks, in the order given',
      content: { 'application/json': { schema: tasksSchema } },
    },
    200: {
      description: 'Submitted before with these idempotency keys: the first tasks',
      headers: replayedHeader,
      content: { 'application/json': { schema: tasksSchema } },
    },
    ...refusals,
  },
});

export function submitRoutes(app: Api, { troupe }: ApiParts): void {
  app.openapi(submitRoute, async (c) => {
    const body = c.req.valid('json');
    const key = idempotencyKey(c.req.header(IDEMPOTENCY_HEADER), body.idempotencyKey);
    const request = { ...admit(c, body), idempotencyKey: key };
    const { task, replayed } = await troupe.submit(request);
    if (replayed) return c.json(task, 200, { 'Idempotent-Replayed': 'true' });
    return c.json(task, 201, { Location: `/tasks/${task.id}` });
  });

  app.openapi(batchRoute, async (c) => {
    if (c.req.header(IDEMPOTENCY_HEADER) !== undefined) {
      throw invalid('INVALID_IDEMPOTENCY_KEY', 'the batch', [
        {
          pointer: '/tasks',
          message: 'takes no Idempotency-Key header; give each task its own idempotencyKey',
        },
      ]);
    }
    const requests = c.req.valid('json').tasks.map((task) => admit(c, task));
    const { tasks, replayed } = await troupe.submitBatch(requests);
    return replayed ? c.json({ tasks }, 200, { 'Idempotent-Replayed': 'true' }) : c.json({ tasks }, 201);
  });
}

function admit(c: Context<ApiEnv>, parsed: z.output<typeof taskRequestSchema>): TaskRequest {
  const request = withTenant(parsed, tenantFor(c.get('caller'), parsed.tenantId));
  return { ...request, ...traceparentField(c.req.header(TRACE_HEADER)) };
}
