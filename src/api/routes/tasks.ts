/** Reading tasks: the list, one task, one of its steps, its snapshots and its picture. */

import { createRoute, z } from '@hono/zod-openapi';
import { strict } from '../../workflow/parse.ts';
import { tenantIdField } from '../../workflow/task-request.ts';
import { scopeFor } from '../auth.ts';
import type { Api, ApiParts } from '../context.ts';
import { drawingAnswer, drawingContent, GRAPH_FORMATS, graphSchema } from '../drawings.ts';
import { jsonText } from '../json-text.ts';
import { formatQuery, stepParams, taskParams, wholeNumber } from '../params.ts';
import { problems } from '../problem.ts';
import { answerTaskQuery, LISTED, taskQueryFields } from '../task-query.ts';
import { snapshotSchema, stepDetailSchema, taskSchema, taskSummarySchema } from '../views.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/tasks',
  tags: ['Tasks'],
  operationId: 'listTasks',
  summary: 'List tasks, newest first',
  request: {
    query: strict({
      tenantId: tenantIdField.optional(),
      ...taskQueryFields,
      limit: wholeNumber(LISTED.least, LISTED.most).default(LISTED.usual),
    }),
  },
  responses: {
    200: {
      description: 'A page of tasks',
      content: {
        'application/json': {
          schema: z.object({
            tasks: z.array(z.union([taskSchema, taskSummarySchema])),
            nextCursor: z.string().nullable().meta({ description: 'null on the last page' }),
          }),
        },
      },
    },
    ...problems(401, 422),
  },
});

const taskRoute = createRoute({
  method: 'get',
  path: '/tasks/{id}',
  tags: ['Tasks'],
  operationId: 'getTask',
  summary: 'A task, its steps and what it waits for',
  request: { params: taskParams },
  responses: {
    200: { description: 'The task', content: { 'application/json': { schema: taskSchema } } },
    ...problems(401, 404),
  },
});

const stepRoute = createRoute({
  method: 'get',
  path: '/tasks/{id}/steps/{step}',
  tags: ['Tasks'],
  operationId: 'getStep',
  summary: 'A step with every attempt',
  request: { params: stepParams },
  responses: {
    200: { description: 'The step', content: { 'application/json': { schema: stepDetailSchema } } },
    ...problems(401, 404),
  },
});

const snapshotRoute = createRoute({
  method: 'get',
  path: '/tasks/{id}/snapshot',
  tags: ['Tasks'],
  operationId: 'getSnapshot',
  summary: 'The XState snapshots of a task and its steps',
  description: 'As they are now, or as they were after event `seq` of the history.',
  request: { params: taskParams, query: strict({ seq: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional() }) },
  responses: {
    200: { description: 'The snapshots', content: { 'application/json': { schema: snapshotSchema } } },
    ...problems(401, 404, 422),
  },
});

const diagramRoute = createRoute({
  method: 'get',
  path: '/tasks/{id}/diagram',
  tags: ['Tasks'],
  operationId: 'getTaskDiagram',
  summary: 'The steps of a task as a graph, coloured by state',
  request: { params: taskParams, query: formatQuery(GRAPH_FORMATS) },
  responses: { 200: drawingContent, ...problems(401, 404, 422) },
});

const graphRoute = createRoute({
  method: 'get',
  path: '/tasks/{id}/graph',
  tags: ['Tasks'],
  operationId: 'getTaskGraph',
  summary: 'The steps of a task, placed for drawing',
  request: { params: taskParams },
  responses: {
    200: { description: 'Nodes and edges', content: { 'application/json': { schema: graphSchema } } },
    ...problems(401, 404),
  },
});

export function taskRoutes(app: Api, { troupe }: ApiParts): void {
  app.openapi(listRoute, async (c) => {
    const { tenantId, ...query } = c.req.valid('query');
    const scope = scopeFor(c.get('caller'), tenantId);
    if (scope === 'nothing') return c.json({ tasks: [], nextCursor: null }, 200);
    return jsonText(await answerTaskQuery(troupe, { ...query, ...scope }));
  });

  app.openapi(taskRoute, async (c) =>
    jsonText(await troupe.answer(c.get('caller').scope, { ask: 'task', id: c.req.valid('param').id })),
  );

  app.openapi(stepRoute, async (c) =>
    jsonText(await troupe.answer(c.get('caller').scope, { ask: 'step', ...c.req.valid('param') })),
  );

  app.openapi(snapshotRoute, async (c) => {
    const question = { ask: 'snapshot', ...c.req.valid('param'), ...c.req.valid('query') } as const;
    return jsonText(await troupe.answer(c.get('caller').scope, question));
  });

  app.openapi(diagramRoute, async (c) => {
    const { format } = c.req.valid('query');
    const question = { ask: 'diagram', of: c.req.valid('param'), format } as const;
    return drawingAnswer(c, await troupe.answer(c.get('caller').scope, question), format);
  });

  app.openapi(graphRoute, async (c) =>
    jsonText(await troupe.answer(c.get('caller').scope, { ask: 'graph', of: c.req.valid('param') })),
  );
}
