/**
 * Reads what workers elsewhere send back: an outcome or a heartbeat, under the subject of its step. Anybody may
 * publish there, so nothing in it is believed that was not read strictly.
 */

import { z } from 'zod';
import type { BusMessage } from '../bus/message.ts';
import type { Address, Subjects } from '../bus/subjects.ts';
import { Refusal } from '../errors.ts';
import type { Outcome } from '../worker/job.ts';
import { completed } from '../worker/output.ts';
import { LIMITS } from '../workflow/definition.ts';
import { jsonValueOf } from '../workflow/fields.ts';
import { jsonOf } from '../workflow/json-body.ts';
import { parseWith, strict } from '../workflow/parse.ts';

export type OutcomeAddress = Extract<Address, { readonly kind: 'outcome' }>;

export interface Heartbeat {
  readonly token: string;
  readonly status: 'heartbeat';
  /** The share of the work that is done, from 0 to 1; null: not said. */
  readonly progress: number | null;
}

export interface OutcomeMessage {
  readonly about: OutcomeAddress;
  readonly said: Outcome | Heartbeat;
}

const MAX_TEXT = 4_000;

const token = z.string().min(1).max(200);
const text = z.string().max(MAX_TEXT, `must be at most ${MAX_TEXT} characters`);
const cell = z.union([text, z.number(), z.boolean(), z.null()]);
const record = z.record(z.string().max(LIMITS.nameLength), cell).optional();

/** What a worker of a few lines leaves out has the value most failures have. */
const error = strict({
  name: text.default('Error'),
  message: text,
  code: text.nullable().default(null),
  retryable: z.boolean().default(true),
  retryAfter: z.union([z.number(), text]).optional(),
  details: jsonValueOf(LIMITS.outputBytes).optional(),
});

const schema = z.discriminatedUnion('status', [
  strict({ token, status: z.literal('complete'), output: z.unknown().default(null), record }),
  strict({ token, status: z.literal('failed'), error, record }),
  strict({ token, status: z.literal('heartbeat'), progress: z.number().min(0).max(1).optional() }),
]);

/** Throws INVALID_OUTCOME. */
export function readOutcome(message: BusMessage, subjects: Subjects): OutcomeMessage {
  const about = subjects.parse(message.subject);
  if (about?.kind !== 'outcome') throw invalid(`came as ${message.subject}, which names no step`);
  const said = parseWith(schema, jsonOf(message.data), 'INVALID_OUTCOME', 'the outcome');
  if (said.status === 'heartbeat') return { about, said: { ...said, progress: said.progress ?? null } };
  const recorded = said.record === undefined ? {} : { record: said.record };
  if (said.status === 'complete')
    return { about, said: { ...completed(said.token, said.output), ...recorded } };
  const { retryAfter, details, ...plain } = said.error;
  const failure = {
    ...plain,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(details === undefined ? {} : { details }),
  };
  return { about, said: { token: said.token, status: 'failed', error: failure, ...recorded } };
}

function invalid(why: string): Refusal {
  return new Refusal('invalid', 'INVALID_OUTCOME', `the outcome ${why}`);
}
