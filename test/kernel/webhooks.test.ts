/** A task that asked for it tells of its end, once per end, whatever the receiver makes of it. */

import type { RequestListener } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe } from '../../src/troupe.ts';
import type { WebhookView } from '../../src/views/tasks.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import {
  fact,
  gate,
  handlers,
  request,
  startTroupe,
  step,
  stepFact,
  taskFact,
  workflow,
} from '../support.ts';
import { startReceiver } from '../webhooks/receiver.ts';

const secret = `whsec_${Buffer.from('a key of the tests, long enough').toString('base64')}`;
const asked = { by: 'ann', reason: null };

const accept: RequestListener = (_, response) => response.writeHead(204).end();
const failsForGood = (): never => {
  throw new PermanentError('no such card', { code: 'CARD_UNKNOWN' });
};

async function start(answer: RequestListener, print: (job: HandlerContext) => unknown = () => 'done') {
  const receiver = await startReceiver(answer);
  const clock = new ManualClock();
  const troupe = await startTroupe({
    clock,
    webhooks: { secret, allow: ['127.0.0.1'] },
    handlers: handlers({ print, next: () => 'next' }),
    workflows: [workflow('two', [step('print'), step('other', [], { handler: 'print' })])],
  });
  const submit = async (name = 'print'): Promise<string> => {
    const notification = { notificationUrl: receiver.url, correlationId: 'order-7', tenantId: 'acme' };
    return (await troupe.submit(request(name, notification))).task.id;
  };
  return { troupe, clock, receiver, submit };
}

