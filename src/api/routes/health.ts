/** Is it alive, does it take work, how is it doing: for probes, for operators, for Prometheus. */

import { createRoute, z } from '@hono/zod-openapi';
import { Refusal } from '../../errors.ts';
import type { HealthStatus } from '../../views/orchestrator.ts';
import { requireAdmin } from '../auth.ts';
import type { Api, ApiParts } from '../context.ts';
import { problems } from '../problem.ts';

const okSchema = z.object({ status: z.literal('ok') });
const count = z.int();

export const statusSchema = z
  .object({
    ready: z.boolean(),
    reason: z.string().nullable().meta({ description: 'Why not ready' }),
    tasks: z.object({
      pending: count,
      running: count,
      retrying: count,
      waiting: count,
      paused: count,
      complete: count,
      failed: count,
      cancelled: count,
    }),
    backlog: z.object({ queued: count, running: count, timers: count }),
    oldestWaiting: z.object({ taskId: z.string(), step: z.string(), since: z.iso.datetime() }).nullable(),
    webhooks: z.object({ pending: count, dead: count }),
    bus: z.enum(['in-process', 'nats']),
    nats: z.object({ connected: z.boolean(), server: z.string().nullable() }).nullable(),
    workers: z
      .array(z.object({ name: z.string(), handlers: z.array(z.string()).readonly(), running: count }))
      .readonly(),
    store: z.object({ path: z.string(), bytes: count }),
  })
  .meta({ id: 'HealthStatus' }) satisfies z.ZodType<HealthStatus>;

const liveRoute = createRoute({
  method: 'get',
  path: '/health/live',
  tags: ['Health'],
  operationId: 'getLive',
  summary: 'Is the process alive',
  responses: { 200: { description: 'It is', content: { 'application/json': { schema: okSchema } } } },
});

const readyRoute = createRoute({
  method: 'get',
  path: '/health/ready',
  tags: ['Health'],
  operationId: 'getReady',
  summary: 'Does the store accept commits',
  responses: {
    200: { description: 'It does', content: { 'application/json': { schema: okSchema } } },
    ...problems(503),
  },
});

const statusRoute = createRoute({
  method: 'get',
  path: '/health/status',
  tags: ['Health'],
  operationId: 'getStatus',
  summary: 'Counts, backlog, the oldest waiting, NATS, workers',
  description: 'With API keys, only an admin may.',
  responses: {
    200: { description: 'The state of things', content: { 'application/json': { schema: statusSchema } } },
    ...problems(401, 403),
  },
});

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  tags: ['Health'],
  operationId: 'getMetrics',
  summary: 'Metrics for Prometheus',
  description: 'With API keys, only an admin may.',
  responses: {
    200: { description: 'Prometheus exposition', content: { 'text/plain': { schema: z.string() } } },
    ...problems(401, 403),
  },
});

export function healthRoutes(app: Api, { troupe }: ApiParts): void {
  app.openapi(liveRoute, (c) => c.json({ status: 'ok' as const }, 200));

  app.openapi(readyRoute, (c) => {
    const { ready, reason } = troupe.health();
    if (!ready) throw new Refusal('NOT_READY', reason ?? 'Not ready to take work.');
    return c.json({ status: 'ok' as const }, 200);
  });

  app.openapi(statusRoute, (c) => {
    requireAdmin(c);
    return c.json(troupe.health(), 200);
  });

  app.openapi(metricsRoute, async (c) => {
    requireAdmin(c);
    const { contentType, text } = await troupe.metrics();
    return c.text(text, 200, { 'Content-Type': contentType });
  });
}
