/** A step as files write it, once its shape is right, to its definition. */

import type { z } from 'zod';
import type { StepDefinition } from '../definition.ts';
import { durationMs } from '../duration.ts';
import { nameKey } from '../name-key.ts';
import { kindFields } from '../steps/index.ts';
import { type backoffField, toBackoff } from '../times.ts';
import { conditionOfWhen, type When } from '../when.ts';
import { dependencyNames } from './spellings.ts';
import type { stepField } from './step-schema.ts';

type Step = z.output<typeof stepField>;
type Strategies = Readonly<Record<string, z.output<typeof backoffField>>>;

export function toStep(step: Step, strategies: Strategies): StepDefinition {
  const backoff = typeof step.backoff === 'string' ? strategies[nameKey(step.backoff)] : step.backoff;
  const { retryable = step.default_retryable ?? true, retry_limit = step.default_retry_limit ?? null } = step;
  const withinMs = durationMs(step.within);
  const dependsOn = [...new Set(dependencyNames(step).map(({ name }) => name))];
  return {
    name: step.name,
    dependsOn,
    maxAttempts: retryable ? retry_limit : 1,
    timeoutMs: durationMs(step.timeout),
    startTimeoutMs: durationMs(step.start_timeout),
    ...(withinMs === null ? {} : { withinMs }),
    backoff: backoff === undefined ? null : toBackoff(backoff),
    critical: step.critical,
    optional: step.optional,
    agent: step.agent,
    channel: step.channel,
    ...(step.description === undefined ? {} : { description: step.description }),
    ...choiceOf(step.when, dependsOn),
    ...kindFields(step),
  };
}

/** One that cannot be read has been told of by whoever checked the step. */
function choiceOf(when: When | undefined, dependsOn: readonly string[]): Pick<StepDefinition, 'condition'> {
  const read = when === undefined ? null : conditionOfWhen(when, dependsOn);
  return read !== null && 'condition' in read ? read : {};
}