/** The first delivery that is so, looked for at every turn of the event loop: deliveries publish no facts. */
async function until(troupe: Troupe, is: (webhook: WebhookView) => boolean): Promise<WebhookView> {
  for (;;) {
    const found = troupe.listWebhooks(null).find(is);
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const isDelivered = ({ status }: WebhookView): boolean => status === 'delivered';
const isDead = ({ status }: WebhookView): boolean => status === 'dead';

describe('the end of a task', () => {
  it('is told in one signed POST when it is complete', async () => {
    const { troupe, receiver, submit, clock } = await start(accept);
    const id = await submit();
    const webhook = await until(troupe, isDelivered);
    expect(webhook).toMatchObject({
      taskId: id,
      tenantId: 'acme',
      type: 'task.complete',
      attempts: 1,
      error: null,
    });
    expect(receiver.received).toHaveLength(1);
    const [post] = receiver.received;
    expect(JSON.parse(post?.body ?? '')).toEqual({
      type: 'task.complete',
      timestamp: new Date(clock.now()).toISOString(),
      data: {
        taskId: id,
        name: 'print',
        status: 'complete',
        tenantId: 'acme',
        retryCount: 0,
        correlationId: 'order-7',
        result: { print: 'done' },
      },
    });
    expect(post?.headers).toMatchObject({ 'webhook-id': webhook.id, 'content-type': 'application/json' });
    new Webhook(secret).verify(post?.body ?? '', post?.headers as Record<string, string>);
  });

  it('is told when it has failed for good, with the error', async () => {
    const { troupe, receiver, submit } = await start(accept, failsForGood);
    await submit();
    await until(troupe, isDelivered);
    const { type, data } = JSON.parse(receiver.received[0]?.body ?? '');
    expect({ type, status: data.status, result: data.result }).toEqual({
      type: 'task.failed',
      status: 'failed',
      result: undefined,
    });
    expect(data.error).toMatchObject({ step: 'print', message: 'no such card', code: 'CARD_UNKNOWN' });
  });

  it('is told again after a retry that ends, as another delivery', async () => {
    const { troupe, receiver, submit } = await start(accept, ({ attempt }) =>
      attempt < 3 ? failsForGood() : 'done',
    );
    const id = await submit();
    await stepFact(troupe, id, 'print', 'failed', 1);
    await troupe.taskVerb(null, id, 'retry', asked);
    await stepFact(troupe, id, 'print', 'failed', 2);
    await troupe.taskVerb(null, id, 'retry', asked);
    await taskFact(troupe, id, 'complete');
    await until(troupe, () => troupe.listWebhooks(null, 'delivered').length === 3);
    const types = receiver.received.map(({ body }) => JSON.parse(body).type as string);
    expect(types.sort()).toEqual(['task.complete', 'task.failed', 'task.failed']);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
  });

  it('is not told again while a person settles one of several failures', async () => {
    const { troupe, submit } = await start(accept, failsForGood);
    const id = await submit('two');
    await taskFact(troupe, id, 'failed');
    await troupe.stepVerb(null, id, 'print', 'skip', asked);
    expect(troupe.getTask(null, id)).toMatchObject({ status: 'failed', error: { step: 'other' } });
    await troupe.stepVerb(null, id, 'other', 'complete', { ...asked, output: 1 });
    await taskFact(troupe, id, 'complete');
    expect(
      troupe
        .listWebhooks(null)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['task.complete', 'task.failed']);
  });

  it('is not told when it was cancelled', async () => {
    const { troupe, submit } = await start(accept, () => gate().promise);
    await troupe.taskVerb(null, await submit(), 'cancel', asked);
    expect(troupe.listWebhooks(null)).toEqual([]);
  });
});

describe('a delivery that fails', () => {
  it('is tried nine times over about a day under one id, is kept as dead, and can be sent again', async () => {
    let status = 500;
    const { troupe, receiver, submit, clock } = await start((_, response) =>
      response.writeHead(status).end('busy'),
    );
    const id = await submit();
    const begun = clock.now();
    for (let attempt = 1; attempt < 9; attempt++) {
      const waiting = await until(
        troupe,
        (found) => found.attempts === attempt && found.nextAttemptAt !== null,
      );
      expect(waiting).toMatchObject({ status: 'retrying', error: { code: 'HTTP_500' } });
      clock.moveTo(Date.parse(waiting.nextAttemptAt ?? ''));
    }
    const dead = await until(troupe, isDead);
    expect(dead).toMatchObject({ attempts: 9, nextAttemptAt: null, error: { code: 'HTTP_500' } });
    const hours = (clock.now() - begun) / 3_600_000;
    expect(hours).toBeGreaterThan(15);
    expect(hours).toBeLessThan(33);
    expect(receiver.received).toHaveLength(9);
    expect(
      new Set(receiver.received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size,
    ).toBe(1);
    expect(troupe.listWebhooks('acme', 'dead')).toHaveLength(1);
    expect(troupe.listWebhooks('other')).toEqual([]);
    expect(troupe.getTask(null, id)).toMatchObject({ status: 'complete', waitingFor: [], error: null });

    const unseen = { kind: 'not_found', code: 'WEBHOOK_NOT_FOUND' };
    await expect(troupe.redeliverWebhook('other', dead.id, 'ann')).rejects.toMatchObject(unseen);
    status = 200;
    await troupe.redeliverWebhook('acme', dead.id, 'ann');
    expect(await until(troupe, isDelivered)).toMatchObject({ id: dead.id, attempts: 10, error: null });
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(dead.id);
    const wrong = { kind: 'conflict', code: 'WRONG_STATE' };
    await expect(troupe.redeliverWebhook(null, dead.id, 'ann')).rejects.toMatchObject(wrong);
    const again = [...troupe.history(null, id)].find(({ event }) => event === 'step.retry');
    expect(again).toMatchObject({ actor: 'webhook:1', detail: { by: 'ann' } });
  });

  it('waits as long as the receiver asks for', async () => {
    const { troupe, submit, clock } = await start((_, response) =>
      response.writeHead(429, { 'retry-after': '90' }).end(),
    );
    await submit();
    const { nextAttemptAt } = await until(troupe, ({ status }) => status === 'retrying');
    expect(nextAttemptAt).toBe(new Date(clock.now() + 90_000).toISOString());
  });

  it('stops at once when the receiver is gone', async () => {
    const { troupe, submit, receiver } = await start((_, response) => response.writeHead(410).end());
    await submit();
    expect(await until(troupe, isDead)).toMatchObject({ attempts: 1, error: { code: 'HTTP_410' } });
    expect(receiver.received).toHaveLength(1);
  });
});

describe('a receiver that never answers', () => {
  it('holds up no task, not even where one attempt at a time is the limit', async () => {
    const receiver = await startReceiver(() => undefined);
    const troupe = await startTroupe({
      concurrency: 1,
      tenantConcurrency: 1,
      webhooks: { secret: null, allow: ['127.0.0.1'] },
      handlers: handlers({ print: () => 'done' }),
    });
    const ids: string[] = [];
    for (let n = 0; n < 25; n++) {
      const { task } = await troupe.submit(request('print', { notificationUrl: receiver.url }));
      ids.push(task.id);
    }
    for (const id of ids) await taskFact(troupe, id, 'complete');
    const { task } = await troupe.submit(request('print'));
    await fact(
      troupe,
      ({ taskId, fact: name, actor }) => taskId === task.id && actor === 'task' && name === 'complete',
    );
    expect(troupe.listWebhooks(null, 'delivered')).toEqual([]);
    expect(troupe.health().backlog).toMatchObject({ running: 0 });
  });
});

describe('a target that must not be called', () => {
  it('is refused with the submission', async () => {
    const troupe = await startTroupe();
    const { tasks } = troupe.listTasks({ tenantId: null, limit: 1 });
    const refused = {
      kind: 'invalid',
      code: 'INVALID_WEBHOOK_URL',
      faults: [{ pointer: '/notificationUrl' }],
    };
    for (const notificationUrl of ['http://127.0.0.1/x', 'http://169.254.169.254/']) {
      await expect(troupe.submit(request('print', { notificationUrl }))).rejects.toMatchObject(refused);
    }
    expect(troupe.listTasks({ tenantId: null, limit: 1 }).tasks).toEqual(tasks);
  });
});
