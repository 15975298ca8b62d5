/** The shapes of errors that are answered with. */

import { z } from '@hono/zod-openapi';
import type { ErrorView, InnerErrorView } from '../views/tasks.ts';

const anyJson = z.unknown().meta({ description: 'Any JSON value' });

const errorHead = {
  name: z.string(),
  message: z.string(),
  code: z.string().nullable().meta({ description: 'Text; a number that was thrown as a code is its text' }),
};

const stack = z
  .string()
  .nullable()
  .meta({ description: 'Where it was thrown; the frames of Node are left out' });
const details = z.unknown().meta({ description: 'Any JSON value; null: none' });

const innerErrorSchema: z.ZodType<InnerErrorView> = z
  .object({ ...errorHead, stack, details })
  .meta({ id: 'InnerError' });

export const errorShape = {
  ...errorHead,
  retryable: z.boolean(),
  stack,
  causes: z.array(innerErrorSchema).meta({ description: 'The chain of causes, the nearest first' }),
  errors: z.array(innerErrorSchema).meta({ description: 'Those inside an AggregateError' }),
  details,
  response: z
    .object({
      status: z.int(),
      headers: z.record(z.string(), z.string()),
      body: anyJson,
      truncated: z.boolean().meta({ description: 'The body was longer than is kept' }),
    })
    .nullable()
    .meta({ description: 'What the server answered that an HTTP step called' }),
};

export const errorSchema: z.ZodType<ErrorView> = z.object(errorShape).meta({ id: 'Error' });

export const errorSummaryShape = { ...errorHead, retryable: z.boolean(), step: z.string().nullable() };
