/** Every no this interface says, as `application/problem+json` (RFC 9457). */

import { STATUS_CODES } from 'node:http';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ERROR_CODES, type ErrorCode } from '../error-codes.ts';
import { type Fault, Refusal, reasonOf } from '../errors.ts';
import { isStorageFailure } from '../store/storage-failure.ts';
import {
  createProblem,
  HTTP_CODES,
  type HttpCode,
  httpProblem,
  internalError,
  type Problem,
  refusalProblem,
  STATUS_OF_KIND,
} from '../views/problem.ts';
import { jsonOfText } from '../workflow/json-body.ts';

export const problemSchema: z.ZodType<Problem> = z
  .object({
    type: z.string().meta({ example: 'about:blank' }),
    title: z.string().meta({ example: 'Unprocessable Content' }),
    status: z.int().meta({ example: 422 }),
    detail: z.string().meta({ description: 'What was wrong and what to do about it' }),
    code: z.string().meta({ description: 'Stable; match on this', example: 'INVALID_BODY' }),
    retryAfterSeconds: z.int().optional().meta({ description: 'As the header `Retry-After`', example: 5 }),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({
            description: 'JSON pointer (RFC 6901); into a workflow file `line:column`',
            example: '/priority',
          }),
          message: z.string(),
          line: z.int().optional().meta({ description: 'In a workflow file, from 1' }),
          column: z.int().optional().meta({ description: 'In a workflow file, from 1' }),
        }),
      )
      .meta({ description: 'Every problem of the request at once; empty when none has a place' }),
  })
  .meta({ id: 'Problem' });

/**
 * A no that only HTTP knows (not authenticated, wrong method or media type); rules refuse with a `Refusal`. The routes
 * that an application adds say theirs with it too, under codes of its own.
 */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly faults: readonly Fault[];

  constructor(
    status: ContentfulStatusCode,
    code: string,
    detail: string,
    facts: { headers?: Readonly<Record<string, string>>; faults?: readonly Fault[] } = {},
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.headers = facts.headers ?? {};
    this.faults = facts.faults ?? [];
  }
}

export const httpNo = (
  code: HttpCode,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): HttpProblem => new HttpProblem(HTTP_CODES[code], code, detail, { headers });

/** The `responses` of a route for the ways it may refuse. */
export function problems<Status extends ContentfulStatusCode>(...statuses: Status[]) {
  const entries = statuses.map((status) => [
    status,
    {
      description: STATUS_CODES[status] ?? '',
      content: { 'application/problem+json': { schema: problemSchema } },
    },
  ]);
  return Object.fromEntries(entries) as Record<Status, ProblemContent>;
}

interface ProblemContent {
  description: string;
  content: { 'application/problem+json': { schema: typeof problemSchema } };
}

/** The answer to whatever was thrown, or null when it is not a refusal but a mistake of ours. */
export async function problemOf(error: unknown, c: Context): Promise<Response | null> {
  if (error instanceof HttpProblem)
    return respond(createProblem(error.status, error.code, error.message, error.faults), error.headers);
  if (error instanceof Refusal) {
    const problem = refusalProblem(error);
    const { retryAfterSeconds } = problem;
    const headers: Record<string, string> =
      retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
    return respond(problem, headers);
  }
  if (isStorageFailure(error)) {
    const detail = `The store cannot be read: ${reasonOf(error)}.`;
    const code: ErrorCode = 'STORE_UNUSABLE';
    const status = STATUS_OF_KIND[ERROR_CODES[code]];
    return respond(createProblem(status, code, detail), { 'Retry-After': '2' });
  }
  if (error instanceof HTTPException && error.status === 415) {
    const given = c.req.header('content-type');
    const found = given === undefined ? 'it has no Content-Type' : `not ${given}`;
    const detail = `Send the body as application/json; ${found}.`;
    return respond(httpProblem('UNSUPPORTED_MEDIA_TYPE', detail));
  }
  if (error instanceof HTTPException && error.status === 400) {
    return bodyProblem(await c.req.text());
  }
  return null;
}

/** Hono keeps to itself why it could not have a body as JSON, so it is read once more. */
function bodyProblem(text: string): Response | null {
  try {
    jsonOfText(text);
    return null;
  } catch (error) {
    return error instanceof Refusal ? respond(refusalProblem(error)) : null;
  }
}

export function malformedProblem(): Response {
  return respond(httpProblem('MALFORMED_REQUEST', 'The request line or the Host header is malformed.'));
}

export function internalProblem(): Response {
  return respond(internalError());
}

function respond(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });
}
