/** The shape of a step as files write it, with each field's limits; what holds between fields is `cross-check.ts`. */

import { z } from 'zod';
import { LIMITS } from '../definition.ts';
import { nameField, proseOf } from '../fields.ts';
import { strict } from '../parse.ts';
import { KIND_KEYS, KIND_OVERRIDES } from '../steps/index.ts';
import { backoffField, durationField, retryLimitField } from '../times.ts';
import { whenField } from '../when.ts';

/** The mention of a step; the step itself tells, once, what is wrong with its name. */
const mentionField = z.string().min(1, 'must not be empty');

export const namesField = z.union(
  [mentionField, z.array(mentionField).max(LIMITS.dependenciesPerStep)],
  `must be the name of a step or a list of at most ${LIMITS.dependenciesPerStep}`,
);

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
