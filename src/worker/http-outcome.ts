/**
 * What an HTTP call came to, as the outcome of an attempt: 2xx complete; 408, 425, 429, 5xx and no answer at all
 * worth repeating; anything else final.
 */

import {
  type AnswerHeaders,
  causeOf,
  explain,
  headerOf,
  readExcerpt,
  readUpTo,
  retryAfterOf,
} from '../outbound/answer.ts';
import { LIMITS } from '../workflow/definition.ts';
import type { FillFault } from '../workflow/filling.ts';
import { isJsonType } from '../workflow/http-template.ts';
import type { Outcome, OutcomeError } from './job.ts';
import { completed } from './output.ts';

interface Answer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: AsyncIterable<Buffer>;
}

const RETRYABLE = new Set([408, 425, 429]);

/** Faults of the call itself, whoever finds them: sent again it would be no better. */
const PERMANENT = new Set(['ADDRESS_NOT_ALLOWED', 'UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED']);

const DETAIL_BYTES = 2_048;
const MESSAGE_CHARACTERS = 200;

export async function answered(token: string, { status, headers, body }: Answer): Promise<Outcome> {
  if (status >= 200 && status < 300) return output(token, headers, body);
  const excerpt = await readExcerpt(DETAIL_BYTES, body);
  const retryable = RETRYABLE.has(status) || status >= 500;
  const why = explain(status, headers, [...excerpt].slice(0, MESSAGE_CHARACTERS).join(''));
  return failed(token, `HTTP_${status}`, `the server answered ${status}${why}`, {
    retryable,
    details: { status, body: excerpt },
    ...(retryable ? retryAfterOf(headers) : {}),
  });
}

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
  return completed(token, bytes.length === 0 ? null : parsed(type, bytes));
}

/** What calls itself JSON and is not, is a text like any other: the call was made, and is not to be made again. */
function parsed(type: string, bytes: Buffer): unknown {
  const text = decoded(type, bytes);
  if (!isJsonType(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function decoded(type: string, bytes: Buffer): string {
  const [, charset] = /;\s*charset="?([^\s;"]+)/i.exec(type) ?? [];
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A charset nobody knows: most texts are UTF-8.
    return new TextDecoder().decode(bytes);
  }
}

/** No answer came: refused, unreachable, broken off or called off. */
export function unanswered(token: string, error: unknown): Outcome {
  const { code, message } = causeOf(error);
  if (PERMANENT.has(code)) return failed(token, code, message);
  return failed(token, code, `no answer from the server: ${message}`, { retryable: true });
}

/** The values at hand do not make a request, and will not at another time. */
export function unfilled(token: string, faults: readonly FillFault[]): Outcome {
  const code = faults.some((fault) => fault.code === 'TEMPLATE_MISSING')
    ? 'TEMPLATE_MISSING'
    : 'TEMPLATE_INVALID';
  return failed(token, code, faults.map(({ message }) => message).join('; '));
}

export function failed(
  token: string,
  code: string,
  message: string,
  more: Partial<Pick<OutcomeError, 'retryable' | 'retryAfter' | 'details'>> = {},
): Outcome {
  return { token, status: 'failed', error: { name: 'HttpError', message, code, retryable: false, ...more } };
}
