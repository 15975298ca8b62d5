/** Which version of a workflow a task gets that names none: the newest, unless somebody has set another. */

import { createRoute } from '@hono/zod-openapi';
import { nameField } from '../../workflow/fields.ts';
import { strict } from '../../workflow/parse.ts';
import { reasonField } from '../../workflow/task-request.ts';
import { requireAdmin } from '../auth.ts';
import type { Api, ApiParts } from '../context.ts';
import { workflowParams } from '../params.ts';
import { problems } from '../problem.ts';
import { currentSchema, currentView } from '../workflow-views.ts';

const current = {
  description: 'The current version, and who has set it',
  content: { 'application/json': { schema: currentSchema } },
};

const readRoute = createRoute({
  method: 'get',
  path: '/workflows/{name}/current',
  tags: ['Workflows'],
  operationId: 'getCurrentWorkflow',
  summary: 'Which version of a workflow tasks get that name none',
  request: { params: workflowParams },
  responses: { 200: current, ...problems(401, 404, 422) },
});

const setRoute = createRoute({
  method: 'put',
  path: '/workflows/{name}/current',
  tags: ['Workflows'],
  operationId: 'setCurrentWorkflow',
  summary: 'Set which version of a workflow tasks get that name none',
  description:
    'It stays so when newer ones are registered, until `null` makes it the newest again. Tasks that are there keep ' +
    'the version they began with. With API keys, only an admin may.',
  request: {
    params: workflowParams,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: strict({
            version: nameField.nullable().meta({ description: 'null: the newest again' }),
            reason: reasonField.nullable().default(null),
          }).meta({ id: 'CurrentVersionRequest' }),
        },
      },
    },
  },
  responses: { 200: current, ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
});

export function currentWorkflowRoutes(app: Api, { troupe }: ApiParts): void {
  app.openapi(readRoute, (c) => c.json(currentView(troupe.currentWorkflow(c.req.valid('param').name)), 200));

  app.openapi(setRoute, async (c) => {
    requireAdmin(c);
    const { version, reason } = c.req.valid('json');
    const by = c.get('caller').name;
    const set = await troupe.setCurrentWorkflow(c.req.valid('param').name, version, { by, reason });
    return c.json(currentView(set), 200);
  });
}
