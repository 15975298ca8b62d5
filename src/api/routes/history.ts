/** `GET /tasks/:id/history`: the journal of a task, as one JSON document or line by line, written as it is read. */

import { createRoute, z } from '@hono/zod-openapi';
import type { Written } from '../../views/orchestrator.ts';
import { strict } from '../../workflow/parse.ts';
import type { Api, ApiParts } from '../context.ts';
import { taskParams, wholeNumber } from '../params.ts';
import { problems } from '../problem.ts';
import { historyEventSchema } from '../views.ts';

// Typed as any string, since hono's types would otherwise hold the lines to the type of a whole JSON document.
const NDJSON: string = 'application/x-ndjson';

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
  app.openapi(historyRoute, async (c) => {
    const { after, limit = Number.POSITIVE_INFINITY } = c.req.valid('query');
    const lines = c.req.header('accept')?.includes(NDJSON) === true;
    const asked = { after, upTo: after + limit, lines };
    const pages = troupe.historyPages(c.get('caller').scope, c.req.valid('param').id, asked);
    const parts = lines ? pages : document(pages);
    const iterator = parts[Symbol.asyncIterator]();
    // Taken before answering, so that what cannot be read is a 503 and not a broken stream.
    const first = await iterator.next();
    const type = lines ? NDJSON : 'application/json';
    const body = ReadableStream.from(bytesOf(first, iterator));
    return new Response(body, { headers: { 'Content-Type': type, Vary: 'Accept' } });
  });
}

async function* document(pages: AsyncIterable<Written>): AsyncGenerator<Written> {
  let before = '{"events":[';
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield before;
    yield page;
    before = ',';
  }
  yield before === ',' ? ']}' : `${before}]}`;
}

async function* bytesOf(
  first: IteratorResult<Written>,
  rest: AsyncIterator<Written>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  try {
    for (let next = first; next.done !== true; next = await rest.next())
      yield typeof next.value === 'string' ? encoder.encode(next.value) : next.value;
  } finally {
    await rest.return?.();
  }
}
