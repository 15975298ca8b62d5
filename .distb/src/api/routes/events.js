/** `GET /events`: live facts as server-sent events, resumable where the client left off. */
import { createRoute, z } from '@hono/zod-openapi';
import { Refusal } from "../../errors.js";
import { strict } from "../../workflow/parse.js";
import { tenantIdField } from "../../workflow/task-request.js";
import { scopeFor } from "../auth.js";
import { problems } from "../problem.js";
import { factStream } from "../sse.js";
const RETRY_AFTER_SECONDS = 5;
const HEADERS = {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // nginx would hold events back to fill its buffer.
    'X-Accel-Buffering': 'no',
};
const resumePoint = z.string().min(1).max(200);
const eventsRoute = createRoute({
    method: 'get',
    path: '/events',
    tags: ['Events'],
    operationId: 'streamEvents',
    summary: 'What happens to tasks and steps, as it happens',
    description: 'Server-sent events: `event` is the fact (`pending running retrying complete failed cancelled skipped paused ' +
        'resumed blocked`), `data` its JSON, `id` the place to resume from. Reconnecting with `Last-Event-ID` ' +
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
export function eventRoutes(app, { troupe, limits, heartbeatMs, onError }) {
    let open = 0;
    app.openapi(eventsRoute, async (c) => {
        const { tenantId, taskId, lastEventId } = c.req.valid('query');
        const after = c.req.valid('header')['last-event-id'] ?? lastEventId;
        const scope = scopeFor(c.get('caller'), tenantId);
        if (scope === 'nothing')
            throw new Refusal('not_found', 'TENANT_NOT_FOUND', `There is no tenant "${tenantId}".`);
        if (taskId !== undefined)
            troupe.getTask(scope.tenantId, taskId);
        if (open >= limits.eventStreams) {
            const message = `There are ${open} event streams open, the most that is served.`;
            throw new Refusal('limited', 'TOO_MANY_STREAMS', message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
        }
        if (c.req.method === 'HEAD')
            return c.body(null, 200, HEADERS);
        const stop = new AbortController();
        const closing = c.env?.closing;
        const signal = closing === undefined ? stop.signal : AbortSignal.any([stop.signal, closing]);
        const facts = troupe.events({
            ...scope,
            ...(taskId === undefined ? {} : { taskId }),
            ...(after === undefined ? {} : { after }),
            signal,
        });
        open++;
        const onEnd = (error) => {
            if (stop.signal.aborted)
                return;
            open--;
            stop.abort();
            if (error !== undefined)
                onError(error, { method: c.req.method, path: c.req.path });
        };
        try {
            return c.body(await factStream(facts, { heartbeatMs, onEnd }), 200, HEADERS);
        }
        catch (refusal) {
            onEnd();
            throw refusal;
        }
    });
}
