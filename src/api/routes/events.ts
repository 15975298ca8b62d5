/** `GET /events`: live facts as server-sent events, resumable where the client left off. */

import { createRoute, z } from '@hono/zod-openapi';
import { Refusal } from '../../errors.ts';
import type { PublishedFact } from '../../views/orchestrator.ts';
import { strict } from '../../workflow/parse.ts';
import { tenantIdField } from '../../workflow/task-request.ts';
import { scopeFor } from '../auth.ts';
import type { Api, ApiParts } from '../context.ts';
import type { OpenStream } from '../event-streams.ts';
import { problems } from '../problem.ts';

const resumePoint = z.string().min(1).max(200);

const eventsRoute = createRoute({
  method: 'get',
  path: '/events',
  tags: ['Events'],
  operationId: 'streamEvents',
  summary: 'What happens to tasks and steps, as it happens',
  description:
    'Server-sent events: `event` is the fact (`pending running retrying waiting complete failed cancelled skipped paused ' +
    'resumed blocked reminded`), `data` its JSON, `id` the place to resume from. Of a step, `waiting` and `reminded` have ' +
    '`for` (`sleep signal approval child`), `until` and `prompt`. Reconnecting with `Last-Event-ID` ' +
    'first gets everything missed. A comment every 15 seconds keeps the connection alive.',
  request: {
    headers: z.object({
      'last-event-id': resumePoint.optional().meta({ description: 'Resume after this event' }),
    }),
    query: strict({
      tenantId: tenantIdField.optional(),
      taskId: z.string().optional(),
      lastEventId: resumePoint.optional().meta({ description: 'For clients that cannot set a header' }),
    }),
  },
  responses: {
    200: { description: 'The facts', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems(401, 404, 422, 429),
  },
});

export function eventRoutes(app: Api, { troupe }: ApiParts, open: OpenStream): void {
  app.openapi(eventsRoute, (c) => {
    const { tenantId, taskId, lastEventId } = c.req.valid('query');
    const after = c.req.valid('header')['last-event-id'] ?? lastEventId;
    const scope = scopeFor(c.get('caller'), tenantId);
    if (scope === 'nothing') throw new Refusal('TENANT_NOT_FOUND', `There is no tenant "${tenantId}".`);
    const filter = {
      ...scope,
      ...(taskId === undefined ? {} : { taskId }),
      ...(after === undefined ? {} : { after }),
    };
    return open(c, (signal) => troupe.events({ ...filter, signal }), factText);
  });
}

const factText = ({ id, fact }: PublishedFact): string =>
  `id: ${id}\nevent: ${fact.fact}\ndata: ${JSON.stringify(fact)}\n\n`;
