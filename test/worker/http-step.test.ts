import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Resolve } from '../../src/outbound/connect.ts';
import { createTargetPolicy } from '../../src/outbound/target.ts';
import { createHttpCaller } from '../../src/worker/http-step.ts';
import type { Job } from '../../src/worker/job.ts';
import type { HttpCall } from '../../src/workflow/definition.ts';
import { startReceiver } from '../webhooks/receiver.ts';

const TASK = '0192f3c4-0000-7000-8000-000000000001';

const jobOf = (more: Partial<Job> = {}): Job => ({
  taskId: TASK,
  step: 'charge',
  attempt: 1,
  token: 't1',
  tenantId: 'default',
  handler: 'troupe.http',
  payload: {},
  dependencies: {},
  with: {},
  idempotencyKey: `${TASK}/charge`,
  deadline: new Date().toISOString(),
  ...more,
});

interface Setting extends Partial<HttpCall> {
  readonly job?: Partial<Job>;
  readonly allow?: readonly string[];
  readonly resolve?: Resolve;
  readonly signal?: AbortSignal;
}

/** One attempt at a call, through a caller of its own. */
function attempt(url: string, setting: Setting = {}) {
  const { job, allow = ['127.0.0.0/8'], resolve, signal = new AbortController().signal, ...more } = setting;
  const policy = createTargetPolicy(allow);
  const caller = createHttpCaller(resolve === undefined ? { policy } : { policy, resolve });
  onTestFinished(() => caller.close());
  return caller.call({ method: 'GET', url, headers: {}, body: null, ...more }, jobOf(job), signal);
}

const complete = (output: unknown) => ({ token: 't1', status: 'complete', output });
const failed = (error: object) => ({ token: 't1', status: 'failed', error: expect.objectContaining(error) });

