/** Reads a request's body within bounds, counting what arrives whatever Content-Length claims, as strict UTF-8. */

import type { Context, MiddlewareHandler } from 'hono';
import { Refusal } from '../errors.ts';
import { jsonOfText, textOf, tooLarge } from '../workflow/json-body.ts';
import type { ApiEnv, ApiLimits } from './context.ts';
import { httpNo } from './problem.ts';

const BODYLESS = new Set(['GET', 'HEAD', 'OPTIONS']);

const SEVERAL_WORKFLOWS = 'Make several workflows of it, whose tasks depend on each other.';

export function readBody({ bodyBytes, workflowBytes }: ApiLimits): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (!BODYLESS.has(c.req.method)) {
      const isWorkflow = c.req.path === '/workflows';
      const bytes = isWorkflow
        ? await boundedBytes(c.req.raw, workflowBytes, SEVERAL_WORKFLOWS)
        : await boundedBytes(c.req.raw, bodyBytes);
      keepText(c, textOf(bytes));
      // Where a route takes JSON, Hono asks here for it, and takes any failure for text that is none.
      Object.assign(c.req, { json: async () => jsonOfText(await c.req.text()) });
    }
    await next();
  };
}

/** For routes that can do without a body: an empty one says as much as none, even when its type is JSON. */
export const emptyBodyIsNone: MiddlewareHandler = async (c, next) => {
  const typed = c.req.header('content-type') !== undefined;
  if (typed && (await c.req.text()).trim() === '') keepText(c, '{}');
  await next();
};

/** Hono's cache holds promises, whatever its type says. */
function keepText(c: Context, text: string): void {
  Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
}

async function boundedBytes(request: Request, maxBytes: number, instead?: string): Promise<Uint8Array> {
  const claimed = request.headers.get('content-length');
  try {
    // With a length, Node's parser stops at it, and the whole can be read the fast way.
    if (claimed !== null && !request.headers.has('transfer-encoding')) {
      if (Number(claimed) > maxBytes) throw tooLarge(maxBytes, instead);
      return new Uint8Array(await request.arrayBuffer());
    }
    return await counted(request.body, maxBytes, instead);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw httpNo('BODY_INTERRUPTED', 'The connection closed before the whole body had arrived.');
  }
}

async function counted(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  instead?: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop by a throw cancels the stream: nothing more is read.
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes, instead);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
