/**
 * Server-sent events by fetch, since an EventSource cannot send a key. A broken connection is taken up again after
 * the last event seen, so that the page goes on by itself when the server comes back.
 */

import { ask, Problem } from './api.ts';
import { awaited } from './connection.ts';
import { session } from './session.ts';

export interface Following {
  readonly signal: AbortSignal;
  /** The id of the last event that an earlier follower saw; null for none. */
  readonly lastId: string | null;
  /** The stream stands. `again` when it was broken before: read again what no event may have told. */
  readonly onOpen: (again: boolean) => void;
  /** Bytes came, be it only a sign of life. */
  readonly onSign: () => void;
  readonly onBroken: () => void;
}

export interface ServerEvent {
  readonly id: string | null;
  readonly data: string;
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
/** The server says something every 15 s; twice that in silence is a dead connection. */
const LONGEST_SILENCE_MS = 40_000;

/** Never throws: it ends when `signal` is aborted, and until then tries again. */
export async function follow(
  path: string,
  onEvent: (event: ServerEvent) => void,
  { signal, onOpen, onSign, onBroken, ...after }: Following,
): Promise<void> {
  let { lastId } = after;
  let opened = false;
  let delayMs = FIRST_DELAY_MS;
  while (!signal.aborted) {
    let refused = false;
    try {
      const silence = new AbortController();
      const response = await awaited(() =>
        ask(path, {
          headers: { Accept: 'text/event-stream', ...(lastId === null ? {} : { 'Last-Event-ID': lastId }) },
          signal: AbortSignal.any([signal, silence.signal]),
        }),
      );
      onOpen(opened);
      opened = true;
      delayMs = FIRST_DELAY_MS;
      for await (const event of events(response, silence, onSign)) {
        onEvent(event);
        lastId = event.id ?? lastId;
      }
    } catch (error) {
      refused = error instanceof Problem && error.status > 0;
      // A resume point of another store is of no use here; anything else is answered by trying again.
      if (error instanceof Problem && error.status === 422) lastId = null;
    }
    if (signal.aborted) return;
    if (!refused) onBroken();
    await rest(delayMs, signal);
    delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
  }
}

async function* events(
  response: Response,
  silence: AbortController,
  onSign: () => void,
): AsyncGenerator<ServerEvent> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) return;
  let rest = '';
  let timer = 0;
  try {
    for (;;) {
      timer = window.setTimeout(() => silence.abort(), LONGEST_SILENCE_MS);
      const { done, value } = await reader.read();
      clearTimeout(timer);
      if (done) return;
      onSign();
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parse(block);
        if (event !== null) yield event;
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Null for a comment, which only keeps the connection alive. */
function parse(block: string): ServerEvent | null {
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'id') id = value;
    if (field === 'data') data.push(value);
  }
  return data.length === 0 ? null : { id, data: data.join('\n') };
}

/** Shorter when somebody comes back to the page, is online again or gives a key: then it is worth a try at once. */
function rest(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delayMs);
    const key = session.subscribe(({ refused }) => {
      if (refused === null) done();
    });
    signal.addEventListener('abort', done);
    window.addEventListener('online', done);
    document.addEventListener('visibilitychange', done);
    function done(): void {
      clearTimeout(timer);
      key.unsubscribe();
      signal.removeEventListener('abort', done);
      window.removeEventListener('online', done);
      document.removeEventListener('visibilitychange', done);
      resolve();
    }
  });
}
