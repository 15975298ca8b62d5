/** The parts of a URL that several routes have in common. */

import { z } from '@hono/zod-openapi';
import { strict } from '../workflow/parse.ts';

const id = z.string().meta({ description: "The task's id" });

/** Ids are not checked for their form: one that cannot exist is not found, like any other. */
export const taskParams = z.object({ id });
export const stepParams = z.object({ id, step: z.string().meta({ description: "The step's name" }) });

export const workflowParams = z.object({
  name: z.string().meta({
    description: 'The workflow, as `namespace/name` with the slash written `%2F`, or by its bare name',
    example: 'ecommerce/order_processing',
  }),
});

/** A number in a query, which is text. */
export function wholeNumber(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .refine((text) => /^\d{1,16}$/.test(text) && Number(text) >= least && Number(text) <= most, message)
    .transform(Number)
    .meta({ type: 'integer', minimum: least, maximum: most });
}

/** The first format is the usual one. */
export function formatField<const Formats extends readonly [string, ...string[]]>(formats: Formats) {
  const message = `must be ${formats.join(' or ')}: there is no other format`;
  return z.enum(formats, message).default(formats[0]);
}

export function formatQuery<const Formats extends readonly [string, ...string[]]>(formats: Formats) {
  return strict({ format: formatField(formats) });
}
