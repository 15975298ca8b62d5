/**
 * Turns an HTTP call into the outcome of an attempt. 2xx completes it; 408, 425, 429, 5xx and a missing answer
 * are worth repeating; anything else is final.
 */

import { type FailureCode, failure } from '../../machines/failure-codes.ts';
import { Refusal } from '../errors.ts';
import {
  type AnswerHeaders,
  causeOf,
  explain,
  headerOf,
  readUpTo,
  retryAfterOf,
} from '../outbound/answer.ts';
import { LIMITS } from '../workflow/definition.ts';
import { type FillFault, inOne } from '../workflow/filling.ts';
import { isJsonType } from '../workflow/http-template.ts';
import { parseJson } from '../workflow/strict-json.ts';
import { boundError } from './bound-error.ts';
import { type Answer, decoded, readResponse, spokenBy } from './http-response.ts';
import type { Outcome, OutcomeError } from './job.ts';
import { completed } from './output.ts';

const RETRYABLE = new Set([408, 425, 429]);

/** Faults of the call itself, whoever finds them: sent again it would be no better. */
const PERMANENT = new Set<string>([
  'ADDRESS_NOT_ALLOWED' satisfies FailureCode,
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
]);

/** An older reader of failures finds this much in the details; the whole answer stands beside them. */
const DETAIL_BYTES = 2_048;
const MESSAGE_CHARACTERS = 500;

export async function answered(token: string, { status, headers, body }: Answer): Promise<Outcome> {
  if (status >= 200 && status < 300) return output(token, headers, body);
  const response = await readResponse({ status, headers, body });
  const retryable = RETRYABLE.has(status) || status >= 500;
  const text = typeof response.body === 'string' ? response.body : (JSON.stringify(response.body) ?? '');
  const quoted = spokenBy(response.body) ?? (response.body === null ? '' : text);
  const why = explain(status, headers, abridged(quoted));
  const message = `the server answered ${status}${why}`;
  return failedUnder(token, `HTTP_${status}`, message, {
    retryable,
    details: { status, body: response.body === null ? '' : excerptOf(text) },
    response,
    ...(retryable ? retryAfterOf(headers) : {}),
  });
}

function abridged(text: string): string {
  const characters = [...text.slice(0, MESSAGE_CHARACTERS * 2)];
  if (characters.length <= MESSAGE_CHARACTERS) return text;
  return `${characters.slice(0, MESSAGE_CHARACTERS).join('')}…`;
}

/** A character cut in two at the bound is left out. */
const excerptOf = (text: string): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, DETAIL_BYTES), { stream: true });

/** The output is the body: parsed if it is JSON, else as text; null if there is none. */
async function output(token: string, headers: AnswerHeaders, body: AsyncIterable<Buffer>): Promise<Outcome> {
  const { bytes, isCut, brokenOffBy } = await readUpTo(LIMITS.outputBytes, body);
  if (isCut) {
    const message = `the answer is longer than ${LIMITS.outputBytes} bytes, the most a step's output may have`;
    return failed(token, 'OUTPUT_TOO_LARGE', message);
  }
  if (brokenOffBy !== null) return unanswered(token, brokenOffBy);
  const encoding = headerOf(headers, 'content-encoding') ?? 'identity';
  if (bytes.length > 0 && encoding.toLowerCase() !== 'identity') {
    const message = `the answer is encoded as ${encoding}, though an unencoded one was asked for`;
    return failed(token, 'OUTPUT_ENCODED', message);
  }
  const type = headerOf(headers, 'content-type') ?? '';
  return bytes.length === 0 ? completed(token, null) : outputOf(token, type, decoded(type, bytes));
}

/**
 * Reads the output from an answer. A body that calls itself JSON and is not is a text like any other: the call
 * was made, and must not be repeated. JSON that would be changed is refused with the place, and how the answer
 * begins.
 */
function outputOf(token: string, type: string, text: string): Outcome {
  if (!isJsonType(type)) return completed(token, text);
  try {
    return completed(token, parseJson(text, 'the answer'));
  } catch (error) {
    if (!(error instanceof Refusal)) return completed(token, text);
    const details = { errors: error.faults, body: text.slice(0, DETAIL_BYTES) };
    return failedUnder(token, error.code, error.message, { retryable: false, details });
  }
}

/** No answer came: refused, unreachable, broken off or called off. */
export function unanswered(token: string, error: unknown): Outcome {
  const { code, message } = causeOf(error);
  if (PERMANENT.has(code)) return failedUnder(token, code, message, { retryable: false });
  return failedUnder(token, code, `no answer from the server: ${message}`, { retryable: true });
}

/** The values at hand do not make a request, and will not at another time. */
export function unfilled(token: string, faults: readonly FillFault[]): Outcome {
  const { code, message } = inOne(faults);
  return failed(token, code, message);
}

export const failed = (token: string, code: FailureCode, message: string): Outcome => ({
  token,
  status: 'failed',
  error: boundError(failure('HttpError', code, message)),
});

/** The code is the server's, or that of whatever kept it from answering. */
function failedUnder(
  token: string,
  code: string,
  message: string,
  more: Pick<OutcomeError, 'retryable' | 'retryAfter' | 'details' | 'response'>,
): Outcome {
  return { token, status: 'failed', error: boundError({ name: 'HttpError', message, code, ...more }) };
}
