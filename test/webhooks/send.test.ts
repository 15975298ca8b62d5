import { once } from 'node:events';
import { createServer } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTargetPolicy } from '../../src/outbound/target.ts';
import { createWebhookSender, type WebhookSenderOptions } from '../../src/webhooks/send.ts';
import { startReceiver } from './receiver.ts';

const LOOPBACK = createTargetPolicy(['127.0.0.0/8']);
const SECRET = `whsec_${Buffer.from('a key of thirty-two bytes, here!').toString('base64')}`;
const BODY = JSON.stringify({ type: 'task.complete', data: { name: 'Bestellung – größer' } });
const never = new AbortController().signal;

function startSender(options: Partial<WebhookSenderOptions> = {}) {
  const sender = createWebhookSender({ secret: SECRET, policy: LOOPBACK, ...options });
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= sender.close();
    return closed;
  };
  onTestFinished(close);
  const send = (url: string, signal = never) => sender.send({ id: 'msg_1', url, body: BODY }, signal);
  return { send, close, deliver: sender.send };
}

const KEY = Buffer.alloc(32, 7).toString('base64');

describe('a delivery', () => {
  it('posts the body as JSON, with a signature that any Standard Webhooks library verifies', async () => {
    const receiver = await startReceiver((_, response) => response.writeHead(204).end());
    const { deliver } = startSender();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const outcome = await deliver(
      { id: 'msg_7', url: `${receiver.url}?a=b#c`, body: BODY, traceparent },
      never,
    );

    expect(outcome).toEqual({ status: 'complete', output: { httpStatus: 204 } });
    const [request] = receiver.received;
    expect(request?.path).toBe('/hooks?a=b');
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'troupe',
      'webhook-id': 'msg_7',
      traceparent,
    });
    const headers = request?.headers as Record<string, string>;
    expect(new Webhook(SECRET).verify(request?.body ?? '', headers)).toEqual(JSON.parse(BODY));
  });

  it('keeps its id over attempts; the timestamp and signature are of each attempt', async () => {
    const receiver = await startReceiver((_, response) => response.end());
    let at = 1_700_000_000_999;
    const { send } = startSender({ now: () => at });
    await send(receiver.url);
    at += 60_000;
    await send(receiver.url);

    const [first, second] = receiver.received.map((request) => request.headers);
    expect(second?.['webhook-id']).toBe(first?.['webhook-id']);
    expect(first?.['webhook-timestamp']).toBe('1700000000');
    expect(second?.['webhook-timestamp']).toBe('1700000060');
    expect(second?.['webhook-signature']).not.toBe(first?.['webhook-signature']);
  });

  it('is signed with the bytes of another text once that is written as the refusal of it says', async () => {
    const text = 'correct horse battery';
    const secret = `whsec_${Buffer.from(text).toString('base64')}`;
    const receiver = await startReceiver((_, response) => response.end());
    await startSender({ secret }).send(receiver.url);
    const [request] = receiver.received;
    const headers = request?.headers as Record<string, string>;
    for (const webhook of [new Webhook(text, { format: 'raw' }), new Webhook(secret)])
      expect(webhook.verify(request?.body ?? '', headers)).toEqual(JSON.parse(BODY));
  });

  it('goes unsigned, with id and timestamp, when there is no secret', async () => {
    const receiver = await startReceiver((_, response) => response.end());
    await startSender({ secret: null }).send(receiver.url);
    const headers = receiver.received[0]?.headers;
    expect(headers).toMatchObject({ 'webhook-id': 'msg_1', 'webhook-timestamp': expect.any(String) });
    expect(headers).not.toHaveProperty('webhook-signature');
  });

  it.each([
    ['', 'it is empty'],
    ['whsec_', 'what follows whsec_ is not a key in base64'],
    ['whsec_not base64!', 'what follows whsec_ is not a key in base64'],
    [`whsec_${KEY.slice(0, -1)}`, 'what follows whsec_ is not a key in base64'],
    [`whsec_${KEY.replaceAll('B', '-')}`, 'what follows whsec_ is not a key in base64'],
    [`v1,whsec_${KEY}`, 'a version before whsec_'],
    [`v1a,whsk_${KEY}`, 'a version before whsec_'],
    [` whsec_${KEY}`, 'not, in lower case, the first thing'],
    [`"whsec_${KEY}"`, 'not, in lower case, the first thing'],
    [`WHSEC_${KEY}`, 'not, in lower case, the first thing'],
    [KEY, 'base64 without whsec_'],
    ['correct horse battery', 'it does not begin with whsec_'],
    ['schlüssel', 'it does not begin with whsec_'],
    ['line\nbreak', 'it does not begin with whsec_'],
  ])('refuses the secret %j with the reason, and does not repeat it', (secret, reason) => {
    const open = () => createWebhookSender({ secret, policy: LOOPBACK });
    expect(open).toThrow(expect.objectContaining({ code: 'INVALID_WEBHOOK_SECRET' }));
    expect(open).toThrow(reason);
    if (secret.length > 30) expect(open).not.toThrow(KEY.slice(0, -1));
  });
});

