/** Serves the verbs for tasks and steps, and adding dependencies; each is journaled with who and why. */

import { createRoute, z } from '@hono/zod-openapi';
import {
  STEP_VERBS,
  type StepVerb,
  stepVerbs,
  TASK_VERBS,
  type TaskVerb,
  taskVerbs,
} from '../../views/verbs.ts';
import { LIMITS } from '../../workflow/definition.ts';
import { jsonValueOf } from '../../workflow/fields.ts';
import { strict } from '../../workflow/parse.ts';
import { deadlineField, dependenciesField, reasonField } from '../../workflow/task-request.ts';
import { emptyBodyIsNone } from '../body.ts';
import type { Api, ApiParts } from '../context.ts';
import { stepParams, taskParams } from '../params.ts';
import { problems } from '../problem.ts';
import { taskSchema } from '../views.ts';

const reason = reasonField.nullable().default(null).meta({ description: 'Why; journaled' });
const reasonBody = strict({ reason }).meta({ id: 'Verb' });
const retryBody = strict({
  reason,
  deadlineSeconds: deadlineField
    .nullable()
    .default(null)
    .meta({ description: 'The length of its deadline from now on; the same as before unless given' }),
}).meta({ id: 'RetryTask' });
const cancelBody = strict({
  reason,
  compensate: z.boolean().nullable().default(null).meta({
    description:
      'true: what it has done is taken back first. false, of a task that takes back: the rest is left',
  }),
}).meta({ id: 'CancelTask' });

/** A verb that is about more than whether has fields of its own. */
const TASK_BODY_OF = {
  pause: reasonBody,
  resume: reasonBody,
  retry: retryBody,
  cancel: cancelBody,
  compensate: reasonBody,
} as const satisfies Record<TaskVerb, z.ZodType>;

const outputBody = strict({ reason, output: jsonValueOf(LIMITS.outputBytes).optional() }).meta({
  id: 'VerbWithOutput',
});

const extendBody = strict({
  reason,
  until: z.string('must be a time').meta({ description: 'The new end', example: '2026-01-31T09:30:00Z' }),
}).meta({ id: 'Extend' });

const BODY_OF = {
  retry: reasonBody,
  skip: outputBody,
  complete: outputBody,
  reject: reasonBody,
  extend: extendBody,
} as const satisfies Record<StepVerb, z.ZodType>;

const responses = {
  200: { description: 'The task as it is now', content: { 'application/json': { schema: taskSchema } } },
  ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
};

const taskVerbRoute = (verb: TaskVerb) =>
  createRoute({
    method: 'post',
    path: `/tasks/{id}/${verb}`,
    tags: ['Operator'],
    operationId: `${verb}Task`,
    summary: TASK_VERBS[verb],
    description: 'In the wrong state: 409, which names the state; nothing changes.',
    middleware: emptyBodyIsNone,
    request: {
      params: taskParams,
      body: { content: { 'application/json': { schema: TASK_BODY_OF[verb] } } },
    },
    responses,
  });

const stepVerbRoute = (verb: StepVerb) =>
  createRoute({
    method: 'post',
    path: `/tasks/{id}/steps/{step}/${verb}`,
    tags: ['Operator'],
    operationId: `${verb}Step`,
    summary: STEP_VERBS[verb],
    description: 'In the wrong state: 409, which names the state; nothing changes.',
    middleware: emptyBodyIsNone,
    request: {
      params: stepParams,
      body: { required: verb === 'extend', content: { 'application/json': { schema: BODY_OF[verb] } } },
    },
    responses,
  });

const dependenciesRoute = createRoute({
  method: 'post',
  path: '/tasks/{id}/dependencies',
  tags: ['Operator'],
  operationId: 'addDependencies',
  summary: 'Make a pending task depend on more tasks',
  description: 'Ids or names. A circle is refused with its path.',
  request: {
    params: taskParams,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: strict({ dependsOn: dependenciesField.min(1, 'must name at least one task') }).meta({
            id: 'AddDependencies',
          }),
        },
      },
    },
  },
  responses,
});

export function verbRoutes(app: Api, { troupe }: ApiParts): void {
  for (const verb of taskVerbs) {
    app.openapi(taskVerbRoute(verb), async (c) => {
      const { name: by, scope } = c.get('caller');
      // Without a body nothing was parsed, so no default was filled in.
      const { reason = null, ...more } = c.req.valid('json');
      return c.json(
        await troupe.taskVerb(scope, c.req.valid('param').id, verb, { by, reason, ...more }),
        200,
      );
    });
  }

  for (const verb of stepVerbs) {
    app.openapi(stepVerbRoute(verb), async (c) => {
      const { name: by, scope } = c.get('caller');
      const { id, step } = c.req.valid('param');
      // Without a body nothing was parsed, so no default was filled in.
      const { reason = null, ...more } = c.req.valid('json');
      return c.json(await troupe.stepVerb(scope, id, step, verb, { by, reason, ...more }), 200);
    });
  }

  app.openapi(dependenciesRoute, async (c) => {
    const { name: by, scope } = c.get('caller');
    const { dependsOn } = c.req.valid('json');
    return c.json(await troupe.addDependencies(scope, c.req.valid('param').id, dependsOn, by), 200);
  });
}