describe('a request', () => {
  it('has the method, headers and JSON body of the definition, and says who it is', async () => {
    const receiver = await startReceiver((request, response) => response.end(request.method));
    const call = { method: 'PUT', headers: { 'X-Shop': 'north' }, body: { amount: 5 } };
    expect(await attempt(receiver.url, call)).toEqual(complete('PUT'));
    expect(receiver.received).toMatchObject([
      {
        path: '/hooks',
        body: '{"amount":5}',
        headers: { 'x-shop': 'north', 'content-type': 'application/json', 'user-agent': 'troupe' },
      },
    ]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'by %s carries the idempotency key of its step',
    async (method) => {
      const receiver = await startReceiver((_, response) => response.end());
      await attempt(receiver.url, { method });
      expect(receiver.received[0]?.headers['idempotency-key']).toBe(`${TASK}/charge`);
    },
  );

  it('leaves the key out of a GET, and the definition decides both key and user agent', async () => {
    const receiver = await startReceiver((_, response) => response.end());
    await attempt(receiver.url);
    await attempt(receiver.url, {
      method: 'POST',
      headers: { 'Idempotency-Key': 'mine', 'User-Agent': 'shop' },
    });
    const [get, post] = receiver.received.map(({ headers }) => headers);
    expect(get).not.toHaveProperty('idempotency-key');
    expect(post).toMatchObject({ 'idempotency-key': 'mine', 'user-agent': 'shop' });
  });

  it.each([
    ['Create Cart', 'Create Cart'],
    ['50% größer…', '50%25 gr%C3%B6%C3%9Fer%E2%80%A6'],
    ['end ', 'end%20'],
  ])('of a step named %j carries the key %j', async (step, key) => {
    const receiver = await startReceiver((_, response) => response.end());
    await attempt(receiver.url, { method: 'POST', job: { idempotencyKey: `${TASK}/${step}` } });
    expect(receiver.received[0]?.headers['idempotency-key']).toBe(`${TASK}/${key}`);
  });

  it('is not made with a value missing', async () => {
    const receiver = await startReceiver((_, response) => response.end());
    const outcome = await attempt(`${receiver.url}/\${payload.id}`);
    expect(outcome).toEqual(failed({ code: 'TEMPLATE_MISSING', retryable: false }));
    expect(receiver.received).toEqual([]);
  });
});

describe('an answer', () => {
  const answering = async (status: number, headers: Record<string, string>, body: string | Buffer) =>
    startReceiver((_, response) => response.writeHead(status, headers).end(body));

  it.each([
    ['application/json', '{"id":7}', { id: 7 }],
    ['application/problem+json; charset=utf-8', '[1]', [1]],
    ['text/plain', '{"id":7}', '{"id":7}'],
    ['application/json', '{"id":', '{"id":'],
    ['application/json', '', null],
    ['application/json', '{"total":10.50,"rate":1e-2}', { total: 10.5, rate: 0.01 }],
    ['text/plain', '9007199254740993', '9007199254740993'],
  ])('of type %s, %j, is the output', async (type, body, output) => {
    const { url } = await answering(201, { 'content-type': type }, body);
    expect(await attempt(url)).toEqual(complete(output));
  });

  it.each([
    ['{"id":9007199254740993}', 'INEXACT_NUMBER', '/id'],
    ['[{"price":0.12345678901234567890}]', 'INEXACT_NUMBER', '/0/price'],
    ['{"a":{"rate":1e400}}', 'INEXACT_NUMBER', '/a/rate'],
    ['{"status":"paid","status":"void"}', 'DUPLICATE_KEY', '/status'],
    ['{"\\u0061":1,"a":2}', 'DUPLICATE_KEY', '/a'],
  ])(
    'of JSON that would be changed, %s, fails for good and is shown as it came',
    async (body, code, pointer) => {
      const { url, received } = await answering(200, { 'content-type': 'application/json' }, body);
      const details = { errors: [expect.objectContaining({ pointer })], body };
      expect(await attempt(url)).toEqual(failed({ code, retryable: false, details }));
      expect(received).toHaveLength(1);
    },
  );

  it('in another charset is read by it', async () => {
    const { url } = await answering(
      200,
      { 'content-type': 'text/plain; charset=iso-8859-1' },
      Buffer.from('gr\xfcn', 'latin1'),
    );
    expect(await attempt(url)).toEqual(complete('grün'));
  });

  it('204 gives null', async () => {
    const receiver = await startReceiver((_, response) => response.writeHead(204).end());
    expect(await attempt(receiver.url)).toEqual(complete(null));
  });

  it.each([408, 425, 429, 500, 502, 503, 504, 599])(
    '%i is worth repeating, when the server says',
    async (status) => {
      const { url } = await answering(status, { 'retry-after': '7' }, 'later');
      expect(await attempt(url)).toEqual(
        failed({
          code: `HTTP_${status}`,
          retryable: true,
          retryAfter: '7',
          details: { status, body: 'later' },
        }),
      );
    },
  );

  it.each([300, 400, 401, 404, 409, 410, 422])('%i is final', async (status) => {
    const { url } = await answering(status, { 'retry-after': '7' }, 'no such cart\r\n');
    const outcome = await attempt(url);
    expect(outcome).toEqual(failed({ code: `HTTP_${status}`, retryable: false }));
    expect(outcome).not.toHaveProperty('error.retryAfter');
  });

  it('that refuses is kept whole, and quoted on one line in the message', async () => {
    const body = `line\n${'é'.repeat(2_000)}`;
    const { url } = await answering(422, {}, body);
    expect(await attempt(url)).toMatchObject({
      error: {
        message: `the server answered 422: line ${'é'.repeat(495)}…`,
        details: { status: 422, body: `line\n${'é'.repeat(1_021)}` },
        response: { status: 422, body },
      },
    });
  });

  it('that refuses in JSON is kept as JSON with the headers that tell why, and its words are the message', async () => {
    const body = {
      error: { message: 'Your card has insufficient funds.', code: 'card_declined', charge: 'ch_3Nx' },
    };
    const headers = {
      'content-type': 'application/json',
      'x-request-id': 'r7',
      'set-cookie': 'session=s3cret',
      'x-internal': 'no',
    };
    const { url } = await answering(402, headers, JSON.stringify(body));
    const outcome = await attempt(url);
    expect(outcome).toMatchObject({
      error: {
        message: 'the server answered 402: Your card has insufficient funds. (card_declined)',
        response: {
          status: 402,
          body,
          headers: { 'content-type': 'application/json', 'x-request-id': 'r7' },
        },
      },
    });
    expect(JSON.stringify(outcome)).not.toMatch(/s3cret|x-internal/);
    expect(outcome).not.toHaveProperty('error.response.truncated');
  });

  it.each([
    ['{"title":"Conflict","detail":"It is sold.","type":"about:blank"}', 'It is sold. (about:blank)'],
    ['{"error":"invalid_grant","error_description":"It has expired."}', 'It has expired. (invalid_grant)'],
    ['{"errors":[{"message":"no such field"}]}', 'no such field'],
    ['{"id":7}', '{"id":7}'],
    ['{"id":12345678901234567890}', '{"id":12345678901234567890}'],
    ['{"error":', '{"error":'],
  ])('that refuses by %s says %j', async (body, words) => {
    const { url } = await answering(409, { 'content-type': 'application/json' }, body);
    expect(await attempt(url)).toMatchObject({ error: { message: `the server answered 409: ${words}` } });
  });

  it('that refuses at length is kept up to 64 KiB, and says that it is cut', async () => {
    const { url } = await answering(500, {}, 'x'.repeat(65 * 1024));
    expect(await attempt(url)).toMatchObject({
      error: { response: { body: 'x'.repeat(64 * 1024), truncated: true } },
    });
  });

  it('that refuses in bytes is told by how many', async () => {
    const png = await answering(500, { 'content-type': 'image/png' }, Buffer.from([0x89, 0, 1]));
    expect(await attempt(png.url)).toMatchObject({ error: { response: { body: '[3 bytes of image/png]' } } });
    const zipped = await answering(500, { 'content-encoding': 'gzip' }, gzipSync('{}'));
    expect(await attempt(zipped.url)).toMatchObject({
      error: { response: { body: expect.stringContaining('encoded as gzip') } },
    });
  });

  it.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
    const elsewhere = await startReceiver((_, response) => response.end());
    const { url } = await answering(status, { location: elsewhere.url }, '');
    const outcome = await attempt(url, { headers: { Authorization: 'Bearer secret' } });
    expect(outcome).toEqual(
      failed({ code: `HTTP_${status}`, retryable: false, message: expect.stringContaining(elsewhere.url) }),
    );
    expect(elsewhere.received).toEqual([]);
  });

  it('that does not end is read up to the limit of an output, and no further', async () => {
    const receiver = await startReceiver((_, response) => {
      const write = () => {
        while (response.write(Buffer.alloc(16_384, 'x')));
      };
      response.on('drain', write);
      write();
    });
    expect(await attempt(receiver.url)).toEqual(failed({ code: 'OUTPUT_TOO_LARGE', retryable: false }));
    await vi.waitFor(() => expect(receiver.sockets.size).toBe(0));
  });

  it('may be as long as the limit', async () => {
    const receiver = await startReceiver((_, response) => response.end('x'.repeat(256 * 1024 - 2)));
    expect(await attempt(receiver.url)).toMatchObject({ status: 'complete' });
  });

  it('nested too deep, or encoded though nobody asked, is no output', async () => {
    const deep = await answering(
      200,
      { 'content-type': 'application/json' },
      '['.repeat(100) + ']'.repeat(100),
    );
    expect(await attempt(deep.url)).toEqual(failed({ code: 'OUTPUT_TOO_DEEP', retryable: false }));
    const zipped = await answering(200, { 'content-encoding': 'gzip' }, gzipSync('{}'));
    expect(await attempt(zipped.url)).toEqual(failed({ code: 'OUTPUT_ENCODED', retryable: false }));
  });
});

