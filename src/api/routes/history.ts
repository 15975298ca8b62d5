/** `GET /tasks/:id/history`: the journal of a task, as one JSON document or line by line, written as it is read. */

import { createRoute, z } from '@hono/zod-openapi';
import type { HistoryEvent } from '../../actors/views.ts';
import { strict } from '../../workflow/parse.ts';
import type { Api, ApiParts } from '../context.ts';
import { taskParams, wholeNumber } from '../params.ts';
import { problems } from '../problem.ts';
import { historyEventSchema } from '../views.ts';

// Typed as any string, since hono's types would otherwise hold the lines to the type of a whole JSON document.
const NDJSON: string = 'application/x-ndjson';
const EVENTS_PER_CHUNK = 100;

const historyQuery = strict({
  after: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .default(0)
    .meta({ description: 'Only events with a higher seq: those a reader has not seen' }),
  limit: wholeNumber(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'At most so many; the next page is `after` the last of them' }),
});

const historyRoute = createRoute({
  method: 'get',
  path: '/tasks/{id}/history',
  tags: ['Tasks'],
  operationId: 'getHistory',
  summary: 'Everything that happened to a task and its steps',
  description: 'Oldest first. With `Accept: application/x-ndjson`, one event a line.',
  request: { params: taskParams, query: historyQuery },
  responses: {
    200: {
      description: 'The journal',
      content: {
        'application/json': { schema: z.object({ events: z.array(historyEventSchema) }) },
        [NDJSON]: { schema: historyEventSchema },
      },
    },
    ...problems(401, 404, 422),
  },
});

export function historyRoutes(app: Api, { troupe }: ApiParts): void {
  app.openapi(historyRoute, (c) => {
    const { after, limit } = c.req.valid('query');
    const { id } = c.req.valid('param');
    const events = first(limit, troupe.history(c.get('caller').scope, id, after));
    // Taken before answering, so that a task that is not there is a 404 and not a broken stream.
    const begin = events.next();
    const lines = c.req.header('accept')?.includes(NDJSON) === true;
    const type = lines ? NDJSON : 'application/json';
    const parts = lines ? ndjson(begin, events) : document(begin, events);
    return new Response(textStream(parts), { headers: { 'Content-Type': type, Vary: 'Accept' } });
  });
}

function* first(limit: number | undefined, events: Iterable<HistoryEvent>): Generator<HistoryEvent> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  for (const event of events) {
    yield event;
    left--;
    if (left === 0) return;
  }
}

type Events = Iterator<HistoryEvent>;
type FirstEvent = IteratorResult<HistoryEvent>;

function* ndjson(first: FirstEvent, events: Events): Generator<string> {
  for (const event of chain(first, events)) yield `${JSON.stringify(event)}\n`;
}

function* document(first: FirstEvent, events: Events): Generator<string> {
  let before = '{"events":[';
  for (const event of chain(first, events)) {
    yield before + JSON.stringify(event);
    before = ',';
  }
  yield before === ',' ? ']}' : `${before}]}`;
}

function* chain(first: FirstEvent, events: Events): Generator<HistoryEvent> {
  try {
    for (let next = first; next.done !== true; next = events.next()) yield next.value;
  } finally {
    events.return?.();
  }
}

function textStream(parts: Generator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  function pull(controller: ReadableStreamDefaultController<Uint8Array>): void {
    let text = '';
    for (let count = 0; count < EVENTS_PER_CHUNK; count++) {
      const part = parts.next();
      if (part.done === true) {
        if (text !== '') controller.enqueue(encoder.encode(text));
        controller.close();
        return;
      }
      text += part.value;
    }
    controller.enqueue(encoder.encode(text));
  }
  return new ReadableStream({ pull, cancel: () => void parts.return(undefined) }, { highWaterMark: 0 });
}
