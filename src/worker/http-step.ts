/**
 * Does a step that is one HTTP call: one request, sent only where webhooks may go, and its answer as the outcome. It
 * never throws for what the server or the network does, and reads no more of an answer than a step may keep.
 */

import { createGuardedClient, type Resolve, resolveBySystem } from '../outbound/connect.ts';
import { parseTarget, type TargetPolicy } from '../outbound/target.ts';
import type { HttpCall } from '../workflow/definition.ts';
import { fillCall, type HttpRequest } from '../workflow/http-request.ts';
import { urlFaults } from '../workflow/http-template.ts';
import { fillVariables } from '../workflow/http-variables.ts';
import { answered, failed, unanswered, unfilled } from './http-outcome.ts';
import type { Job, Outcome } from './job.ts';

export interface HttpCaller {
  /** One attempt; how long it may take is the signal's to say. */
  call(call: HttpCall, job: Job, signal: AbortSignal): Promise<Outcome>;
  /** Waits for calls under way, then closes the connections kept for reuse. */
  close(): Promise<void>;
}

export interface HttpCallerOptions {
  readonly policy: TargetPolicy;
  readonly resolve?: Resolve;
  /** Fills in `${ENV:NAME}`; the environment of the process unless given. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** So that a dead server is told from a slow one; attempts may well be longer. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Repeating these may do a thing twice, so each carries a key by which the server can tell. */
const NOT_SAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export function createHttpCaller({
  policy,
  resolve = resolveBySystem,
  variables = process.env,
}: HttpCallerOptions): HttpCaller {
  const client = createGuardedClient(policy, resolve, CONNECT_TIMEOUT_MS);

  async function attempt(call: HttpCall, job: Job, signal: AbortSignal): Promise<Outcome> {
    const { call: ready, missing } = fillVariables(call, variables);
    if (missing.length > 0) return failed(job.token, 'VARIABLE_MISSING', missing.join('; '));
    const [wrong] = ready.url === call.url ? [] : urlFaults(ready.url);
    if (wrong !== undefined) return failed(job.token, 'INVALID_URL', `url: ${wrong.message}`);
    const filled = fillCall(ready, job);
    if ('faults' in filled) return unfilled(job.token, filled.faults);
    const { request } = filled;
    const target = parseTarget(request.url);
    if (typeof target === 'string') return failed(job.token, 'INVALID_URL', `url: ${target}`);
    const { method, body: sent } = request;
    try {
      const options = { method, headers: headersOf(request, job), body: sent, signal };
      const { statusCode, headers, body } = await client.request(target, options);
      return await answered(job.token, { status: statusCode, headers, body });
    } catch (error) {
      return unanswered(job.token, error);
    }
  }

  return { call: attempt, close: () => client.close() };
}

/** Returns the headers; those of the definition win. */
function headersOf({ method, headers }: HttpRequest, job: Job): Record<string, string> {
  const own: Record<string, string> = { 'user-agent': 'troupe', 'accept-encoding': 'identity' };
  if (NOT_SAFE.has(method)) own['idempotency-key'] = keyOf(job);
  if (job.traceparent !== undefined) own['traceparent'] = job.traceparent;
  for (const [name, value] of Object.entries(headers)) own[name.toLowerCase()] = value;
  return own;
}

/** A step may have any name, a header may not: what would be lost in one is percent-encoded. */
const keyOf = (job: Job): string =>
  job.idempotencyKey.replace(/[^\x20-\x7e]+|%| +$/gu, (text) => percentEncoded(text));

const percentEncoded = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