describe('an answer', () => {
  it.each([400, 401, 404, 408, 429, 500, 503])('%i is worth repeating', async (status) => {
    const receiver = await startReceiver((_, response) =>
      response.writeHead(status).end('out of\r\n\u001b[31mpaper'),
    );
    expect(await startSender().send(receiver.url)).toEqual({
      status: 'failed',
      error: {
        name: 'WebhookError',
        code: `HTTP_${status}`,
        message: `the receiver answered ${status}: out of [31mpaper`,
        retryable: true,
      },
    });
  });

  it('410 ends the delivery', async () => {
    const receiver = await startReceiver((_, response) => response.writeHead(410).end());
    expect(await startSender().send(receiver.url)).toMatchObject({
      status: 'failed',
      error: { code: 'HTTP_410', retryable: false },
    });
  });

  it.each(['soon', '-1', '1.5', '7s', '0x10', 'Wed, 21 Oct 2026 07:28:00 +0000', '2026-10-21T07:28:00Z'])(
    'with Retry-After %s, which HTTP does not know, is repeated when the formula says',
    async (retryAfter) => {
      const receiver = await startReceiver((_, response) =>
        response.writeHead(503, { 'retry-after': retryAfter }).end(),
      );
      expect(await startSender().send(receiver.url)).not.toHaveProperty('error.retryAfter');
    },
  );

  it.each(['120', 'Wed, 21 Oct 2026 07:28:00 GMT'])(
    'with Retry-After %s hands it on as it is',
    async (retryAfter) => {
      const receiver = await startReceiver((_, response) =>
        response.writeHead(503, { 'retry-after': retryAfter }).end(),
      );
      expect(await startSender().send(receiver.url)).toMatchObject({
        error: { code: 'HTTP_503', retryable: true, retryAfter },
      });
    },
  );

  it.each([301, 302, 303, 307, 308])('%i is not followed, and repeated', async (status) => {
    const elsewhere = await startReceiver((_, response) => response.end());
    const receiver = await startReceiver((_, response) =>
      response.writeHead(status, { location: elsewhere.url }).end(),
    );
    expect(await startSender().send(receiver.url)).toMatchObject({
      error: {
        code: `HTTP_${status}`,
        retryable: true,
        message: expect.stringContaining('redirects are not followed'),
      },
    });
    expect(elsewhere.received).toEqual([]);
  });

  it('is quoted up to one KiB, in whole characters', async () => {
    const receiver = await startReceiver((_, response) =>
      response.writeHead(500).end(`x${'é'.repeat(5_000)}`),
    );
    const outcome = await startSender().send(receiver.url);
    expect(outcome).toMatchObject({
      error: { message: `the receiver answered 500: x${'é'.repeat(511)}` },
    });
  });
});

