/**
 * Reads what workers elsewhere send back: an outcome or a heartbeat, under the subject of its step. Anybody may
 * publish there, so nothing in it is believed that was not read strictly.
 */

import { z } from 'zod';
import { failure } from '../../machines/failure-codes.ts';
import type { BusMessage } from '../bus/message.ts';
import type { Address, Subjects } from '../bus/subjects.ts';
import { Refusal } from '../errors.ts';
import { boundError } from '../worker/bound-error.ts';
import type { ExecutionRecord, Outcome, OutcomeError } from '../worker/job.ts';
import { completed } from '../worker/output.ts';
import { recordFault } from '../worker/record.ts';
import { retryAfterField } from '../worker/retry-after.ts';
import { LIMITS } from '../workflow/definition.ts';
import { parseWith, strict } from '../workflow/parse.ts';
import { outcomeJson } from './outcome-json.ts';

export type OutcomeAddress = Extract<Address, { readonly kind: 'outcome' }>;

export interface Heartbeat {
  readonly token: string;
  readonly status: 'heartbeat';
  /** The share of the work that is done, from 0 to 1; null: not said. */
  readonly progress: number | null;
  /** The worker's name for itself; null: not said. */
  readonly worker: string | null;
  /** How often its job had been delivered when it took it, from 1; null: not said. */
  readonly delivery: number | null;
  /** It has given the job back to the others, unfinished. */
  readonly returned: boolean;
}

export interface OutcomeMessage {
  readonly address: OutcomeAddress;
  readonly content: Outcome | Heartbeat;
}

const token = z.string().min(1).max(200);
const text = z.string();
const code = text.nullable().default(null);
const cell = z.union([text, z.number(), z.boolean(), z.null()]);
const record = z.record(text, cell).optional();

const inner = strict({
  name: text.default('Error'),
  message: text,
  code,
  stack: text.nullish(),
  details: z.unknown().optional(),
});

const response = strict({
  status: z.int(),
  headers: z.record(text, text).default({}),
  body: z.unknown().default(null),
  truncated: z.boolean().optional(),
});

/**
 * A field that a short worker leaves out gets the value most failures have. Parts that are too long are cut
 * below.
 */
const error = strict({
  name: text.default('Error'),
  message: text,
  code,
  retryable: z.boolean().default(true),
  retryAfter: z.union([z.number(), text]).optional(),
  details: z.unknown().optional(),
  stack: text.nullish(),
  causes: z.array(inner).nullish(),
  errors: z.array(inner).nullish(),
  response: response.nullish(),
});

const schema = z.discriminatedUnion('status', [
  strict({ token, status: z.literal('complete'), output: z.unknown().default(null), record }),
  strict({ token, status: z.literal('failed'), error, record }),
  strict({
    token,
    status: z.literal('heartbeat'),
    progress: z.number().min(0).max(1).nullable().default(null),
    worker: z.string().min(1).max(LIMITS.nameLength).nullable().default(null),
    delivery: z.int().min(1).nullable().default(null),
    returned: z.boolean().default(false),
  }),
]);

/** Throws INVALID_OUTCOME. */
export function readOutcome(message: BusMessage, subjects: Subjects): OutcomeMessage {
  const address = subjects.parse(message.subject);
  if (address?.kind !== 'outcome') throw invalid(`came as ${message.subject}, which names no step`);
  const tooLarge = message.data.byteLength > LIMITS.bodyBytes ? tokenIn(message.data) : null;
  if (tooLarge !== null) return { address, content: oversized(tooLarge, message.data.byteLength) };
  const content = parseWith(schema, outcomeJson(message.data), 'INVALID_OUTCOME', 'the outcome');
  if (content.status === 'heartbeat') return { address, content };
  if (content.record !== undefined) {
    const why = recordFault(content.record);
    if (why !== null) return { address, content: misrecorded(content.token, why) };
  }
  return { address, content: withRecord(outcomeOf(content), content.record) };
}

/** Where a token may stand in what is too large to be read: near the beginning, or after the output. */
const MARGIN_BYTES = 4_096;

function tokenIn(data: Uint8Array): string | null {
  const margins = [data.subarray(0, MARGIN_BYTES), data.subarray(-MARGIN_BYTES)];
  for (const margin of margins) {
    const [, found] =
      /"token"\s*:\s*"([!#-[\]-~]{1,200})"/.exec(Buffer.from(margin).toString('latin1')) ?? [];
    if (found !== undefined) return found;
  }
  return null;
}

/** Refused alone, it would leave its attempt to wait for what never comes. */
const oversized = (token: string, bytes: number): Outcome => ({
  token,
  status: 'failed',
  error: failure(
    'PermanentError',
    'OUTCOME_TOO_LARGE',
    `the outcome is ${bytes} bytes; at most ${LIMITS.bodyBytes} are taken`,
  ),
});

type WrittenOutcome = Exclude<z.infer<typeof schema>, { readonly status: 'heartbeat' }>;

function outcomeOf(written: WrittenOutcome): Outcome {
  if (written.status === 'complete') return completed(written.token, written.output);
  const present = Object.entries(written.error).filter(([name, value]) => name === 'code' || isGiven(value));
  const {
    causes = [],
    errors = [],
    retryAfter,
    ...plain
  } = Object.fromEntries(present) as unknown as OutcomeError;
  const known = { ...plain, ...retryAfterField(retryAfter) };
  const error = boundError({ ...known, causes: causes.map(withoutNulls), errors: errors.map(withoutNulls) });
  return { token: written.token, status: 'failed', error };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

type Inner = NonNullable<OutcomeError['causes']>[number];

/** Workers in other languages write null for what there is not. */
function withoutNulls({ stack, details, ...told }: Inner): Inner {
  return {
    ...told,
    ...(isGiven(stack) ? { stack: stack as string } : {}),
    ...(isGiven(details) ? { details } : {}),
  };
}

const withRecord = (outcome: Outcome, record: ExecutionRecord | undefined): Outcome =>
  record === undefined ? outcome : { ...outcome, record };

/** As a worker in this process fails it: a record beyond the limits would not be any smaller the next time. */
const misrecorded = (token: string, why: string): Outcome => ({
  token,
  status: 'failed',
  error: failure('PermanentError', 'INVALID_RECORD', `the record: ${why}`),
});

function invalid(why: string): Refusal {
  return new Refusal('INVALID_OUTCOME', `the outcome ${why}`);
}
