/**
 * Reads what orchestrators send: jobs, and notices that an attempt is over. What is not exactly a job is refused with every fault: run anyway, it would have work
 * done that nobody asked for, or an outcome sent where anybody chose.
 */

import { z } from 'zod';
import type { BusMessage } from '../bus/message.ts';
import type { Subjects } from '../bus/subjects.ts';
import { Refusal } from '../errors.ts';
import type { Job } from '../worker/job.ts';
import { jsonOf } from '../workflow/json-body.ts';
import { parseWith } from '../workflow/parse.ts';

export interface RemoteJob {
  readonly job: Job;
  /** The subject its orchestrator hears outcomes and heartbeats on. */
  readonly outcomeTo: string;
}

const text = z.string().min(1);
/** Its members are the user's, and stay as they came. */
const object = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);

/** What it does not name is left out: a newer orchestrator may say more. */
const schema = z.object({
  taskId: text,
  step: text,
  attempt: z.int().min(1),
  // It becomes a message id, which is a header.
  token: z.string().regex(/^[!-~]{1,200}$/, 'must be 1 to 200 characters of printable ASCII'),
  tenantId: text,
  handler: text,
  payload: object,
  dependencies: object,
  idempotencyKey: text,
  deadline: z.iso.datetime(),
  traceparent: z.string().optional(),
  outcomeTo: text,
});

const release = z.object({ token: text });

/** Throws INVALID_JOB. */
export function readJob(message: BusMessage, subjects: Subjects): RemoteJob {
  const { outcomeTo, traceparent, ...job } = parseWith(
    schema,
    jsonOf(message.data),
    'INVALID_JOB',
    'the job',
  );
  const sentAs = subjects.parse(message.subject);
  if (sentAs?.kind !== 'job' || sentAs.tenantId !== job.tenantId || sentAs.handler !== job.handler) {
    throw invalid(`was sent as ${message.subject}, which is not its tenant and handler`);
  }
  if (subjects.parse(outcomeTo)?.kind !== 'outcome') {
    throw invalid(`wants its outcome on ${JSON.stringify(outcomeTo)}, where no orchestrator hears outcomes`);
  }
  return { job: traceparent === undefined ? job : { ...job, traceparent }, outcomeTo };
}

/** The token of the attempt that is over, or null for what is no such notice. */
export function readRelease(message: BusMessage): string | null {
  try {
    return release.parse(jsonOf(message.data)).token;
  } catch {
    // Anybody may publish there, and nothing depends on it: an attempt not known to be over is merely done in vain.
    return null;
  }
}

function invalid(why: string): Refusal {
  return new Refusal('invalid', 'INVALID_JOB', `the job ${why}`);
}
