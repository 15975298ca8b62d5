/** An error held to the table of limits, whoever described it: this process, or a worker elsewhere. */

import type { ErrorResponse, InnerError } from '../../machines/step-model.ts';
import type { OutcomeError } from './job.ts';
import { cutText, OUTCOME_LIMITS as LIMIT } from './outcome-limits.ts';
import { plainData } from './plain-data.ts';
import { shortStack } from './stack.ts';

export function boundError(error: OutcomeError): OutcomeError {
  const { retryAfter, stack, causes = [], errors = [], details, response } = error;
  return inBytes({
    ...headOf(error),
    retryable: error.retryable,
    ...(isRetryAfter(retryAfter) ? { retryAfter } : {}),
    ...(details === undefined ? {} : { details: plainData(details, DETAILS) }),
    ...(stack === undefined ? {} : { stack: shortStack(stack) }),
    ...(causes.length === 0 ? {} : { causes: boundInner(causes, 'causes') }),
    ...(errors.length === 0 ? {} : { errors: boundInner(errors, 'inner errors') }),
    ...(response === undefined ? {} : { response: boundResponse(response) }),
  });
}

const DETAILS = { bytes: LIMIT.detailsBytes, depth: LIMIT.detailsDepth };
const INNER_DETAILS = { bytes: LIMIT.innerDetailsBytes, depth: LIMIT.detailsDepth };
const BODY = { bytes: LIMIT.responseBodyBytes, depth: LIMIT.detailsDepth };

const headOf = ({ name, message, code }: InnerError) => ({
  name: cutText(name, LIMIT.nameCharacters, 'name'),
  message: cutText(message, LIMIT.messageCharacters, 'message'),
  code: code === null ? null : cutText(code, LIMIT.codeCharacters, 'code'),
});

/** Tells whether JSON can carry the value: NaN would come back as null. */
const isRetryAfter = (value: unknown): value is number | string =>
  typeof value === 'string' ? value.length <= LIMIT.retryAfterCharacters : Number.isFinite(value);

function boundInner(errors: readonly InnerError[], what: string): InnerError[] {
  const kept = errors.slice(0, LIMIT.innerErrors).map((error) => ({
    ...headOf(error),
    ...(error.stack === undefined ? {} : { stack: shortStack(error.stack, LIMIT.innerStackCharacters) }),
    ...(error.details === undefined ? {} : { details: plainData(error.details, INNER_DETAILS) }),
  }));
  const left = errors.length - kept.length;
  if (left === 0) return kept;
  return [...kept, noteOf(`[cut: ${left} more ${what}; at most ${LIMIT.innerErrors} are kept]`)];
}

export const noteOf = (message: string): InnerError => ({ name: 'Error', message, code: null });

function boundResponse({ status, headers, body, truncated }: ErrorResponse): ErrorResponse {
  const kept = Object.entries(headers)
    .slice(0, LIMIT.responseHeaders)
    .map(([name, value]) => [name, cutText(value, LIMIT.responseHeaderCharacters, 'header')]);
  const bounded = plainData(body, BODY);
  const isCut = truncated === true || JSON.stringify(bounded) !== JSON.stringify(body);
  return { status, headers: Object.fromEntries(kept), body: bounded, ...(isCut ? { truncated: true } : {}) };
}

/** In the order in which they are left out, until the rest fits. */
const LARGE = ['errors', 'causes', 'details', 'response'] as const;

function inBytes(error: OutcomeError): OutcomeError {
  let rest = error;
  const bytes = bytesOf(error);
  const left: string[] = [];
  for (const part of LARGE) {
    if (bytesOf(rest) <= LIMIT.errorBytes) break;
    if (rest[part] === undefined) continue;
    const { [part]: _left, ...others } = rest;
    rest = others;
    left.push(part);
  }
  if (left.length === 0) return error;
  const note = ` [left out: ${left.join(', ')}; the error had ${bytes} bytes, at most ${LIMIT.errorBytes} are kept]`;
  return { ...rest, message: rest.message.slice(0, LIMIT.messageCharacters - note.length) + note };
}

const bytesOf = (error: OutcomeError): number => Buffer.byteLength(JSON.stringify(error));