describe('no answer', () => {
  it('in time fails with TIMEOUT', async () => {
    const receiver = await startReceiver(() => {});
    expect(await startSender({ timeoutMs: 50 }).send(receiver.url)).toMatchObject({
      status: 'failed',
      error: { code: 'TIMEOUT', retryable: true, message: expect.stringContaining('50 ms') },
    });
    await expect.poll(() => receiver.sockets.size).toBe(0);
  });

  it('from a name server in time fails with TIMEOUT too', async () => {
    const { send } = startSender({ timeoutMs: 50, resolve: () => new Promise(() => {}) });
    expect(await send('http://hooks.example/')).toMatchObject({
      error: { code: 'TIMEOUT', retryable: true },
    });
  });

  it('on a closed port fails with ECONNREFUSED', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    server.close();
    await once(server, 'close');
    expect(await startSender().send(`http://127.0.0.1:${port}/`)).toMatchObject({
      error: { code: 'ECONNREFUSED', retryable: true },
    });
  });

  it('on a name without addresses fails with ENOTFOUND', async () => {
    const { send } = startSender({ resolve: async () => [] });
    expect(await send('http://hooks.example/')).toMatchObject({
      error: { code: 'ENOTFOUND', retryable: true },
    });
  });

  it('on a connection that breaks off is worth repeating', async () => {
    const receiver = await startReceiver((request) => request.socket.destroy());
    expect(await startSender().send(receiver.url)).toMatchObject({
      status: 'failed',
      error: { code: expect.any(String), retryable: true },
    });
  });

  it('is no longer waited for once the caller aborts', async () => {
    const caller = new AbortController();
    const receiver = await startReceiver(() => caller.abort());
    const { send } = startSender();
    const aborted = { status: 'failed', error: { code: 'ABORTED', retryable: true } };
    expect(await send(receiver.url, caller.signal)).toMatchObject(aborted);
    await expect.poll(() => receiver.sockets.size).toBe(0);

    expect(await send(receiver.url, caller.signal)).toMatchObject(aborted);
    expect(receiver.received).toHaveLength(1);
  });
});

describe('sockets', () => {
  it('are closed under a body that never ends, whatever the status', async () => {
    const receiver = await startReceiver((request, response) => {
      response.writeHead(request.url === '/ok' ? 200 : 500);
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', pour);
      pour();
    });
    const { send } = startSender();
    const origin = `http://127.0.0.1:${receiver.port}`;
    expect(await send(`${origin}/ok`)).toEqual({ status: 'complete', output: { httpStatus: 200 } });
    expect(await send(`${origin}/bad`)).toMatchObject({ error: { code: 'HTTP_500' } });
    await expect.poll(() => receiver.sockets.size).toBe(0);
  });

  it('do not wait beyond the time limit for the rest of a body; the status counts', async () => {
    const receiver = await startReceiver((_, response) => response.writeHead(202).write('{'));
    const outcome = await startSender({ timeoutMs: 100 }).send(receiver.url);
    expect(outcome).toEqual({ status: 'complete', output: { httpStatus: 202 } });
    await expect.poll(() => receiver.sockets.size).toBe(0);
  });

  it('are reused from one delivery to the next, and closed with the sender', async () => {
    const receiver = await startReceiver((request, response) => {
      response.writeHead(request.url === '/ok' ? 200 : 503).end('short');
    });
    const { send, close } = startSender();
    for (let sent = 0; sent < 20; sent += 2) {
      await send(`http://127.0.0.1:${receiver.port}/ok`);
      await send(`http://127.0.0.1:${receiver.port}/bad`);
    }
    expect(receiver.received).toHaveLength(20);
    // A second one opens when a delivery starts before the first has noted that its answer is over.
    expect(receiver.sockets.size).toBeLessThanOrEqual(2);
    await close();
    await expect.poll(() => receiver.sockets.size).toBe(0);
  });
});
