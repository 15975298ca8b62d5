/** Streams what happens in the words of XState's inspector, as server-sent events, for any visualizer. */

import { createRoute, z } from '@hono/zod-openapi';
import type { InspectionEvent } from '../../publication/inspection.ts';
import type { Api, ApiParts } from '../context.ts';
import type { OpenStream } from '../event-streams.ts';
import { taskParams } from '../params.ts';
import { problems } from '../problem.ts';

const responses = {
  200: { description: 'The events', content: { 'text/event-stream': { schema: z.string() } } },
  ...problems(401, 429),
};

const DESCRIPTION =
  'Server-sent events whose data is a message as `@statelyai/inspect` sends them: `@xstate.actor`, `@xstate.event`, ' +
  '`@xstate.snapshot`. ';

const taskRoute = createRoute({
  method: 'get',
  path: '/tasks/{id}/inspection',
  tags: ['Events'],
  operationId: 'inspectTask',
  summary: 'A task as XState’s inspector sees it',
  description: `${DESCRIPTION}First all that happened so far, then what happens.`,
  request: { params: taskParams },
  responses: { ...responses, ...problems(404) },
});

const allRoute = createRoute({
  method: 'get',
  path: '/inspection',
  tags: ['Events'],
  operationId: 'inspectAll',
  summary: 'All tasks as XState’s inspector sees them',
  description: `${DESCRIPTION}From now on; actors that were there before are introduced when something happens to their task.`,
  responses,
});

export function inspectionRoutes(app: Api, { troupe }: ApiParts, open: OpenStream): void {
  app.openapi(taskRoute, (c) => {
    const { id: taskId } = c.req.valid('param');
    const { scope: tenantId } = c.get('caller');
    return open(c, (signal) => troupe.inspect({ tenantId, taskId, signal }), inspectionText);
  });

  app.openapi(allRoute, (c) => {
    const { scope: tenantId } = c.get('caller');
    return open(c, (signal) => troupe.inspect({ tenantId, signal }), inspectionText);
  });
}

/** Without a name of its own each comes to `onmessage`. */
const inspectionText = (event: InspectionEvent): string => `data: ${JSON.stringify(event)}\n\n`;
