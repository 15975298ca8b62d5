/** Answers that go on: each ends with its client or the server, and all together are no more than the limit. */

import type { Context } from 'hono';
import { Refusal } from '../errors.ts';
import type { ApiEnv, ApiParts } from './context.ts';
import { eventStream } from './sse.ts';

const RETRY_AFTER_SECONDS = 5;
const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // nginx would hold events back to fill its buffer.
  'X-Accel-Buffering': 'no',
};

export type OpenStream = ReturnType<typeof createEventStreams>;

export function createEventStreams({ limits, heartbeatMs, onError }: ApiParts) {
  let open = 0;

  /** Refuses as the items do. `follow` is given what fires when nobody wants them any more. */
  return async <Item>(
    c: Context<ApiEnv>,
    follow: (signal: AbortSignal) => AsyncIterable<Item>,
    toText: (item: Item) => string,
  ) => {
    if (open >= limits.eventStreams) {
      const message = `There are ${open} event streams open, the most that is served.`;
      throw new Refusal('TOO_MANY_STREAMS', message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    const stop = new AbortController();
    const ends = [stop.signal, c.env?.closing, c.get('caller').revoked];
    const signal = AbortSignal.any(ends.filter((end) => end !== undefined));
    const items = follow(signal);
    if (c.req.method === 'HEAD') return c.body(null, 200, HEADERS);
    open++;
    const onEnd = (error?: unknown) => {
      if (stop.signal.aborted) return;
      open--;
      stop.abort();
      if (error !== undefined) onError(error, { method: c.req.method, path: c.req.path });
    };
    try {
      return c.body(await eventStream(items, { toText, heartbeatMs, onEnd }), 200, HEADERS);
    } catch (refusal) {
      onEnd();
      throw refusal;
    }
  };
}
