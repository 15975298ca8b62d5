/**
 * Every no as the JSON of RFC 9457, the same whichever way it was asked; the one place that gives the kinds of
 * refusal their HTTP statuses.
 */

import { STATUS_CODES } from 'node:http';
import type { Fault, Refusal, RefusalKind } from '../errors.ts';

export const STATUS_OF_KIND = {
  malformed: 400,
  invalid: 422,
  not_found: 404,
  forbidden: 403,
  gone: 410,
  conflict: 409,
  too_large: 413,
  limited: 429,
  unavailable: 503,
} as const satisfies Record<RefusalKind, number>;

/** The codes of problems that are no refusals: no rule was asked, or none would know of this. */
export const HTTP_CODES = {
  BODY_INTERRUPTED: 400,
  MALFORMED_REQUEST: 400,
  UNAUTHENTICATED: 401,
  UNKNOWN_KEY: 401,
  ADMIN_ONLY: 403,
  /** Elsewhere than over HTTP it is a refusal, of a kind that has another status. */
  FOREIGN_TENANT: 403,
  NO_SOURCE: 404,
  NO_SUCH_ASSET: 404,
  NO_SUCH_ROUTE: 404,
  METHOD_NOT_ALLOWED: 405,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INTERNAL: 500,
} as const satisfies Record<string, number>;

export type HttpCode = keyof typeof HTTP_CODES;

export interface Problem {
  type: string;
  title: string;
  status: number;
  /** The problem, and what to do about it. */
  detail: string;
  /** Stable, upper-case. */
  code: string;
  /** In how many seconds, from 1, the same may succeed; absent when it never will. */
  retryAfterSeconds?: number | undefined;
  errors: { pointer: string; message: string; line?: number | undefined; column?: number | undefined }[];
}

export function createProblem(
  status: number,
  code: string,
  detail: string,
  faults: readonly Fault[] = [],
): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    errors: faults.map(({ pointer, message, line, column }) => ({ pointer, message, line, column })),
  };
}

export const httpProblem = (code: HttpCode, detail: string): Problem =>
  createProblem(HTTP_CODES[code], code, detail);

const DEFAULT_RETRY_AFTER_SECONDS = 1;

export function refusalProblem({ kind, code, message, faults, retryAfterSeconds }: Refusal): Problem {
  const problem = createProblem(STATUS_OF_KIND[kind], code, message, faults);
  if (kind !== 'limited' && kind !== 'unavailable') return problem;
  return {
    ...problem,
    retryAfterSeconds: Math.max(1, Math.ceil(retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS)),
  };
}

/** Says nothing of what happened: that is for the log. */
export function internalError(): Problem {
  return httpProblem('INTERNAL', 'Something went wrong on this side; it has been logged.');
}