describe('no answer', () => {
  it('is worth repeating: a refused connection', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const outcome = await attempt(`http://127.0.0.1:${port}/`);
    expect(outcome).toEqual(failed({ code: 'ECONNREFUSED', retryable: true }));
  });

  it('is worth repeating: a connection reset before the answer', async () => {
    const receiver = await startReceiver((request) => request.socket.resetAndDestroy());
    expect(await attempt(receiver.url)).toEqual(failed({ code: 'ECONNRESET', retryable: true }));
  });

  it('is worth repeating: a connection reset in the middle of the answer', async () => {
    const receiver = await startReceiver((request, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half', () => request.socket.resetAndDestroy());
    });
    expect(await attempt(receiver.url)).toMatchObject({ status: 'failed', error: { retryable: true } });
  });

  it('is waited for until the attempt is called off, and the connection closed', async () => {
    const controller = new AbortController();
    const receiver = await startReceiver(() => controller.abort());
    expect(await attempt(receiver.url, { signal: controller.signal })).toMatchObject({ status: 'failed' });
    await vi.waitFor(() => expect(receiver.sockets.size).toBe(0));
  });
});

describe('an address that is not public', () => {
  const refused = failed({ code: 'ADDRESS_NOT_ALLOWED', retryable: false });

  it('is not called, written out or behind a name', async () => {
    const receiver = await startReceiver((_, response) => response.end());
    const resolve: Resolve = async () => ['127.0.0.1'];
    expect(await attempt(receiver.url, { allow: [] })).toEqual(refused);
    const named = `http://shop.example:${receiver.port}/`;
    expect(await attempt(named, { allow: [], resolve })).toEqual(refused);
    expect(receiver.received).toEqual([]);
  });

  it('is called when the operator allows it', async () => {
    const receiver = await startReceiver((_, response) => response.end('inside'));
    const resolve: Resolve = async () => ['127.0.0.1'];
    const named = `http://shop.example:${receiver.port}/`;
    expect(await attempt(named, { allow: ['shop.example'], resolve })).toEqual(complete('inside'));
  });
});
