import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readEvents, type ServerSentEvent } from '../../src/cli/sse.ts';

async function* chunks(...parts: (string | Uint8Array)[]) {
  const encoder = new TextEncoder();
  for (const part of parts) yield typeof part === 'string' ? encoder.encode(part) : part;
}

async function eventsOf(body: AsyncIterable<Uint8Array>): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of readEvents(body, () => undefined)) events.push(event);
  return events;
}

it('reads id, event and data, and skips comments and what breaks off', async () => {
  const text = ': connected\n\nid: 7\nevent: complete\ndata: {"a":1}\n\n: heartbeat\n\ndata: half';
  expect(await eventsOf(chunks(text))).toEqual([{ id: '7', event: 'complete', data: '{"a":1}' }]);
});

it('keeps the id until another comes and joins lines of data', async () => {
  expect(await eventsOf(chunks('id:1\ndata:a\ndata: b\n\ndata: c\n\n'))).toEqual([
    { id: '1', event: 'message', data: 'a\nb' },
    { id: '1', event: 'message', data: 'c' },
  ]);
});

it('reads the same events however the bytes are cut and lines end', async () => {
  const cuts = fc.array(fc.nat(120), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(cuts, fc.constantFrom('\n', '\r\n', '\r'), async (at, newline) => {
      const lines = ['id: 1', 'data: größe', '', ': c', '', 'id: 2', 'event: x', 'data: →', '', ': end', ''];
      const bytes = new TextEncoder().encode(lines.join(newline));
      const ends = [...at.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
      const parts = ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
      expect(await eventsOf(chunks(...parts))).toEqual([
        { id: '1', event: 'message', data: 'größe' },
        { id: '2', event: 'x', data: '→' },
      ]);
    }),
  );
});

it('hears every chunk as a sign of life', async () => {
  let heard = 0;
  for await (const _ of readEvents(chunks(': a\n\n', ': b\n\n'), () => heard++));
  expect(heard).toBe(2);
});
