/** Requests over raw sockets: what no client would send included. Never a 5xx, and always an answer or an end. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.

import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parseTaskRequest } from '../../../src/workflow/task-request.ts';
import type { Door } from './door.ts';
import { brokenBytes, giantJson, nastyJson, nastyText, spoilt } from './inputs.ts';
import { type FuzzSite, KEY, openFuzzSite } from './site.ts';

const TASK = {
  name: 'echo',
  payload: { a: 1 },
  delaySeconds: 0,
  maxRetries: 1,
  dependencies: [],
  tenantId: 'a',
  idempotencyKey: 'k',
  priority: 5,
  correlationId: 'c',
  timeoutSeconds: 1,
  deadlineSeconds: 60,
  tags: ['t'],
  allowUnresolved: true,
  notificationUrl: null,
  notificationTypes: ['task.waiting'],
};
const WORKFLOW = {
  name: 'w',
  version: '1',
  steps: [
    { name: 'a', http: { url: 'https://a.example/${payload.a}' } },
    { name: 'b', depends_on: ['a'] },
  ],
};
const STEP = {
  name: 'a',
  handler: 'echo',
  depends_on: [],
  retry_limit: 2,
  timeout: '1s',
  within: '1m',
  backoff: { strategy: 'fixed', base: '1s' },
  critical: true,
  optional: false,
  on_failure: false,
};
const PATHS = [
  '/tasks',
  '/tasks/batch',
  '/workflows',
  '/events',
  '/overview',
  '/machines',
  '/metrics',
  '/webhooks',
  '/health/status',
  '/openapi.json',
  '/ui/index.html',
  '/assets/x.js',
  '/',
];
const NESTED = [
  '/tasks/@',
  '/tasks/@/history',
  '/tasks/@/snapshot?seq=@',
  '/tasks/@/steps/@',
  '/tasks/@/diagram?format=@',
  '/tasks/@/moment?seq=@',
  '/tasks/@/cancel',
  '/tasks/@/dependencies',
  '/workflows/@',
  '/workflows/@/versions/@',
  '/workflows/@/diagram?format=@',
  '/machines/@?format=@',
  '/webhooks/@/redeliver',
  '/tasks?status=@&limit=@&cursor=@&tag=@',
  '/events?taskId=@&lastEventId=@',
  '/ui/@',
  '/assets/@',
  '/@',
];

interface Shot {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  /** Declared in the head, or chunked, or a lie. */
  readonly framing: 'length' | 'chunked' | 'nonsense' | 'short' | 'both';
}

const path: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...PATHS),
  fc
    .tuple(fc.constantFrom(...NESTED), fc.array(nastyText, { minLength: 3, maxLength: 3 }), fc.boolean())
    .map(([pattern, texts, isEncoded]) =>
      texts.reduce((soFar, text) => soFar.replace('@', () => (isEncoded ? encoded(text) : text)), pattern),
    ),
);

const encoded = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value) ?? 'null');
const body: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: spoilt(TASK).map(json) },
  { weight: 2, arbitrary: fc.array(spoilt(TASK), { maxLength: 4 }).map((tasks) => json({ tasks })) },
  { weight: 3, arbitrary: spoilt(WORKFLOW).map(json) },
  { weight: 2, arbitrary: nastyJson.map(json) },
  { weight: 2, arbitrary: brokenBytes },
  fc.constant(gzipSync(Buffer.alloc(50_000_000))),
  giantJson.map((text) => Buffer.from(text)),
);

const header: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'Content-Encoding: gzip',
    'Content-Encoding: br',
    'Expect: 100-continue',
    'Expect: nonsense',
    'Content-Type: text/plain',
    'Content-Type: application/yaml',
    'Content-Type: text/markdown',
    'Content-Type: application/json; charset=utf-16',
    'Host: a\r\nHost: b',
    'Host: @/',
    'Transfer-Encoding: chunked, chunked',
    'Content-Length: 5\r\nContent-Length: 6',
    'Content-Length: -1',
    'Range: bytes=0-99999999999',
    'Accept: ,;q=,',
    'If-None-Match: "',
    'Last-Event-ID: __proto__',
    'Upgrade: websocket\r\nConnection: Upgrade',
    'Authorization: Bearer',
    'X-Api-Key: ',
    'traceparent: 00-x',
    'X-HTTP-Method-Override: DELETE',
    `X-Long: ${'a'.repeat(20_000)}`,
  ),
  fc
    .tuple(
      fc.constantFrom(
        'Idempotency-Key',
        'X-Forwarded-For',
        'Accept',
        'Last-Event-ID',
        'Content-Type',
        'Cookie',
      ),
      nastyText,
    )
    .map(([name, text]) => `${name}: ${text}`),
);

