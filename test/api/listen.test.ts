import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Listening, listen } from '../../src/api/listen.ts';
import { type Server, start } from './server.ts';

async function serve(): Promise<Server & Listening> {
  const server = await start();
  const listening = await listen(server.app, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => listening.close());
  return { ...server, ...listening };
}

/** Writes raw bytes and resolves with all that comes back. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('the server', () => {
  test('answers on its port', async () => {
    const { url } = await serve();
    const response = await fetch(`${url}/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'echo' }),
    });
    expect(response.status).toBe(201);
  });

  test('takes an operator verb without a body, whatever the client says of its type', async () => {
    const { url } = await serve();
    for (const headers of [new Headers(), new Headers({ 'content-type': 'application/json' })]) {
      const response = await fetch(`${url}/tasks/nobody/cancel`, { method: 'POST', headers });
      expect(response.status).toBe(404);
    }
    const typeless = await fetch(`${url}/tasks/nobody/cancel`, { method: 'POST', body: new Blob(['{}']) });
    expect(typeless.status).toBe(415);
  });

  test('does not believe a Content-Length, nor need one', async () => {
    const { url, port } = await serve();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let kib = 0; kib < 1_100; kib++) controller.enqueue(new Uint8Array(1_024).fill(0x20));
        controller.close();
      },
    });
    const headers = { 'content-type': 'application/json' };
    const chunked = await fetch(`${url}/tasks`, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    const claimed = await raw(
      port,
      'POST /tasks HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n{}',
    );
    expect(claimed).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('answers a request line it cannot read with a problem', async () => {
    const { port } = await serve();
    const answer = await raw(port, 'GET /a\\b HTTP/1.1\r\nHost: x y\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('application/problem+json');
  });

  test('refuses to start on a port that is taken', async () => {
    const { app, port } = await serve();
    await expect(listen(app, { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('notices when a reader of events leaves', async () => {
    const server = await start({ limits: { eventStreams: 1 } });
    const { url, close } = await listen(server.app, { host: '127.0.0.1', port: 0 });
    onTestFinished(close);
    const leave = new AbortController();
    const stream = await fetch(`${url}/events`, { signal: leave.signal });
    expect(stream.status).toBe(200);
    leave.abort();
    await expect
      .poll(async () => {
        const next = await fetch(`${url}/events`);
        await next.body?.cancel();
        return next.status;
      })
      .toBe(200);
  });
});

describe('closing', () => {
  test('ends event streams and stops accepting', async () => {
    const { url, close } = await serve();
    const stream = await fetch(`${url}/events`);
    const reader = stream.body?.getReader();
    await reader?.read();
    const closed = close();
    expect((await reader?.read())?.done).toBe(true);
    await closed;
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });

  test('lets a request in flight finish', async () => {
    const { port, close } = await serve();
    const body = JSON.stringify({ name: 'echo' });
    const head = `POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(`${head}Expect: 100-continue\r\n\r\n`));
      socket.on('data', (chunk) => {
        text += chunk;
        // The server has the request and waits for its body: now it is in flight.
        if (!text.endsWith('100 Continue\r\n\r\n')) return;
        text = '';
        close();
        socket.write(body);
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
  });

  test('does not wait for connections that ask nothing', async () => {
    const { url, port, close } = await serve();
    const silent = connect(port, '127.0.0.1');
    const cut = new Promise<void>((resolve) => silent.on('close', () => resolve()));
    await fetch(`${url}/health/live`);
    await close();
    await cut;
  });

  test('twice is closing once', async () => {
    const { close } = await serve();
    await Promise.all([close(), close()]);
  });
});
