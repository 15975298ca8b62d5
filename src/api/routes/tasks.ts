/** Reading tasks: the list, one task, one of its steps, its snapshots and its picture. */

import { createRoute, z } from '@hono/zod-openapi';
import { workflowSvg } from '../../view/svg.ts';
import { workflowDiagram } from '../../view/workflow-diagram.ts';
import { nameField, nameOf } from '../../workflow/fields.ts';
import { strict } from '../../workflow/parse.ts';
import { tenantIdField } from '../../workflow/task-request.ts';
import { scopeFor } from '../auth.ts';
import type { Api, ApiParts } from '../context.ts';
import { drawingContent, GRAPH_FORMATS, graphSchema, svgAnswer } from '../drawings.ts';
import { formatQuery, stepParams, taskParams, wholeNumber } from '../params.ts';
import { problems } from '../problem.ts';
import {
  snapshotSchema,
  stepDetailSchema,
  taskSchema,
  taskStatusSchema,
  taskSummarySchema,
} from '../views.ts';

const moment = z.iso
  .datetime({ offset: true, error: 'must be a time in ISO 8601, as 2026-01-31T09:30:00Z' })
  .meta({ example: '2026-01-31T09:30:00Z' });

const listRoute = createRoute({
  method: 'get',
  path: '/tasks',
  tags: ['Tasks'],
  operationId: 'listTasks',
  summary: 'List tasks, newest first',
  request: {
    query: strict({
      tenantId: tenantIdField.optional(),
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
      limit: wholeNumber(1, 200).default(20),
      cursor: z.string().optional().meta({ description: '`nextCursor` of the page before' }),
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
    const { tenantId, fields, ...query } = c.req.valid('query');
    const scope = scopeFor(c.get('caller'), tenantId);
    if (scope === 'nothing') return c.json({ tasks: [], nextCursor: null }, 200);
    const asked = { ...query, ...scope };
    return c.json(fields === 'summary' ? troupe.summarizeTasks(asked) : troupe.listTasks(asked), 200);
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
