/** A question to the orchestrator of a job, which may be away for a while. */

import { z } from 'zod';
import type { Bus } from '../bus/bus.ts';
import { Refusal } from '../errors.ts';
import { jsonOf } from '../workflow/json-body.ts';

const ANSWER_WITHIN_MS = 10_000;
const noSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Null when nobody answers now. Throws what the orchestrator says against it, under its code. */
export async function ask<Answer>(
  bus: Bus,
  subject: string,
  question: object,
  schema: z.ZodType<Answer>,
): Promise<Answer | null> {
  const asked = Buffer.from(JSON.stringify(question));
  let read: unknown;
  try {
    read = jsonOf((await bus.request(subject, asked, { timeoutMs: ANSWER_WITHIN_MS })).data);
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'unavailable') return null;
    throw error;
  }
  const no = noSchema.safeParse(read);
  if (no.success) throw new Refusal('conflict', no.data.error.code, no.data.error.message);
  return schema.parse(read);
}

/** The orchestrator has no such attempt, or no more. */
export const isOver = (error: unknown): boolean => error instanceof Refusal && error.code === 'ATTEMPT_OVER';
