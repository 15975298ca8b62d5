/** Any moment of a task's past, and what an event would have led to. */

import { createRoute, z } from '@hono/zod-openapi';
import type { ActorMoment, MomentView, WhatIfView } from '../../views/orchestrator.ts';
import { strict } from '../../workflow/parse.ts';
import type { Api, ApiParts } from '../context.ts';
import { jsonText } from '../json-text.ts';
import { taskParams, wholeNumber } from '../params.ts';
import { problems } from '../problem.ts';

const context = z.record(z.string(), z.unknown());
const time = z.iso.datetime();
const MOST = Number.MAX_SAFE_INTEGER;

const actorSchema: z.ZodType<ActorMoment> = z
  .object({
    state: z.string().meta({ example: 'retrying.backoff' }),
    status: z.string().meta({ example: 'retrying' }),
    context,
    accepts: z.array(z.string()).meta({ description: 'Events it would take from a person' }),
    timers: z.record(z.string(), time).meta({ description: 'Events that come by themselves, and when' }),
  })
  .meta({ id: 'ActorMoment' });

const momentSchema: z.ZodType<MomentView> = z
  .object({
    seq: z.int(),
    last: z.int().meta({ description: 'The last event so far' }),
    at: time,
    task: actorSchema,
    steps: z.record(z.string(), actorSchema).meta({ description: 'Those that had been spawned, by name' }),
    differs: z
      .boolean()
      .meta({ description: 'What is stored is something else; told at the last event only' }),
  })
  .meta({ id: 'Moment' });

const momentRoute = createRoute({
  method: 'get',
  path: '/tasks/{id}/moment',
  tags: ['Tasks'],
  operationId: 'getMoment',
  summary: 'A task at any moment of its past',
  description:
    'As it was after event `seq` of its history, computed by its machines; without `seq`, as it is.',
  request: { params: taskParams, query: strict({ seq: wholeNumber(1, MOST).optional() }) },
  responses: {
    200: { description: 'The moment', content: { 'application/json': { schema: momentSchema } } },
    ...problems(401, 404, 422),
  },
});

const askSchema = strict({
  seq: z.int().min(1).max(MOST).optional().meta({ description: 'The last event unless given' }),
  actor: z.string().max(200).meta({ description: '`task` or `step:<name>`', example: 'step:charge' }),
  event: z
    .looseObject({ type: z.string().min(1).max(200) })
    .meta({ description: 'Its time, dice and attempt token are filled in where it has none' }),
}).meta({ id: 'WhatIf' });

const state = z.object({ state: z.string(), context });
const answerSchema: z.ZodType<WhatIfView> = z
  .object({
    seq: z.int(),
    at: time,
    event: z.looseObject({ type: z.string() }),
    before: state,
    after: state,
    effects: z
      .array(z.object({ type: z.string(), params: z.unknown() }))
      .meta({ description: 'What the machine would have asked for, in order' }),
  })
  .meta({ id: 'WhatIfAnswer' });

const whatIfRoute = createRoute({
  method: 'post',
  path: '/tasks/{id}/what-if',
  tags: ['Tasks'],
  operationId: 'askWhatIf',
  summary: 'What an event would lead to',
  description: 'Sends it to a copy of an actor as it was at a moment. Nothing is done, and nothing stored.',
  request: {
    params: taskParams,
    body: { required: true, content: { 'application/json': { schema: askSchema } } },
  },
  responses: {
    200: { description: 'The answer', content: { 'application/json': { schema: answerSchema } } },
    ...problems(400, 401, 404, 413, 415, 422),
  },
});

export function momentRoutes(app: Api, { troupe }: ApiParts): void {
  app.openapi(momentRoute, async (c) => {
    const { scope } = c.get('caller');
    const { id } = c.req.valid('param');
    return jsonText(await troupe.answer(scope, { ask: 'moment', id, seq: c.req.valid('query').seq }));
  });

  app.openapi(whatIfRoute, async (c) => {
    const { scope, name: by } = c.get('caller');
    const { id } = c.req.valid('param');
    const { seq, ...event } = c.req.valid('json');
    return jsonText(await troupe.answer(scope, { ask: 'whatIf', id, event: { ...event, by }, seq }));
  });
}
