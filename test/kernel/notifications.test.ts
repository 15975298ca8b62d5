// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** A receiver hears of waits, of taking back and of cancels where the submission asks for it, and of each once. */

import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { ASKED_TYPES } from '../../src/workflow/notification-types.ts';
import type { TaskRequestInput } from '../../src/workflow/task-request.ts';
import { fact, gate, startTroupe, stepFact, taskFact } from '../support.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { asked } from './one-task.ts';

const HOUR_MS = 3_600_000;

type Workflows = NonNullable<TroupeOptions['workflows']>;

interface Told {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Starts one task of the workflow `w` that asks for all types, unless `more` says otherwise. */
async function start(workflows: Workflows, more: Partial<TaskRequestInput> = {}) {
  const receiver = await startReceiver((_, response) => response.writeHead(204).end());
  const clock = new ManualClock();
  const troupe = await startTroupe({ clock, workflows, webhooks: { secret: null, allow: ['127.0.0.1'] } });
  const { taskId: id } = await troupe.submit({
    name: 'w',
    correlationId: 'order-7',
    notificationUrl: receiver.url,
    notificationTypes: [...ASKED_TYPES],
    ...more,
  });
  /** Resolves once all deliveries of this moment have come, in the order in which they were made. */
  const told = async (): Promise<Told[]> => {
    const isOver = (): boolean => troupe.listWebhooks(null).every(({ status }) => status === 'delivered');
    while (!isOver()) await new Promise((resolve) => setImmediate(resolve));
    const ids = troupe.listWebhooks(null, undefined, 1_000).map((webhook) => webhook.id);
    const bodies = new Map(receiver.received.map(({ headers, body }) => [headers['webhook-id'], body]));
    expect(receiver.received).toHaveLength(ids.length);
    return ids.sort().map((webhook) => JSON.parse(bodies.get(webhook) ?? '') as Told);
  };
  const types = async (): Promise<string[]> => (await told()).map(({ type }) => type);
  return { troupe, clock, id, told, types };
}

/** The task is so for the n-th time. */
const nthFact = (troupe: Troupe, id: string, name: string, n: number): Promise<unknown> => {
  let left = n;
  return fact(
    troupe,
    ({ taskId, actor, fact: found }) => taskId === id && actor === 'task' && found === name && --left === 0,
  );
};

const refuses = (): never => {
  throw new PermanentError('declined');
};

const twoQuestions = defineWorkflow({
  name: 'w',
  steps: {
    first: { waitFor: { approval: 'Ship ${payload.order}?', within: '2h' } },
    work: { dependsOn: ['first'], handler: () => 'done' },
    rest: { dependsOn: ['work'], sleep: '1h' },
  },
});

describe('task.waiting', () => {
  it('is told each time the task begins to wait, with what it waits for', async () => {
    const { troupe, clock, id, told } = await start([twoQuestions], { payload: { order: 'A7' } });
    await taskFact(troupe, id, 'waiting');
    const begun = clock.now();
    const [first] = await told();
    expect(first).toEqual({
      type: 'task.waiting',
      timestamp: new Date(begun).toISOString(),
      data: {
        taskId: id,
        name: 'w',
        status: 'waiting',
        tenantId: 'default',
        retryCount: 0,
        correlationId: 'order-7',
        waitsFor: [
          {
            step: 'first',
            for: 'approval',
            until: new Date(begun + 2 * HOUR_MS).toISOString(),
            prompt: 'Ship A7?',
          },
        ],
      },
    });
    await troupe.stepVerb(null, id, 'first', 'complete', { ...asked, output: { approved: true } });
    await nthFact(troupe, id, 'waiting', 2);
    const [, second] = await told();
    expect(second).toMatchObject({
      type: 'task.waiting',
      data: {
        waitsFor: [
          {
            step: 'rest',
            for: 'sleep',
            until: new Date(clock.now() + HOUR_MS).toISOString(),
            prompt: null,
          },
        ],
      },
    });
    clock.advance(HOUR_MS);
    await taskFact(troupe, id, 'complete');
    expect((await told()).map(({ type }) => type)).toEqual(['task.waiting', 'task.waiting', 'task.complete']);
  });

  it('is told again after a pause, which it does not wait through', async () => {
    const { troupe, id, types } = await start([twoQuestions], { payload: { order: 'A7' } });
    await taskFact(troupe, id, 'waiting');
    await troupe.taskVerb(null, id, 'pause', asked);
    await troupe.taskVerb(null, id, 'resume', asked);
    expect(troupe.getTask(null, id).status).toBe('waiting');
    expect(await types()).toEqual(['task.waiting', 'task.waiting']);
  });

  it('is not told where a signal that was kept has ended the wait at once', async () => {
    const paid = defineWorkflow({
      name: 'w',
      steps: {
        paid: { waitFor: { signal: 'paid', within: '1h' } },
        ship: { dependsOn: ['paid'], handler: () => 'shipped' },
      },
    });
    const { troupe, id, types } = await start([paid], { signals: [{ name: 'paid', id: 'p1' }] });
    await taskFact(troupe, id, 'complete');
    expect(await types()).toEqual(['task.complete']);
  });

  it('names the first twenty of what it waits for', async () => {
    const steps = Object.fromEntries(
      Array.from({ length: 25 }, (_, n) => [`s${n}`, { waitFor: { signal: `go${n}`, within: '1h' } }]),
    );
    const { troupe, id, told } = await start([defineWorkflow({ name: 'w', steps })]);
    await taskFact(troupe, id, 'waiting');
    const [only, ...more] = await told();
    expect(more).toEqual([]);
    const waits = only?.data['waitsFor'] as { step: string; for: string }[];
    expect(waits.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, n) => `s${n}`));
    expect(new Set(waits.map((wait) => wait.for))).toEqual(new Set(['signal']));
  });

