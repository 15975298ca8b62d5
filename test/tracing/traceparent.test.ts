/** The trace a submission belongs to goes on to everything its task calls. */

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { formatTraceparent, parseTraceparent, traceparentField } from '../../src/workflow/traceparent.ts';
import { TestNats } from '../nats-server.ts';
import { streamedFacts } from '../publication/stream.ts';
import { handlers, request, startTroupe, step, taskFact, workflow } from '../support.ts';
import { startReceiver } from '../webhooks/receiver.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

async function start(more: Partial<TroupeOptions> = {}) {
  const receiver = await startReceiver((_, response) => response.writeHead(204).end());
  const jobs: HandlerContext[] = [];
  const keep = (job: HandlerContext): void => void jobs.push(job);
  const http = { method: 'GET', url: `${receiver.url}/step`, headers: {}, body: null } as const;
  const troupe = await startTroupe({
    webhooks: { secret: null, allow: ['127.0.0.1'] },
    handlers: handlers({ keep }),
    workflows: [workflow('traced', [step('keep'), step('call', ['keep'], { handler: 'troupe.http', http })])],
    ...more,
  });
  return { receiver, jobs, troupe };
}

async function post(troupe: Troupe, body: unknown, traceparent: string): Promise<Response> {
  const app = createApp({ troupe, keys: null, version: '1.0.0', onError: () => undefined });
  return app.request('/tasks', {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent },
    body: JSON.stringify(body),
  });
}

describe('a traceparent', () => {
  it('goes from the submission to the handler, the HTTP step and the webhook', async () => {
    const { receiver, jobs, troupe } = await start();
    const answer = await post(troupe, { name: 'traced', notificationUrl: `${receiver.url}/end` }, TRACE);
    expect(answer.status).toBe(201);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(2));
    expect(receiver.received.map(({ path, headers }) => [path, headers['traceparent']])).toEqual([
      ['/hooks/step', TRACE],
      ['/hooks/end', TRACE],
    ]);
    expect(jobs.map(({ traceparent }) => traceparent)).toEqual([TRACE]);
  });

  it('costs nobody a task when it is malformed, and is not passed on', async () => {
    const { jobs, troupe } = await start();
    const answer = await post(troupe, { name: 'keep' }, '00-zz-b7ad6b7169203331-01');
    expect(answer.status).toBe(201);
    await vi.waitFor(() => expect(jobs).toHaveLength(1));
    expect(jobs[0]).not.toHaveProperty('traceparent');
  });

  it('does not make a repeated submission another one', async () => {
    const { troupe } = await start();
    const asked = request('keep', { idempotencyKey: 'once' });
    const first = await troupe.submit({ ...asked, traceparent: TRACE });
    const again = await troupe.submit({ ...asked, traceparent: TRACE.replace('b7ad', 'c7ad') });
    expect(again).toMatchObject({ taskId: first.taskId, replayed: true });
  });
});

describe('a traceparent header', () => {
  const hex = (length: number) =>
    fc
      .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
      .map((digits) => digits.join(''));

  it('reads back as it is written', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.nat(255), (traceId, spanId, traceFlags) => {
        fc.pre(!/^0+$/.test(traceId) && !/^0+$/.test(spanId));
        const parent = { traceId, spanId, traceFlags };
        expect(parseTraceparent(formatTraceparent(parent))).toEqual(parent);
      }),
    );
  });

  it.each([
    ['', 'empty'],
    [TRACE.toUpperCase(), 'capital letters'],
    [`${TRACE}-more`, 'more than version 00 has'],
    [TRACE.replace(/^00/, 'ff'), 'version ff'],
    [TRACE.replace(/[0-9a-f]{32}/, '0'.repeat(32)), 'a trace of zeros'],
    [TRACE.replace(/-[0-9a-f]{16}-/, `-${'0'.repeat(16)}-`), 'a span of zeros'],
  ])('is none: %j, %s', (header) => {
    expect(traceparentField(header)).toEqual({});
  });

  it('of a later version is read as far as this one goes', () => {
    expect(traceparentField(`${TRACE.replace(/^00/, '01')}-more`)).toEqual({ traceparent: TRACE });
  });
});

describe('over NATS', () => {
  let server: TestNats;
  beforeAll(async () => {
    server = await TestNats.start();
  });
  afterAll(() => server?.stop());

  it('every fact of a task carries its traceparent', async () => {
    const prefix = `t${randomUUID()}`;
    const subjects = new Subjects(prefix);
    const streams = streamsOf(subjects);
    const bus = await connectNats({ url: server.url, name: 'traces', streams, onError: () => undefined });
    onTestFinished(() => bus.close());
    const { troupe } = await start({ prefix, bus });
    const { taskId } = await troupe.submit({ ...request('keep'), traceparent: TRACE });
    await taskFact(troupe, taskId, 'complete');
    await vi.waitFor(async () => {
      const facts = await streamedFacts(server.url, subjects.stream('events').name);
      expect(facts.at(-1)?.fact).toMatchObject({ actor: 'task', fact: 'complete' });
      expect(new Set(facts.map(({ traceparent }) => traceparent))).toEqual(new Set([TRACE]));
    });
  });
});
