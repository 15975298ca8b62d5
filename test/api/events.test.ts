import { describe, expect, test } from 'vitest';
import { bearer, problemIn, type Server, start } from './server.ts';

interface SentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly taskId: string; readonly actor: string; readonly seq: number };
}

/** Reads blocks of a stream until `enough`, then leaves; the greeting has been read when this returns. */
async function follow(server: Server, path: string, headers: Record<string, string> = {}) {
  const response = await server.get(path, headers);
  if (response.status !== 200 || response.body === null) throw new Error(`no stream: ${response.status}`);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const greeting = await reader.read();
  expect(greeting.value).toBe(': connected\n\n');

  return {
    leave: () => reader.cancel(),
    block: () => reader.read(),
    async until(enough: (event: SentEvent) => boolean): Promise<SentEvent[]> {
      const events: SentEvent[] = [];
      for (;;) {
        const { value, done } = await reader.read();
        if (done) throw new Error('the stream ended early');
        const [, id = '', event = '', data = ''] =
          /^id: (.*)\nevent: (.*)\ndata: (.*)\n\n$/.exec(value) ?? [];
        if (id === '') continue;
        const sent = { id, event, data: JSON.parse(data) as SentEvent['data'] };
        events.push(sent);
        if (enough(sent)) return events;
      }
    },
  };
}

const submit = async (server: Server, headers: Record<string, string> = {}) =>
  ((await (await server.post('/tasks', { name: 'echo' }, headers)).json()) as { id: string }).id;

const finishes = (id: string) => (sent: SentEvent) =>
  sent.data.taskId === id && sent.data.actor === 'task' && sent.event === 'complete';

describe('GET /events', () => {
  test('sends facts as they happen, in the order of the journal', async () => {
    const server = await start();
    const stream = await follow(server, '/events');
    const id = await submit(server);
    const events = await stream.until(finishes(id));
    expect(events.map(({ event }) => event)).toContain('running');
    const seqs = events.map(({ data }) => data.seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    await stream.leave();
  });

  test('resumes after the last event a client has seen, by header or query', async () => {
    const server = await start();
    const stream = await follow(server, '/events');
    const id = await submit(server);
    const seen = await stream.until(finishes(id));
    await stream.leave();
    const [first] = seen;
    if (first === undefined) throw new Error('nothing was seen');
    for (const [path, headers] of [
      ['/events', { 'last-event-id': first.id }],
      [`/events?lastEventId=${first.id}`, {}],
    ] as const) {
      const resumed = await follow(server, path, headers);
      expect(await resumed.until(finishes(id))).toEqual(seen.slice(1));
      await resumed.leave();
    }
  });

  test('sends one task when asked for one', async () => {
    const server = await start();
    const wanted = await submit(server);
    const stream = await follow(server, `/events?taskId=${wanted}&lastEventId=0-0`);
    await submit(server);
    const events = await stream.until(finishes(wanted));
    expect(new Set(events.map(({ data }) => data.taskId))).toEqual(new Set([wanted]));
    await stream.leave();
  });

  test('sends a tenant only what is its own', async () => {
    const server = await start({ keyed: true });
    const stream = await follow(server, '/events', bearer('bank-key'));
    await submit(server, bearer('shop-key'));
    const own = await submit(server, bearer('bank-key'));
    const events = await stream.until(finishes(own));
    expect(new Set(events.map(({ data }) => data.taskId))).toEqual(new Set([own]));
    await stream.leave();
  });

  test('sends a comment in silence', async () => {
    const server = await start({ heartbeatMs: 5 });
    const stream = await follow(server, '/events');
    expect((await stream.block()).value).toBe(': heartbeat\n\n');
    await stream.leave();
  });

  test('ends when the engine closes', async () => {
    const server = await start();
    const stream = await follow(server, '/events');
    await server.troupe.close();
    expect((await stream.block()).done).toBe(true);
  });

  test('refuses a resume point it never gave, a task that is not there, an unknown filter', async () => {
    const server = await start();
    expect((await problemIn(await server.get('/events', { 'last-event-id': 'yesterday' }))).status).toBe(422);
    expect((await problemIn(await server.get('/events?taskId=nobody'))).status).toBe(404);
    expect((await problemIn(await server.get('/events?task=x'))).status).toBe(422);
  });

  test('serves a bounded number at once, and takes the next when one leaves', async () => {
    const server = await start({ limits: { eventStreams: 1 } });
    const stream = await follow(server, '/events');
    const refused = await server.get('/events');
    expect((await problemIn(refused)).status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    await server.get('/events', { 'last-event-id': 'yesterday' });
    await stream.leave();
    await (await follow(server, '/events')).leave();
  });
});