  it('is told of a child at work, and nothing is told by the child', async () => {
    const slow = gate<string>();
    const child = defineWorkflow({
      name: 'child',
      steps: {
        ask: { waitFor: { signal: 'go', within: '1h' } },
        work: { dependsOn: ['ask'], handler: () => slow.promise },
      },
    });
    const parent = defineWorkflow({ name: 'w', steps: { one: { run: { workflow: 'child' } } } });
    const { troupe, id, told } = await start([child, parent]);
    await taskFact(troupe, id, 'waiting');
    const [only] = await told();
    expect(only?.data['waitsFor']).toEqual([{ step: 'one', for: 'child', until: null, prompt: null }]);
    await troupe.taskVerb(null, id, 'cancel', asked);
    const made = troupe.listWebhooks(null);
    expect(new Set(made.map(({ taskId }) => taskId))).toEqual(new Set([id]));
    expect(made.map(({ type }) => type).sort()).toEqual(['task.cancelled', 'task.waiting']);
    slow.open('');
  });
});

const saga = (back: () => unknown, end: (job: HandlerContext) => unknown = refuses) =>
  defineWorkflow({
    name: 'w',
    steps: {
      hotel: { handler: () => 'booked', compensation: { handler: back, maxAttempts: 1 } },
      car: { dependsOn: ['hotel'], handler: end, maxAttempts: 1 },
    },
  });

describe('task.compensated', () => {
  it('is told once all is taken back, before the end that it belongs to', async () => {
    const { troupe, id, told } = await start([saga(() => 'given back')]);
    await taskFact(troupe, id, 'failed');
    const [first, second, ...more] = await told();
    expect(first).toMatchObject({
      type: 'task.compensated',
      data: { status: 'failed', compensated: true, compensation: { done: 1, total: 1, failed: 0 } },
    });
    expect([second?.type, ...more]).toEqual(['task.failed']);
  });

  it('is told of what stands still, and again once that is mended', async () => {
    let isMended = false;
    const { troupe, id, told } = await start([saga(() => (isMended ? 'given back' : refuses()))]);
    await taskFact(troupe, id, 'failed');
    expect((await told())[0]).toMatchObject({
      type: 'task.compensated',
      data: { compensated: 'partly', compensation: { done: 0, total: 1, failed: 1 } },
    });
    isMended = true;
    await troupe.stepVerb(null, id, 'hotel.compensation', 'retry', asked);
    await nthFact(troupe, id, 'failed', 2);
    const all = await told();
    expect(all.map(({ type }) => type)).toEqual(['task.compensated', 'task.failed', 'task.compensated']);
    expect(all[2]?.data).toMatchObject({
      compensated: true,
      compensation: { done: 1, total: 1, failed: 0 },
    });
  });

  it('is not told of a task that had nothing to take back', async () => {
    const lone = defineWorkflow({
      name: 'w',
      steps: { car: { handler: refuses, maxAttempts: 1, compensation: { handler: () => 1 } } },
    });
    const { troupe, id, types } = await start([lone]);
    await taskFact(troupe, id, 'failed');
    expect(await types()).toEqual(['task.failed']);
  });
});

