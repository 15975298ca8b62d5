/** `GET /tasks/:id/history`: the journal of a task, as one JSON document or line by line, written as it is read. */
import { createRoute, z } from '@hono/zod-openapi';
import { taskParams } from "../params.js";
import { problems } from "../problem.js";
import { historyEventSchema } from "../views.js";
// Typed as any string, since hono's types would otherwise hold the lines to the type of a whole JSON document.
const NDJSON = 'application/x-ndjson';
const EVENTS_PER_CHUNK = 100;
const historyRoute = createRoute({
    method: 'get',
    path: '/tasks/{id}/history',
    tags: ['Tasks'],
    operationId: 'getHistory',
    summary: 'Everything that happened to a task and its steps',
    description: 'Oldest first. With `Accept: application/x-ndjson`, one event a line.',
    request: { params: taskParams },
    responses: {
        200: {
            description: 'The journal',
            content: {
                'application/json': { schema: z.object({ events: z.array(historyEventSchema) }) },
                [NDJSON]: { schema: historyEventSchema },
            },
        },
        ...problems(401, 404),
    },
});
export function historyRoutes(app, { troupe }) {
    app.openapi(historyRoute, (c) => {
        const events = troupe.history(c.get('caller').scope, c.req.valid('param').id)[Symbol.iterator]();
        // Taken before answering, so that a task that is not there is a 404 and not a broken stream.
        const first = events.next();
        const lines = c.req.header('accept')?.includes(NDJSON) === true;
        const type = lines ? NDJSON : 'application/json';
        const parts = lines ? ndjson(first, events) : document(first, events);
        return new Response(textStream(parts), { headers: { 'Content-Type': type, Vary: 'Accept' } });
    });
}
function* ndjson(first, events) {
    for (const event of chain(first, events))
        yield `${JSON.stringify(event)}\n`;
}
function* document(first, events) {
    let before = '{"events":[';
    for (const event of chain(first, events)) {
        yield before + JSON.stringify(event);
        before = ',';
    }
    yield before === ',' ? ']}' : `${before}]}`;
}
function* chain(first, events) {
    try {
        for (let next = first; next.done !== true; next = events.next())
            yield next.value;
    }
    finally {
        events.return?.();
    }
}
function textStream(parts) {
    const encoder = new TextEncoder();
    function pull(controller) {
        let text = '';
        for (let count = 0; count < EVENTS_PER_CHUNK; count++) {
            const part = parts.next();
            if (part.done === true) {
                if (text !== '')
                    controller.enqueue(encoder.encode(text));
                controller.close();
                return;
            }
            text += part.value;
        }
        controller.enqueue(encoder.encode(text));
    }
    return new ReadableStream({ pull, cancel: () => void parts.return(undefined) }, { highWaterMark: 0 });
}
