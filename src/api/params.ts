/** The parts of a URL that several routes have in common. */

import { z } from '@hono/zod-openapi';
import { strict } from '../workflow/parse.ts';

const id = z.string().meta({ description: "The task's id" });

/** Ids are not checked for their form: one that cannot exist is not found, like any other. */
export const taskParams = z.object({ id });
export const stepParams = z.object({ id, step: z.string().meta({ description: "The step's name" }) });

/** A number in a query, which is text. */
export function wholeNumber(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .refine((text) => /^\d{1,16}$/.test(text) && Number(text) >= least && Number(text) <= most, message)
    .transform(Number)
    .meta({ type: 'integer', minimum: least, maximum: most });
}

export function formatQuery<const Format extends string>(
  formats: readonly [Format, ...Format[]],
  usual: NoInfer<Format>,
) {
  return strict({
    format: z
      .enum(formats, `must be ${formats.join(' or ')}: there is no other format`)
      .prefault(usual as never)
      .meta({ default: usual }),
  });
}

export const drawingContent = {
  description: 'The text of the drawing',
  content: { 'text/plain': { schema: z.string() } },
};
