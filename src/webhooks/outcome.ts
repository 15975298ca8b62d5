/**
 * Turns one sending of a webhook into the outcome of an attempt. Anything but 2xx is worth repeating, unless the
 * receiver is gone (410) or the target must not be called at all.
 */
import { type FailureCode, failure } from '../../machines/failure-codes.ts';
import { type AnswerHeaders, causeOf, explain, retryAfterOf } from '../outbound/answer.ts';
import type { OutcomeError } from '../worker/job.ts';

export type WebhookOutcome =
  | { readonly status: 'complete'; readonly output: { readonly httpStatus: number } }
  | { readonly status: 'failed'; readonly error: OutcomeError };

interface Answer {
  readonly httpStatus: number;
  readonly headers: AnswerHeaders;
  /** The beginning of the body. */
  readonly excerpt: string;
}

const PERMANENT = new Set<string>(['HTTP_410', 'ADDRESS_NOT_ALLOWED' satisfies FailureCode]);

export function answered({ httpStatus, headers, excerpt }: Answer): WebhookOutcome {
  if (httpStatus >= 200 && httpStatus < 300) return { status: 'complete', output: { httpStatus } };
  const why =
    httpStatus === 410
      ? ' (gone): nothing more is sent for this delivery'
      : explain(httpStatus, headers, excerpt);
  return failedUnder(
    `HTTP_${httpStatus}`,
    `the receiver answered ${httpStatus}${why}`,
    retryAfterOf(headers),
  );
}

/** No answer came: refused, unreachable or broken off. */
export function unanswered(error: unknown): WebhookOutcome {
  const { code, message } = causeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return failed('TIMEOUT', message);
  return failedUnder(code, PERMANENT.has(code) ? message : `no answer from the receiver: ${message}`);
}

export const failed = (code: FailureCode, message: string): WebhookOutcome => ({
  status: 'failed',
  error: failure('WebhookError', code, message),
});

/** The code is the receiver's, or that of whatever kept it from answering. */
function failedUnder(code: string, message: string, wish: { retryAfter?: string } = {}): WebhookOutcome {
  const error = { name: 'WebhookError', message, code, retryable: !PERMANENT.has(code), ...wish };
  return { status: 'failed', error };
}