const shot: fc.Arbitrary<Shot> = fc.record({
  method: fc.constantFrom(
    'GET',
    'POST',
    'POST',
    'POST',
    'HEAD',
    'OPTIONS',
    'PUT',
    'DELETE',
    'PATCH',
    'TRACE',
    'get',
    'X\u0000',
  ),
  path,
  headers: fc.array(header, { maxLength: 2 }),
  body,
  framing: fc.constantFrom('length', 'length', 'length', 'chunked', 'nonsense', 'short', 'both'),
});

/** Well framed, and where its body belongs, so that it is what the body says that counts. */
const aimed: fc.Arbitrary<Shot> = fc
  .oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constant('/tasks'), spoilt(TASK)) },
    fc.tuple(
      fc.constant('/tasks/batch'),
      fc.array(spoilt(TASK), { maxLength: 4 }).map((tasks) => ({ tasks })),
    ),
    fc.tuple(fc.constant('/workflows'), spoilt(WORKFLOW)),
    fc.tuple(
      fc.constant('/workflows'),
      fc.tuple(spoilt(STEP), spoilt(STEP)).map((steps) => ({ ...WORKFLOW, steps })),
    ),
    fc.tuple(
      fc.constantFrom('cancel', 'pause', 'resume', 'retry').map((verb) => `/tasks/@/${verb}`),
      spoilt({ reason: 'r' }),
    ),
    fc.tuple(fc.constant('/tasks/@/dependencies'), spoilt({ dependsOn: ['x'] })),
    fc.tuple(
      fc.constantFrom('retry', 'skip', 'complete').map((verb) => `/tasks/@/steps/echo/${verb}`),
      spoilt({ output: {} }),
    ),
    fc.tuple(fc.constant('/tasks/@/moment'), spoilt({ actor: 'task', event: { type: 'task.cancel' } })),
  )
  .map(([path, value]) => ({ method: 'POST', path, headers: [], body: json(value), framing: 'length' }));

/** An own key of the admin, so that every route is reached. */
const HEAD = [`Authorization: Bearer ${KEY}`, 'Connection: close'];

function bytesOf({ method, path, headers, body, framing }: Shot): Buffer {
  const typed = headers.some((line) => /^content-type:/i.test(line))
    ? []
    : ['Content-Type: application/json'];
  const host = headers.some((line) => /^host:/i.test(line)) ? [] : ['Host: fuzz'];
  const length = `Content-Length: ${framing === 'short' ? body.byteLength + 10 : body.byteLength}`;
  const chunked = 'Transfer-Encoding: chunked';
  const framed = {
    length: [length],
    short: [length],
    chunked: [chunked],
    nonsense: [chunked],
    both: [length, chunked],
  }[framing];
  const head = `${[`${method} ${path} HTTP/1.1`, ...host, ...HEAD, ...typed, ...framed, ...headers].join('\r\n')}\r\n\r\n`;
  const chunk =
    framing === 'chunked' || framing === 'both'
      ? [`${body.byteLength.toString(16)}\r\n`, body, '\r\n0\r\n\r\n']
      : [body];
  const parts = framing === 'nonsense' ? ['zz\r\n', body, '\r\n-1\r\n'] : chunk;
  return Buffer.concat([head, ...parts].map((part) => Buffer.from(part as Uint8Array)));
}

/** Returns the answer, up to the end of the connection or to a stream that has begun. */
function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1');
    const done = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('error', done).on('close', done);
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      if (answer.includes('text/event-stream')) done();
    });
    // Half closed: a body that is shorter than declared is an interrupted one.
    socket.end(bytes);
  });
}

export async function httpDoor(): Promise<Door<Shot>> {
  const site: FuzzSite = await openFuzzSite();
  const { taskId } = await site.troupe.submit(parseTaskRequest({ name: 'echo', delaySeconds: 1_000 }));
  return {
    name: 'HTTP',
    inputs: fc.oneof(shot, aimed),
    async enter(input) {
      const answer = await exchange(
        site.port,
        bytesOf({ ...input, path: input.path.replace('@', () => taskId) }),
      );
      const [, status = '0'] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
      if (Number(status) >= 500) throw new Error(`answered ${answer.slice(0, 400)}`);
      if (/^X-Evil:/im.test(answer.split('\r\n\r\n')[0] ?? '')) throw new Error('a header got in');
      if (site.mistakes.length > 0) throw new Error(site.mistakes[0]);
      const alive = await exchange(
        site.port,
        Buffer.from('GET /health/ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
      );
      if (!alive.startsWith('HTTP/1.1 200')) throw new Error(`is not ready any more: ${alive.slice(0, 300)}`);
      return status === '0' ? 'closed' : status;
    },
    close: () => site.close(),
  };
}
