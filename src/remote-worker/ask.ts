/** A question to the orchestrator of a job, which may be away for a while. */

import { z } from 'zod';
import type { Bus } from '../bus/bus.ts';
import type { ErrorCode } from '../error-codes.ts';
import { Refusal } from '../errors.ts';
import { jsonOf } from '../workflow/json-body.ts';

const OVER = 'ATTEMPT_OVER' satisfies ErrorCode;
const ANSWER_WITHIN_MS = 10_000;
const noSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** An orchestrator says no. It may be of another version, whose codes this one does not know. */
export class OrchestratorNo extends Error {
  override readonly name = 'Refusal';
  readonly code: string;

  constructor({ code, message }: { readonly code: string; readonly message: string }) {
    super(message);
    this.code = code;
  }
}

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
  if (no.success) throw new OrchestratorNo(no.data.error);
  return schema.parse(read);
}

/** The orchestrator has no such attempt, or no more. */
export const isOver = (error: unknown): boolean => error instanceof OrchestratorNo && error.code === OVER;
