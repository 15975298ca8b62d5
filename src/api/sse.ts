/**
 * Facts as server-sent events. The next fact is asked for only when the client has taken the last one, so a slow
 * client costs one fact of memory and never holds up another.
 */

import type { PublishedFact } from '../orchestrator.ts';

export interface FactStreamOptions {
  readonly heartbeatMs: number;
  /** Called once: the client left, the facts ended or failed (then with the error). */
  readonly onEnd: (error?: unknown) => void;
}

const encoder = new TextEncoder();

export function factStream(
  facts: AsyncIterable<PublishedFact>,
  { heartbeatMs, onEnd }: FactStreamOptions,
): ReadableStream<Uint8Array> {
  const iterator = facts[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<PublishedFact>> | null = null;
  let greeted = false;

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      next ??= ask(iterator);
      // Sent once the subscription stands: a client that has read this misses nothing that comes after.
      const text = greeted ? await nextOrHeartbeat(next, heartbeatMs) : ': connected\n\n';
      greeted = true;
      if (text === null) {
        controller.close();
        onEnd();
        return;
      }
      if (text.startsWith('id:')) next = null;
      controller.enqueue(encoder.encode(text));
    } catch (error) {
      // The client reconnects with its Last-Event-ID, which is what it does for any stream that ends.
      controller.close();
      onEnd(error);
    }
  }

  return new ReadableStream({ pull, cancel: () => onEnd() }, { highWaterMark: 0 });
}

function ask(iterator: AsyncIterator<PublishedFact>): Promise<IteratorResult<PublishedFact>> {
  const next = iterator.next();
  // Whoever awaits it sees the failure; this only keeps it from being unhandled while a slow client awaits nothing.
  next.catch(() => undefined);
  return next;
}

/** The text to send, or null at the end. */
async function nextOrHeartbeat(
  next: Promise<IteratorResult<PublishedFact>>,
  heartbeatMs: number,
): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<'silence'>((resolve) => {
    timer = setTimeout(resolve, heartbeatMs, 'silence');
  });
  const result = await Promise.race([next, silence]).finally(() => clearTimeout(timer));
  if (result === 'silence') return ': heartbeat\n\n';
  return result.done === true ? null : eventText(result.value);
}

/** JSON has no raw line breaks, so `data` is one line. */
function eventText({ id, fact }: PublishedFact): string {
  return `id: ${id}\nevent: ${fact.fact}\ndata: ${JSON.stringify(fact)}\n\n`;
}
