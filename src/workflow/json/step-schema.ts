/** The shape of a step as files write it, with each field's limits; what holds between fields is `cross-check.ts`. */

import { z } from 'zod';
import { DEFAULT_BACKOFF } from '../../../machines/backoff.ts';
import { LIMITS } from '../definition.ts';
import { DURATION_FORMS, durationMs } from '../duration.ts';
import { jsonValueOf, nameField } from '../fields.ts';
import { strict } from '../parse.ts';
import { handlerOfClass } from './spellings.ts';

const durationField = z
  .union([z.number(), z.string()], DURATION_FORMS)
  .refine((value) => durationMs(value) !== null, DURATION_FORMS)
  .meta({ description: 'Seconds, or `500ms`, `30s`, `5m`, `2h`' });

export const backoffField = strict({
  strategy: z.enum(['exponential', 'linear', 'fixed']).default(DEFAULT_BACKOFF.strategy),
  base: durationField.default(DEFAULT_BACKOFF.baseMs / 1_000),
  max: durationField.default(DEFAULT_BACKOFF.maxMs / 1_000),
  jitter: z.enum(['equal', 'full', 'none']).default(DEFAULT_BACKOFF.jitter),
})
  .refine((backoff) => (durationMs(backoff.base) ?? 0) <= (durationMs(backoff.max) ?? 0), {
    message: 'must not be longer than max (30 s unless given); set a longer max',
    path: ['base'],
  })
  .meta({ id: 'Backoff' });

export const namesField = z.union(
  [nameField, z.array(nameField).max(LIMITS.dependenciesPerStep)],
  `must be the name of a step or a list of at most ${LIMITS.dependenciesPerStep}`,
);

const retryLimitField = z
  .int('must be a whole number')
  .min(1, 'must be at least 1: it counts executions, the first included')
  .max(1_001, 'must be at most 1001');

const httpShape = {
  method: z.string().default('GET'),
  url: z.string().max(2_048, 'must be at most 2048 characters'),
  headers: z.record(z.string(), z.string()).default({}),
  body: jsonValueOf(LIMITS.payloadBytes).optional(),
};

export const httpField = strict(httpShape).meta({
  id: 'HttpCall',
  description:
    'One HTTP call, done by Troupe itself. References to the payload and to outputs are filled in, never in the host',
});

const stepShape = {
  name: nameField,
  handler: nameField.optional().meta({ description: "The step's name unless given" }),
  handler_class: nameField
    .refine((name) => handlerOfClass(name).trim() !== '', 'must end in a name, like Shop::ChargeCard')
    .optional()
    .meta({ description: '`handler` as Tasker spells it: the part after the last `::`' }),
  http: httpField.optional(),
  depends_on: namesField.optional(),
  depends_on_step: namesField.optional(),
  depends_on_steps: namesField.optional(),
  retryable: z.boolean().optional().meta({ description: 'true unless given; false: one attempt' }),
  default_retryable: z.boolean().optional().meta({ description: "Tasker's `retryable`" }),
  retry_limit: retryLimitField.optional().meta({ description: 'Executions in all; 3 unless given' }),
  default_retry_limit: retryLimitField.optional().meta({ description: "Tasker's `retry_limit`" }),
  timeout: durationField.optional(),
  start_timeout: durationField.optional(),
  backoff: z
    .union(
      [nameField, backoffField],
      'must be the name of one of retry_strategies, or {strategy, base, max, jitter}',
    )
    .optional(),
  agent: nameField.default('default').meta({ description: 'Which workers may run it' }),
  channel: nameField.nullable().default(null).meta({ description: 'Where its facts also go' }),
  critical: z.boolean().default(false).meta({ description: 'Its failure halts the task' }),
  optional: z
    .boolean()
    .default(false)
    .meta({ description: 'Its failure skips it; dependents run with null' }),
  on_failure: z
    .union([z.boolean(), nameField], 'must be true, or the name its list of failures arrives under')
    .optional()
    .meta({
      description:
        'Runs after all other steps, only if one failed; true: the failures arrive under `failures`',
    }),
};

export const stepField = strict(stepShape).meta({ id: 'WorkflowStep' });

/** A step within `environments`: what it leaves out stays as the workflow has it. */
export const stepOverrideField = strict({
  ...stepShape,
  http: strict({ ...httpShape, url: httpShape.url.optional() }).optional(),
}).meta({ id: 'WorkflowStepOverride' });
