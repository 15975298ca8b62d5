/**
 * What one sending came to, as the outcome of an attempt. Anything but 2xx is worth repeating, unless the
 * receiver is gone (410) or the target must not be called at all.
 */
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

const PERMANENT = new Set(['HTTP_410', 'ADDRESS_NOT_ALLOWED', 'INVALID_URL']);

export function answered({ httpStatus, headers, excerpt }: Answer): WebhookOutcome {
  if (httpStatus >= 200 && httpStatus < 300) return { status: 'complete', output: { httpStatus } };
  const why =
    httpStatus === 410
      ? ' (gone): nothing more is sent for this delivery'
      : explain(httpStatus, headers, excerpt);
  return failed(`HTTP_${httpStatus}`, `the receiver answered ${httpStatus}${why}`, retryAfterOf(headers));
}

/** No answer came: refused, unreachable or broken off. */
export function unanswered(error: unknown): WebhookOutcome {
  const { code, message } = causeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return failed('TIMEOUT', message);
  return failed(code, PERMANENT.has(code) ? message : `no answer from the receiver: ${message}`);
}

export function failed(code: string, message: string, wish: { retryAfter?: string } = {}): WebhookOutcome {
  const error = { name: 'WebhookError', message, code, retryable: !PERMANENT.has(code), ...wish };
  return { status: 'failed', error };
}
