/** All that a first screen shows, in one answer. */

import { createRoute, z } from '@hono/zod-openapi';
import type { Overview } from '../../views/orchestrator.ts';
import type { Api, ApiParts } from '../context.ts';
import { problems } from '../problem.ts';
import { taskSummarySchema } from '../views.ts';
import { statusSchema } from './health.ts';

const { tasks, backlog, oldestWaiting, webhooks, ...server } = statusSchema.shape;
const count = z.int();

const overviewSchema: z.ZodType<Overview> = z
  .object({
    tasks,
    backlog: backlog.extend({ running: count.nullable(), timers: count.nullable() }),
    oldestWaiting,
    webhooks,
    throughput: z.object({
      perSecond: z.number().meta({ description: 'Tasks completed, over the last minute' }),
      lastMinute: z
        .array(
          z.object({
            at: z.iso.datetime(),
            complete: count,
            failed: count,
            meanMs: z.number().nullable().meta({ description: 'From submission to the end' }),
          }),
        )
        .meta({ description: 'By second, oldest first' }),
    }),
    recent: z.array(taskSummarySchema).meta({ description: 'The newest tasks' }),
    server: z.object(server).nullable().meta({ description: 'null for a key that sees one tenant' }),
  })
  .meta({ id: 'Overview' });

const overviewRoute = createRoute({
  method: 'get',
  path: '/overview',
  tags: ['Health'],
  operationId: 'getOverview',
  summary: 'Counts, backlog, throughput, the newest tasks',
  description: 'Of all tasks, or with the key of a tenant of that tenant’s.',
  responses: {
    200: { description: 'The overview', content: { 'application/json': { schema: overviewSchema } } },
    ...problems(401),
  },
});

export function overviewRoutes(app: Api, { troupe }: ApiParts): void {
  app.openapi(overviewRoute, async (c) => c.json(await troupe.overview(c.get('caller').scope), 200));
}
