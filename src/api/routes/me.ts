/** `GET /me`: whose key a request carries, so that a person sees under which name the journal will keep them. */

import { createRoute, z } from '@hono/zod-openapi';
import { tenantIdField } from '../../workflow/task-request.ts';
import type { Api } from '../context.ts';
import { problems } from '../problem.ts';

const meSchema = z
  .object({
    name: z.string().meta({ description: 'Journaled as `by`: the name of the key, or `http` without keys' }),
    tenantId: tenantIdField.nullable().meta({ description: 'The tenant of the key; null sees all of them' }),
    admin: z.boolean(),
  })
  .meta({ id: 'Me' });

const meRoute = createRoute({
  method: 'get',
  path: '/me',
  tags: ['Health'],
  operationId: 'getMe',
  summary: 'Whose API key this is',
  responses: {
    200: { description: 'Who is calling', content: { 'application/json': { schema: meSchema } } },
    ...problems(401),
  },
});

export function meRoutes(app: Api): void {
  app.openapi(meRoute, (c) => {
    const { name, scope } = c.get('caller');
    return c.json({ name, tenantId: scope, admin: scope === null }, 200);
  });
}
