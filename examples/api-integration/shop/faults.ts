/** Faults on demand: what the shop does instead of its work, for the next few requests of one kind. */

import { once } from 'node:events';
import { createMiddleware } from 'hono/factory';
import { z } from 'zod';

const base = {
  /** Method and path: `GET /carts/1`. */
  request: z.string().regex(/^(GET|POST) \/\S+$/, 'must be a method and a path, like "GET /carts/1"'),
  times: z.int().min(1).max(1_000).default(1),
};

export const faultSchema = z.discriminatedUnion('fault', [
  z.strictObject({
    ...base,
    fault: z.literal('status'),
    status: z.int().min(400).max(599),
    /** The header as it is sent: seconds, or an HTTP date. */
    retry_after: z.union([z.int().nonnegative(), z.string()]).optional(),
  }),
  /** Never answers. */
  z.strictObject({ ...base, fault: z.literal('hang') }),
  /** Does the work, and never answers. */
  z.strictObject({ ...base, fault: z.literal('lose_answer') }),
]);

type Fault = z.output<typeof faultSchema>;

/** One request the shop has had; `status` is null as long as it has no answer. */
export interface Asked {
  readonly request: string;
  readonly idempotency_key: string | null;
  status: number | null;
  /** Whether the client still waits. */
  is_open: boolean;
}

export class Faults {
  /** Every request since the start, oldest first. */
  readonly asked: Asked[] = [];
  #planned: Fault[] = [];

  plan(fault: Fault): void {
    this.#planned.push(fault);
  }

  /** Around every route that is to be disturbed. */
  readonly middleware = createMiddleware(async (c, next) => {
    const request = `${c.req.method} ${c.req.path}`;
    const asked: Asked = {
      request,
      idempotency_key: c.req.header('idempotency-key') ?? null,
      status: null,
      is_open: true,
    };
    this.asked.push(asked);
    const fault = this.#take(request);
    if (fault?.fault === 'status') c.res = refusal(fault.status, fault.retry_after);
    else if (fault?.fault !== 'hang') await next();
    if (fault?.fault === 'hang' || fault?.fault === 'lose_answer') c.res = await noAnswer(c.req.raw.signal);
    else asked.status = c.res.status;
    asked.is_open = false;
  });

  #take(request: string): Fault | null {
    const found = this.#planned.find((fault) => fault.request === request);
    if (found === undefined) return null;
    const left = { ...found, times: found.times - 1 };
    this.#planned = this.#planned
      .map((fault) => (fault === found ? left : fault))
      .filter(({ times }) => times > 0);
    return found;
  }
}

function refusal(status: number, retryAfter: number | string | undefined): Response {
  const headers = new Headers();
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter));
  return Response.json({ error: `${status} on demand` }, { status, headers });
}

/** Resolves when the client has hung up, with what it will not hear. */
async function noAnswer(signal: AbortSignal): Promise<Response> {
  if (!signal.aborted) await once(signal, 'abort');
  return new Response(null, { status: 504 });
}
