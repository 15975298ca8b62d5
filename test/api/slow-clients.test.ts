/** Clients that take their time, on raw sockets: none holds the server up, or a place in it, for longer than is said. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Listening, listen } from '../../src/api/listen.ts';
import { type Server, start } from './server.ts';

const PATIENCE = { headersMs: 150, requestMs: 300, stalledMs: 400, lookEveryMs: 20 };
const HEADERS = 'Host: a\r\nContent-Type: application/json\r\n';

async function serve(options: Parameters<typeof start>[0] = {}): Promise<Server & Listening> {
  const server = await start(options);
  const listening = await listen(server.app, { host: '127.0.0.1', port: 0 }, PATIENCE);
  onTestFinished(() => listening.close());
  return { ...server, ...listening };
}

async function dial(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** All that came until the server ended the connection. */
async function answerOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

/** Sends a character now and then, as long as it is let. */
function drip(socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), 10);
  socket.on('close', () => clearInterval(timer));
  onTestFinished(() => clearInterval(timer));
}

test.each([
  ['begins a request and says no more', 'GET /tasks HTTP/1.1\r\n', ''],
  ['never ends its headers', 'GET /tasks HTTP/1.1\r\nHost: a\r\n', 'X-A: b\r\n'],
  ['never ends a header', 'GET /tasks HTTP/1.1\r\nHost: a\r\nX-A: ', 'a'],
  ['never ends its body', `POST /tasks HTTP/1.1\r\n${HEADERS}Content-Length: 100000\r\n\r\n{`, ' '],
  [
    'never ends its chunks',
    `POST /tasks HTTP/1.1\r\n${HEADERS}Transfer-Encoding: chunked\r\n\r\n`,
    '1\r\n \r\n',
  ],
])('a client that %s is told so and cut off; others are answered meanwhile', async (_, begin, more) => {
  const { url, port, troupe, errors } = await serve();
  const socket = await dial(port, begin);
  if (more !== '') drip(socket, more);
  const answer = answerOf(socket);
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  expect(await answer).toMatch(/^HTTP\/1\.1 (408|400) /);
  expect(troupe.listTasks({ tenantId: null, limit: 1 }).tasks).toEqual([]);
  expect(errors).toEqual([]);
});

test('a client that asks nothing at all is cut off', async () => {
  const { port } = await serve();
  expect(await answerOf(await dial(port, ''))).toMatch(/^$|^HTTP\/1\.1 408/);
});

test('a listener that reads nothing of its stream loses it, and its place is free; one that reads keeps it', async () => {
  const limits = { eventStreams: 2 };
  const { url, port, post } = await serve({ limits, heartbeatMs: 50 });
  const reading = await dial(port, 'GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
  let heard = '';
  let isCut = false;
  reading.on('data', (chunk: Buffer) => {
    heard = (heard + chunk.toString()).slice(-200);
  });
  reading.on('close', () => {
    isCut = true;
  });
  const stalled = await dial(port, 'GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
  // Both hold their place once their answers begin.
  await once(stalled, 'data');
  stalled.pause();
  await expect.poll(() => heard).toContain(': connected');
  const full = await fetch(`${url}/events`);
  expect(full.status).toBe(429);
  // More than the buffers between the two take.
  const payload = { text: 'x'.repeat(200_000) };
  for (let n = 0; n < 60; n++) expect((await post('/tasks', { name: 'echo', payload })).status).toBe(201);
  const place = async (): Promise<number> => {
    const answer = await fetch(`${url}/events`);
    await answer.body?.cancel();
    return answer.status;
  };
  await expect.poll(place, { timeout: 300_000 }).toBe(200);
  expect(isCut).toBe(false);
});
