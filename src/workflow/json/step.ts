/** A step as files write it, once its shape is right, to its definition. */

import type { z } from 'zod';
import { type Backoff, DEFAULT_BACKOFF } from '../../../machines/backoff.ts';
import { HTTP_HANDLER } from '../built-in.ts';
import type { HttpCall, StepDefinition } from '../definition.ts';
import { durationMs } from '../duration.ts';
import { dependencyNames, handlerOfClass } from './spellings.ts';
import type { backoffField, httpField, stepField } from './step-schema.ts';

type Step = z.output<typeof stepField>;
type Strategies = Readonly<Record<string, z.output<typeof backoffField>>>;

/** The key a failure handler's list arrives under when it names none. */
const FAILURES = 'failures';

export function toStep(step: Step, strategies: Strategies): StepDefinition {
  const backoff = typeof step.backoff === 'string' ? strategies[step.backoff] : step.backoff;
  const { retryable = step.default_retryable ?? true, retry_limit = step.default_retry_limit ?? null } = step;
  return {
    name: step.name,
    handler: handlerOf(step),
    dependsOn: [...new Set(dependencyNames(step).map(({ name }) => name))],
    maxAttempts: retryable ? retry_limit : 1,
    timeoutMs: durationMs(step.timeout),
    startTimeoutMs: durationMs(step.start_timeout),
    backoff: backoff === undefined ? null : toBackoff(backoff),
    critical: step.critical,
    optional: step.optional,
    agent: step.agent,
    channel: step.channel,
    ...(step.http === undefined ? {} : { http: toHttpCall(step.http) }),
    ...failuresOf(step),
  };
}

function handlerOf({ name, handler, handler_class, http }: Step): string {
  if (http !== undefined) return HTTP_HANDLER;
  return handler ?? (handler_class === undefined ? name : handlerOfClass(handler_class));
}

function failuresOf({ on_failure }: Step): Pick<StepDefinition, 'failuresAs'> {
  if (on_failure === undefined || on_failure === false) return {};
  return { failuresAs: on_failure === true ? FAILURES : on_failure };
}

const toHttpCall = ({ method, url, headers, body = null }: z.output<typeof httpField>): HttpCall => ({
  method: method.toUpperCase(),
  url,
  headers,
  body,
});

function toBackoff({ strategy, base, max, jitter }: z.output<typeof backoffField>): Backoff {
  return {
    strategy,
    baseMs: durationMs(base) ?? DEFAULT_BACKOFF.baseMs,
    maxMs: durationMs(max) ?? DEFAULT_BACKOFF.maxMs,
    jitter,
  };
}
