// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates as workflows write them.

/** Steps that are HTTP calls, in tasks: done by the orchestrator itself, retried as the server says. */

import type { RequestListener } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Handler } from '../../src/worker/job.ts';
import type { HttpCall, StepDefinition } from '../../src/workflow/definition.ts';
import { handlers, request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';
import { startReceiver } from '../webhooks/receiver.ts';

const httpStep = (
  name: string,
  call: Partial<HttpCall>,
  more: Partial<StepDefinition> = {},
): StepDefinition =>
  step(name, more.dependsOn, {
    handler: 'troupe.http',
    http: { method: 'GET', url: '', headers: {}, body: null, ...call },
    ...more,
  });

async function start(
  answer: RequestListener,
  steps: (url: string) => StepDefinition[],
  allow = ['127.0.0.1'],
  more: Readonly<Record<string, Handler>> = {},
) {
  const receiver = await startReceiver(answer);
  const clock = new ManualClock();
  const troupe = await startTroupe({
    clock,
    random: () => 0.5,
    webhooks: { secret: null, allow },
    handlers: handlers({ print: () => 'printed', ...more }),
    workflows: [workflow('shop', steps(receiver.url))],
  });
  const submit = async (payload = {}) => (await troupe.submit(request('shop', { payload }))).taskId;
  return { troupe, clock, receiver, submit };
}

/** Answers each request by the next of these; the last stays. */
function inTurn(...answers: RequestListener[]): RequestListener {
  let turn = 0;
  return (incoming, response) => answers[Math.min(turn++, answers.length - 1)]?.(incoming, response);
}

const ok: RequestListener = (_, response) => response.end('fine');
const fetchOnly =
  (more: Partial<StepDefinition> = {}) =>
  (url: string) => [httpStep('fetch', { url }, more)];

describe('a workflow of HTTP calls', () => {
  it('hands what one server answered to the next, and gives the last answer as its result', async () => {
    const { troupe, receiver, submit } = await start(
      (incoming, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(
          incoming.url === '/hooks/carts' ? '{"id":"c/1","lines":[{"sku":"A"}]}' : '{"paid":true}',
        );
      },
      (url) => [
        httpStep('Create Cart', {
          method: 'POST',
          url: `${url}/carts`,
          body: { for: '${payload.customer}' },
        }),
        httpStep(
          'charge',
          {
            method: 'POST',
            url: `${url}/carts/\${steps["Create Cart"].output.id}/charges?sku=\${steps["Create Cart"].output.lines[0].sku}`,
            headers: { 'X-Customer': '${payload.customer.name}' },
            body: { lines: '${steps["Create Cart"].output.lines}', amount: '${payload.amount}' },
          },
          { dependsOn: ['Create Cart'] },
        ),
      ],
    );
    const id = await submit({ customer: { name: 'Ann' }, amount: 1999 });
    await taskFact(troupe, id, 'complete');

    expect(troupe.getTask(null, id).result).toEqual({ charge: { paid: true } });
    expect(receiver.received.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      ['/hooks/carts', { for: { name: 'Ann' } }],
      ['/hooks/carts/c%2F1/charges?sku=A', { lines: [{ sku: 'A' }], amount: 1999 }],
    ]);
    expect(receiver.received[1]?.headers).toMatchObject({
      'x-customer': 'Ann',
      'idempotency-key': `${id}/charge`,
    });
  });

  it('asks what a step further up gave, and null where that was skipped, while handlers get what they depend on', async () => {
    const seen: unknown[] = [];
    const { troupe, receiver, submit } = await start(
      ok,
      (url) => [
        step('first', [], { handler: 'print' }),
        step('gift', ['first'], { condition: { op: 'is', value: { step: null, path: ['gift'] } } }),
        step('next', ['first', 'gift'], { handler: 'look' }),
        httpStep(
          'call',
          {
            url,
            method: 'POST',
            body: {
              first: '${steps.first.output}',
              gift: '${steps.gift.output}',
              next: '${steps.next.output}',
            },
          },
          { dependsOn: ['next'] },
        ),
        step('last', ['call'], { handler: 'look' }),
      ],
      undefined,
      { look: (job) => seen.push(job.dependencies) },
    );
    const id = await submit();
    await taskFact(troupe, id, 'complete');
    expect(receiver.received.map(({ body }) => JSON.parse(body))).toEqual([
      { first: 'printed', gift: null, next: 1 },
    ]);
    expect(seen).toEqual([{ first: 'printed', gift: null }, { call: 'fine' }]);
  });

  it('waits as long as Retry-After says, in seconds or as a date, under the same idempotency key', async () => {
    const { troupe, clock, receiver, submit } = await start(
      inTurn(
        (_, response) => response.writeHead(503, { 'retry-after': '7' }).end(),
        (_, response) =>
          response.writeHead(429, { 'retry-after': new Date(clock.now() + 90_000).toUTCString() }).end(),
        ok,
      ),
      (url) => [httpStep('charge', { url, method: 'POST' })],
    );
    const id = await submit();
    await stepFact(troupe, id, 'charge', 'retrying', 1);
    clock.advance(7_000);
    await stepFact(troupe, id, 'charge', 'retrying', 2);
    clock.advance(90_000);
    await taskFact(troupe, id, 'complete');

    const { attempts } = troupe.getStep(null, id, 'charge');
    expect(attempts.map(({ error, backoffMs }) => [error?.code ?? null, backoffMs])).toEqual([
      ['HTTP_503', 7_000],
      ['HTTP_429', 90_000],
      [null, null],
    ]);
    const keys = receiver.received.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([`${id}/charge`, `${id}/charge`, `${id}/charge`]);
  });

  it('stops after one attempt at 422, and shows what the server said', async () => {
    const { troupe, receiver, submit } = await start(
      (_, response) => response.writeHead(422).end('no such cart'),
      fetchOnly(),
    );
    const id = await submit();
    await taskFact(troupe, id, 'failed');
    expect(receiver.received).toHaveLength(1);
    expect(troupe.getTask(null, id).error).toMatchObject({
      step: 'fetch',
      code: 'HTTP_422',
      message: 'the server answered 422: no such cart',
      details: { status: 422, body: 'no such cart' },
    });
  });

  it('gives up on a server that hangs when the attempt times out, lets go of it, and tries again', async () => {
    const { troupe, clock, receiver, submit } = await start(
      inTurn(() => undefined, ok),
      fetchOnly({ timeoutMs: 30_000 }),
    );
    const id = await submit();
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1));
    clock.advance(30_000);
    await stepFact(troupe, id, 'fetch', 'retrying', 1);
    await vi.waitFor(() => expect(receiver.sockets.size).toBe(0));
    clock.advance(30_000);
    await taskFact(troupe, id, 'complete');
    const [first] = troupe.getStep(null, id, 'fetch').attempts;
    expect(first?.error?.code).toBe('TIMEOUT');
  });

  it('tries again by the formula when the connection breaks, and when Retry-After makes no sense', async () => {
    const { troupe, clock, submit } = await start(
      inTurn(
        (incoming) => incoming.socket.resetAndDestroy(),
        (_, response) => response.writeHead(503, { 'retry-after': 'soon' }).end(),
        ok,
      ),
      fetchOnly(),
    );
    const id = await submit();
    await stepFact(troupe, id, 'fetch', 'retrying', 1);
    clock.advance(2_000);
    await stepFact(troupe, id, 'fetch', 'retrying', 2);
    clock.advance(4_000);
    await taskFact(troupe, id, 'complete');
    expect(troupe.getStep(null, id, 'fetch').attempts.map(({ backoffMs }) => backoffMs)).toEqual([
      1_500,
      3_000,
      null,
    ]);
  });

  it('never reaches an address that is not public, unless the operator allows it', async () => {
    const { troupe, receiver, submit } = await start(ok, fetchOnly(), []);
    const id = await submit();
    await taskFact(troupe, id, 'failed');
    expect(troupe.getTask(null, id).error?.code).toBe('ADDRESS_NOT_ALLOWED');
    expect(receiver.received).toEqual([]);
  });

  it('fails for good when a value is missing, and names it', async () => {
    const { troupe, receiver, submit } = await start(ok, (url) => [
      httpStep('fetch', { url: `${url}/\${payload.cart.id}` }),
    ]);
    const id = await submit({ cart: {} });
    await taskFact(troupe, id, 'failed');
    expect(troupe.getTask(null, id).error).toMatchObject({
      code: 'TEMPLATE_MISSING',
      message: 'url: ${payload.cart.id} has no value: there is no payload.cart.id',
    });
    expect(receiver.received).toEqual([]);
  });

  it('leaves room for handlers while servers hang, and says what it waits for', async () => {
    const { troupe, receiver, submit } = await start(
      () => undefined,
      (url) => [httpStep('fetch', { url }), step('print')],
    );
    const ids = await Promise.all(Array.from({ length: 101 }, () => submit()));
    await Promise.all(ids.map((id) => stepFact(troupe, id, 'print', 'complete')));
    await vi.waitFor(() => expect(receiver.received).toHaveLength(100));
    const waiting = ids.flatMap((id) => troupe.getTask(null, id).waitingFor ?? []);
    expect(waiting.filter(({ kind }) => kind === 'limit')).toEqual([
      expect.objectContaining({ step: 'fetch', why: expect.stringContaining('100 at once of troupe.http') }),
    ]);
  });
});

describe("Troupe's own names", () => {
  it('are taken by no handler and no task', async () => {
    const taken = handlers({ 'troupe.http': () => null });
    await expect(startTroupe({ handlers: taken })).rejects.toMatchObject({ code: 'INVALID_HANDLERS' });
    const troupe = await startTroupe();
    await expect(troupe.submit(request('troupe.http'))).rejects.toMatchObject({
      code: 'RESERVED_NAME',
      faults: [{ pointer: '/name' }],
    });
  });

  it('are not shown among the handlers that users brought', async () => {
    const { troupe } = await start(ok, fetchOnly());
    expect(troupe.health().workers).toMatchObject([{ handlers: ['print'] }]);
  });
});
