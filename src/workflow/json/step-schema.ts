/** The shape of a step as files write it, with each field's limits; what holds between fields is `cross-check.ts`. */

import { z } from 'zod';
import { DEFAULT_BACKOFF } from '../../../machines/backoff.ts';
import { LIMITS } from '../definition.ts';
import { DURATION_FORMS, durationMs } from '../duration.ts';
import { nameField, proseOf } from '../fields.ts';
import { strict } from '../parse.ts';
import { KIND_KEYS, KIND_OVERRIDES } from '../steps/index.ts';
import { whenField } from '../when.ts';

export const durationField = z
  .union([z.number(), z.string()], DURATION_FORMS)
  .refine((value) => durationMs(value) !== null, DURATION_FORMS)
  .meta({ description: 'Seconds, or `500ms`, `30s`, `5m`, `2h`, `3d`' });

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

/** The mention of a step; the step itself tells, once, what is wrong with its name. */
const mentionField = z.string().min(1, 'must not be empty');

export const namesField = z.union(
  [mentionField, z.array(mentionField).max(LIMITS.dependenciesPerStep)],
  `must be the name of a step or a list of at most ${LIMITS.dependenciesPerStep}`,
);

const retryLimitField = z
  .int('must be a whole number')
  .min(1, 'must be at least 1: it counts executions, the first included')
  .max(1_001, 'must be at most 1001');

/** Steps of every kind have these keys. */
const stepShape = {
  name: nameField,
  description: proseOf(10_000).optional().meta({ description: 'What it is for, in words' }),
  depends_on: namesField.optional(),
  depends_on_step: namesField.optional(),
  depends_on_steps: namesField.optional(),
  when: whenField.optional(),
  retryable: z.boolean().optional().meta({ description: 'true unless given; false: one attempt' }),
  default_retryable: z.boolean().optional().meta({ description: "Tasker's `retryable`" }),
  retry_limit: retryLimitField.optional().meta({ description: 'Executions in all; 3 unless given' }),
  default_retry_limit: retryLimitField.optional().meta({ description: "Tasker's `retry_limit`" }),
  timeout: durationField.optional(),
  start_timeout: durationField.optional(),
  within: durationField
    .optional()
    .meta({ description: 'Longest time for all its attempts together, from the start of the first' }),
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
};

export const stepField = strict({ ...stepShape, ...KIND_KEYS }).meta({ id: 'WorkflowStep' });

/** A step within `environments`: what it leaves out stays as the workflow has it. */
export const stepOverrideField = strict({ ...stepShape, ...KIND_OVERRIDES }).meta({
  id: 'WorkflowStepOverride',
});
