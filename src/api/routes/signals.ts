/** Signals: what the outside tells tasks, by key or by the task's id. */

import { createRoute, z } from '@hono/zod-openapi';
import type { SignalView } from '../../views/signals.ts';
import { strict } from '../../workflow/parse.ts';
import { keyedSignalSchema, taskSignalSchema } from '../../workflow/signal-request.ts';
import { tenantIdField } from '../../workflow/task-request.ts';
import { tenantFor } from '../auth.ts';
import { emptyBodyIsNone } from '../body.ts';
import type { Api, ApiParts } from '../context.ts';
import { taskParams } from '../params.ts';
import { problems } from '../problem.ts';

const REPLAYED = { 'Idempotent-Replayed': 'true' } as const;
const replayed = {
  'Idempotent-Replayed': {
    schema: { type: 'string' as const, enum: ['true'] },
    description: 'The id was known: nothing was done',
  },
};

const sentSchema = z
  .object({
    id: z.string(),
    delivered: z.int().meta({ description: 'Waits that it has ended already' }),
    more: z.boolean().meta({ description: 'More are told by the commits that follow' }),
  })
  .meta({ id: 'SignalSent' });

const keyedRoute = createRoute({
  method: 'post',
  path: '/signals',
  tags: ['Signals'],
  operationId: 'sendSignal',
  summary: 'Send a signal to all tasks that wait for its key',
  description:
    'It is kept, for a day unless `keepSeconds` says otherwise: a task that begins to wait later finds it.',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: strict({ ...keyedSignalSchema.shape, tenantId: tenantIdField.optional() }).meta({
            id: 'SignalRequest',
          }),
        },
      },
    },
  },
  responses: {
    202: { description: 'It is stored', content: { 'application/json': { schema: sentSchema } } },
    200: {
      description: 'Sent before under this id',
      headers: replayed,
      content: { 'application/json': { schema: sentSchema } },
    },
    ...problems(400, 401, 403, 413, 415, 422, 429, 503),
  },
});

const signalParams = taskParams.extend({ name: z.string().meta({ description: 'The name of the signal' }) });
const takenSchema = z
  .object({
    id: z.string(),
    taken: z.boolean().meta({ description: 'false: it is kept until a step waits for it' }),
  })
  .meta({ id: 'SignalTaken' });

const taskRoute = createRoute({
  method: 'post',
  path: '/tasks/{id}/signals/{name}',
  tags: ['Signals'],
  operationId: 'signalTask',
  summary: 'Send a signal to one task',
  description: 'A step of it that waits for this name takes it, now or once it begins to wait.',
  middleware: emptyBodyIsNone,
  request: { params: signalParams, body: { content: { 'application/json': { schema: taskSignalSchema } } } },
  responses: {
    200: {
      description: 'It is stored',
      headers: replayed,
      content: { 'application/json': { schema: takenSchema } },
    },
    ...problems(400, 401, 404, 409, 413, 415, 422, 429, 503),
  },
});

const time = z.iso.datetime();
const signalSchema: z.ZodType<SignalView> = z
  .object({
    id: z.string(),
    name: z.string(),
    key: z.string().nullable().meta({ description: 'null: it was sent to the task' }),
    at: time,
    by: z.string(),
    until: time.nullable().meta({ description: 'null: kept as long as the task' }),
    takenBy: z.string().nullable().meta({ description: 'The step that has taken it' }),
  })
  .meta({ id: 'TaskSignalView' });

const listRoute = createRoute({
  method: 'get',
  path: '/tasks/{id}/signals',
  tags: ['Signals'],
  operationId: 'listSignals',
  summary: 'The signals sent to a task, and those that it has taken',
  request: { params: taskParams },
  responses: {
    200: {
      description: 'The oldest first',
      content: { 'application/json': { schema: z.object({ signals: z.array(signalSchema) }) } },
    },
    ...problems(401, 404),
  },
});

const withdrawRoute = createRoute({
  method: 'delete',
  path: '/tasks/{id}/signals/{signalId}',
  tags: ['Signals'],
  operationId: 'withdrawSignal',
  summary: 'Take back a signal that no step has taken',
  request: { params: taskParams.extend({ signalId: z.string() }) },
  responses: {
    200: {
      description: 'It is gone, and the history says so; these are left',
      content: { 'application/json': { schema: z.object({ signals: z.array(signalSchema) }) } },
    },
    ...problems(401, 404, 409, 503),
  },
});

export function signalRoutes(app: Api, { troupe }: ApiParts): void {
  app.openapi(keyedRoute, async (c) => {
    const caller = c.get('caller');
    const { tenantId, ...signal } = c.req.valid('json');
    const tenant = tenantFor(caller, tenantId);
    const { replayed, ...sent } = await troupe.signal(tenant, signal, caller.name);
    return replayed ? c.json(sent, 200, REPLAYED) : c.json(sent, 202);
  });

  app.openapi(taskRoute, async (c) => {
    const { name: by, scope } = c.get('caller');
    const { id, name } = c.req.valid('param');
    const { replayed, ...sent } = await troupe.signalTask(scope, id, name, c.req.valid('json'), by);
    return c.json(sent, 200, replayed ? REPLAYED : {});
  });

  app.openapi(listRoute, (c) => {
    const signals = troupe.taskSignals(c.get('caller').scope, c.req.valid('param').id);
    return c.json({ signals }, 200);
  });

  app.openapi(withdrawRoute, async (c) => {
    const { name: by, scope } = c.get('caller');
    const { id, signalId } = c.req.valid('param');
    await troupe.withdrawSignal(scope, id, signalId, by);
    return c.json({ signals: troupe.taskSignals(scope, id) }, 200);
  });
}
