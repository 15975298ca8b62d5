/** Reading tasks: the list, one task, one of its steps, its snapshots and its picture. */

import { createRoute, z } from '@hono/zod-openapi';
import { workflowSvg } from '../../view/svg.ts';
import { workflowDiagram } from '../../view/workflow-diagram.ts';
import { strict } from '../../workflow/parse.ts';
import { tenantIdField } from '../../workflow/task-request.ts';
import { scopeFor } from '../auth.ts';
import type { Api, ApiParts } from '../context.ts';
import { drawingContent, GRAPH_FORMATS, graphSchema, svgAnswer } from '../drawings.ts';
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

export function taskRoutes(app: Api, { troupe, drawings }: ApiParts): void {
  app.openapi(listRoute, (c) => {
    const { tenantId, ...query } = c.req.valid('query');
    const scope = scopeFor(c.get('caller'), tenantId);
    if (scope === 'nothing') return c.json({ tasks: [], nextCursor: null }, 200);
    return c.json(answerTaskQuery(troupe, { ...query, ...scope }), 200);
  });

  app.openapi(taskRoute, (c) => c.json(troupe.getTask(c.get('caller').scope, c.req.valid('param').id), 200));

  app.openapi(stepRoute, (c) => {
    const { id, step } = c.req.valid('param');
    return c.json(troupe.getStep(c.get('caller').scope, id, step), 200);
  });

  app.openapi(snapshotRoute, (c) => {
    const { seq } = c.req.valid('query');
    return c.json(troupe.snapshot(c.get('caller').scope, c.req.valid('param').id, seq), 200);
  });

  app.openapi(diagramRoute, async (c) => {
    const { format } = c.req.valid('query');
    const { workflow, statuses } = troupe.plan(c.get('caller').scope, c.req.valid('param').id);
    if (format !== 'svg') return c.text(workflowDiagram(workflow, format, statuses), 200);
    return svgAnswer(c, workflowSvg(await drawings.workflows.of(workflow), statuses));
  });

  app.openapi(graphRoute, async (c) => {
    const { workflow } = troupe.plan(c.get('caller').scope, c.req.valid('param').id);
    return c.json(await drawings.workflows.of(workflow), 200);
  });
}