describe('task.cancelled', () => {
  it('says who has cancelled, and why', async () => {
    const { troupe, id, told } = await start([twoQuestions], { payload: { order: 'A7' } });
    await taskFact(troupe, id, 'waiting');
    await troupe.taskVerb(null, id, 'cancel', { by: 'ann', reason: 'ordered twice' });
    const [, last, ...more] = await told();
    expect(last).toMatchObject({
      type: 'task.cancelled',
      data: { status: 'cancelled', by: 'ann', reason: 'ordered twice' },
    });
    expect(more).toEqual([]);
  });

  it('says so too when the task was taken back first, long after it was asked for', async () => {
    const slow = gate<string>();
    const { troupe, id, told } = await start([
      saga(
        () => slow.promise,
        ({ signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      ),
    ]);
    await stepFact(troupe, id, 'car', 'running');
    await troupe.taskVerb(null, id, 'cancel', { by: 'ann', reason: 'no car', compensate: true });
    await stepFact(troupe, id, 'hotel.compensation', 'running');
    slow.open('given back');
    await taskFact(troupe, id, 'cancelled');
    const [first, second, ...more] = await told();
    expect(first).toMatchObject({ type: 'task.compensated', data: { compensated: true } });
    expect(second?.type).toBe('task.cancelled');
    expect(more).toEqual([]);
    expect(second?.data).toMatchObject({ by: 'ann', reason: 'no car' });
  });
});

describe('a submission', () => {
  it('that asks for one type is told of no other but the ends', async () => {
    const { troupe, clock, id, types } = await start([twoQuestions], {
      payload: { order: 'A7' },
      notificationTypes: ['task.cancelled', 'task.cancelled'],
    });
    expect(troupe.getTask(null, id).notificationTypes).toEqual(['task.cancelled']);
    await taskFact(troupe, id, 'waiting');
    await troupe.stepVerb(null, id, 'first', 'complete', { ...asked, output: { approved: true } });
    await nthFact(troupe, id, 'waiting', 2);
    clock.advance(HOUR_MS);
    await taskFact(troupe, id, 'complete');
    expect(await types()).toEqual(['task.complete']);
  });

  it('is the same with the same types in any order, and another with others', async () => {
    const troupe = await startTroupe();
    const body = { name: 'a', idempotencyKey: 'k', notificationUrl: 'https://shop.example/hook' };
    const submit = (notificationTypes?: TaskRequestInput['notificationTypes']) =>
      troupe.submit({ ...body, ...(notificationTypes === undefined ? {} : { notificationTypes }) });
    const { taskId } = await submit(['task.waiting', 'task.cancelled']);
    const again = await submit(['task.cancelled', 'task.waiting', 'task.waiting']);
    expect(again).toMatchObject({ taskId, replayed: true });
    for (const other of [undefined, null, [], ['task.waiting']] as const)
      await expect(submit(other === undefined || other === null ? other : [...other])).rejects.toMatchObject({
        code: 'IDEMPOTENCY_KEY_REUSED',
      });
    const plain = await troupe.submit({ ...body, idempotencyKey: 'plain' });
    const empty = await troupe.submit({ ...body, idempotencyKey: 'plain', notificationTypes: [] });
    expect(empty).toMatchObject({ taskId: plain.taskId, replayed: true });
  });
});
