/** Times as files write them: durations, and how the delay between attempts grows. */

import { z } from 'zod';
import { type Backoff, DEFAULT_BACKOFF } from '../../machines/backoff.ts';
import { DURATION_FORMS, durationMs } from './duration.ts';
import { strict } from './parse.ts';

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

/** As answers show it. */
export const backoffView = z.object({
  strategy: z.enum(['exponential', 'linear', 'fixed']),
  baseMs: z.number(),
  maxMs: z.number(),
  jitter: z.enum(['equal', 'full', 'none']),
});

export const retryLimitField = z
  .int('must be a whole number')
  .min(1, 'must be at least 1: it counts executions, the first included')
  .max(1_001, 'must be at most 1001');

export function toBackoff({ strategy, base, max, jitter }: z.output<typeof backoffField>): Backoff {
  return {
    strategy,
    baseMs: durationMs(base) ?? DEFAULT_BACKOFF.baseMs,
    maxMs: durationMs(max) ?? DEFAULT_BACKOFF.maxMs,
    jitter,
  };
}
