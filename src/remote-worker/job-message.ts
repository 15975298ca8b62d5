/**
 * Reads what orchestrators send: jobs, and notices that an attempt is over. What is not exactly a job is refused with every fault: run anyway, it would have work
 * done that nobody asked for, or an outcome sent where anybody chose.
 */

import { z } from 'zod';
import type { BusMessage } from '../bus/message.ts';
import { wholeSchema } from '../bus/parts.ts';
import type { Subjects } from '../bus/subjects.ts';
import { Refusal } from '../errors.ts';
import type { Job } from '../worker/job.ts';
import { ownJsonOf } from '../workflow/json-body.ts';
import { parseWith } from '../workflow/parse.ts';

export interface RemoteJob {
  /** The job, without its inputs if these are to be asked for. */
  readonly job: Job;
  readonly inputs: InputsReference | null;
  readonly reply: Reply;
}

/** Where and how the orchestrator of a job hears of it. */
export interface Reply {
  /** The subject of outcomes and heartbeats. */
  readonly outcomeTo: string;
  /** That of outcomes which are too large for a message; null: they are not taken. */
  readonly uploadTo: string | null;
  /** Heartbeats may say more than the first version of the protocol had them say. */
  readonly hearsWorker: boolean;
  /** The extensions of the protocol that it takes; an older one takes nothing more. */
  readonly accepts: readonly string[];
}

const text = z.string().min(1);
/** Its members are the user's, and stay as they came. */
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const object = z.custom<Readonly<Record<string, unknown>>>(isObject, 'must be an object');

const links = z.custom<Readonly<Record<string, string>>>(
  (value) => isObject(value) && Object.values(value).every((link) => typeof link === 'string'),
  'must be an object of texts',
);

const reference = wholeSchema.extend({ from: text });
export type InputsReference = z.infer<typeof reference>;

/** A handler works on these. */
export type JobInputs = Pick<Job, 'payload' | 'dependencies' | 'with' | 'approvals'>;
/** An older orchestrator gives no arguments. */
const jobInputs = z.object({
  payload: object,
  dependencies: object,
  with: object.default(() => ({})),
  approvals: links.optional(),
});

/** Unknown fields are left out: a newer orchestrator may say more. */
const schema = z.object({
  taskId: text,
  step: text,
  attempt: z.int().min(1),
  // It becomes a message id, which is a header.
  token: z.string().regex(/^[!-~]{1,200}$/, 'must be 1 to 200 characters of printable ASCII'),
  tenantId: text,
  handler: text,
  payload: object.optional(),
  dependencies: object.optional(),
  with: object.optional(),
  approvals: links.optional(),
  inputs: reference.optional(),
  idempotencyKey: text,
  deadline: z.iso.datetime(),
  traceparent: z.string().optional(),
  isolation: z.literal('process').optional(),
  memoryMb: z.number().positive().optional(),
  outcomeTo: text,
  accepts: z.array(z.string()).default([]),
});

const release = z.object({ token: text, awaited: z.boolean().optional() });

/** Throws INVALID_JOB. */
export function readJob(message: BusMessage, subjects: Subjects): RemoteJob {
  const { outcomeTo, traceparent, isolation, memoryMb, inputs, accepts, ...sent } = parseWith(
    schema,
    ownJsonOf(message.data),
    'INVALID_JOB',
    'the job',
  );
  const { payload, dependencies, with: args, approvals, ...rest } = sent;
  const sentAs = subjects.parse(message.subject);
  if (sentAs?.kind !== 'job' || sentAs.tenantId !== rest.tenantId || sentAs.handler !== rest.handler) {
    throw invalid(`was sent as ${message.subject}, which is not its tenant and handler`);
  }
  const about = subjects.parse(outcomeTo);
  if (about?.kind !== 'outcome') {
    throw invalid(`wants its outcome on ${JSON.stringify(outcomeTo)}, where no orchestrator hears outcomes`);
  }
  const given =
    inputs === undefined ? readInputs({ payload, dependencies, with: args, approvals }) : NO_INPUTS;
  if (inputs !== undefined && subjects.parse(inputs.from)?.kind !== 'inputs') {
    throw invalid(`has its inputs on ${JSON.stringify(inputs.from)}, where no orchestrator gives any`);
  }
  const job: Job = {
    ...rest,
    ...given,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(isolation === undefined ? {} : { isolation }),
    ...(memoryMb === undefined ? {} : { memoryMb }),
  };
  const uploadTo = accepts.includes('upload') ? subjects.of({ ...about, kind: 'upload' }) : null;
  return {
    job,
    inputs: inputs ?? null,
    reply: { outcomeTo, uploadTo, hearsWorker: accepts.includes('worker'), accepts },
  };
}

/** Throws INVALID_JOB. */
export function readInputs(read: unknown): JobInputs {
  const { approvals, ...inputs } = parseWith(jobInputs, read, 'INVALID_JOB', 'the inputs of the job');
  return approvals === undefined ? inputs : { ...inputs, approvals };
}

const NO_INPUTS: JobInputs = { payload: {}, dependencies: {}, with: {} };

/** The token of the attempt that is over, or is to stop (`awaited`: its outcome is), or null for what is no such notice. */
export function readRelease(message: BusMessage): z.output<typeof release> | null {
  try {
    return release.parse(ownJsonOf(message.data));
  } catch {
    // Anybody may publish there, and nothing depends on it: an attempt not known to be over is merely done in vain.
    return null;
  }
}

function invalid(why: string): Refusal {
  return new Refusal('INVALID_JOB', `the job ${why}`);
}
