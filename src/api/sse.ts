/**
 * Whatever happens as server-sent events. The next item is asked for only when the client has taken the last one, so
 * a slow client costs one item of memory and never holds up another.
 */

export interface EventStreamOptions<Item> {
  /** An item as the stream has it: lines and an empty one. JSON has no raw line breaks, so `data` is one line. */
  readonly toText: (item: Item) => string;
  readonly heartbeatMs: number;
  /** Called once: the client left, the items ended or failed (then with the error). */
  readonly onEnd: (error?: unknown) => void;
}

const encoder = new TextEncoder();

/** Rejects when the items are refused (a resume point that cannot be read, say): that is known at once. */
export async function eventStream<Item>(
  items: AsyncIterable<Item>,
  { toText, heartbeatMs, onEnd }: EventStreamOptions<Item>,
): Promise<ReadableStream<Uint8Array>> {
  const iterator = items[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<Item>> | null = ask(iterator);
  let greeted = false;
  let left = false;
  await Promise.race([next, new Promise((resolve) => setImmediate(resolve))]);

  /** Null at the end. The subscription stands when the greeting is sent: what comes after it is not missed. */
  async function following(): Promise<string | null> {
    if (!greeted) {
      greeted = true;
      return ': connected\n\n';
    }
    next ??= ask(iterator);
    const result = await nextOrHeartbeat(next, heartbeatMs);
    if (result === 'heartbeat') return ': heartbeat\n\n';
    next = null;
    return result.done === true ? null : toText(result.value);
  }

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    let text: string | null = null;
    let failure: unknown;
    try {
      text = await following();
    } catch (error) {
      // The stream just ends: the client comes back with its Last-Event-ID, as after any broken connection.
      failure = error;
    }
    if (left) return;
    if (text !== null) return controller.enqueue(encoder.encode(text));
    controller.close();
    onEnd(failure);
  }

  function cancel(): void {
    left = true;
    onEnd();
  }

  return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
}

function ask<Item>(iterator: AsyncIterator<Item>): Promise<IteratorResult<Item>> {
  const next = iterator.next();
  // Whoever awaits it sees the failure; this only keeps it from being unhandled while a slow client awaits nothing.
  next.catch(() => undefined);
  return next;
}

function nextOrHeartbeat<Next>(next: Promise<Next>, heartbeatMs: number): Promise<Next | 'heartbeat'> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<'heartbeat'>((resolve) => {
    timer = setTimeout(resolve, heartbeatMs, 'heartbeat');
  });
  return Promise.race([next, silence]).finally(() => clearTimeout(timer));
}
