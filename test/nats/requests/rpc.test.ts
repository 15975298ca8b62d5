import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectNats } from '../../../src/bus/nats.ts';
import { streamsOf } from '../../../src/bus/streams.ts';
import { type RpcCall, Subjects } from '../../../src/bus/subjects.ts';
import { ManualClock } from '../../../src/kernel/clock.ts';
import { startRpc } from '../../../src/nats/requests/rpc.ts';
import type { Troupe, TroupeOptions } from '../../../src/troupe.ts';
import type { Problem } from '../../../src/views/problem.ts';
import type { TaskView } from '../../../src/views/tasks.ts';
import { TestNats } from '../../nats-server.ts';
import { handlers, startTroupe, step, taskFact, workflow } from '../../support.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
});
afterAll(() => nats?.stop());

const connect = (prefix: string, url = nats.url) =>
  connectNats({ url, name: prefix, streams: streamsOf(new Subjects(prefix)), onError: () => undefined });

interface Answered<T> {
  readonly body: T;
  readonly status: string | undefined;
}

async function start(bus: 'in-process' | 'nats', options: Partial<TroupeOptions> = {}) {
  const prefix = `t${randomUUID()}`;
  const troupe = await startTroupe({
    handlers: handlers({ echo: (job) => job.payload }),
    prefix,
    ...(bus === 'nats' && options.bus === undefined ? { bus: await connect(prefix) } : {}),
    ...options,
  });
  const rpc = await startRpc(troupe, { version: '1.2.3', log: pino({ level: 'silent' }) });
  return { troupe, rpc, ask: asker(troupe) };
}

const asker =
  ({ bus, subjects }: Troupe) =>
  async <T = Problem>(
    call: RpcCall,
    body: unknown,
    { tenant: tenantId = 'acme', headers = {} }: { tenant?: string; headers?: Record<string, string> } = {},
  ): Promise<Answered<T>> => {
    const subject = subjects.of({ kind: 'rpc', tenantId, call });
    const data = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const answer = await bus.request(subject, data, { timeoutMs: 10_000, headers });
    return {
      body: JSON.parse(Buffer.from(answer.data).toString()) as T,
      status: answer.headers['Nats-Service-Error-Code'],
    };
  };

describe.each(['in-process', 'nats'] as const)('requests over the %s bus', (bus) => {
  it('submit and list workflows by their full names, and refuse a bare one that means several', async () => {
    const order = (namespace: string) => ({ ...workflow('order', [step('echo')]), namespace });
    const { ask } = await start(bus, { workflows: [order('shop'), order('bank')] });
    const { body: task } = await ask<TaskView>('submit', { name: 'shop/order' });
    expect(task).toMatchObject({ name: 'order', workflow: { namespace: 'shop', name: 'order' } });
    const { body } = await ask<{ tasks: TaskView[] }>('list', { name: 'shop/order' });
    expect(body.tasks.map(({ id }) => id)).toEqual([task.id]);
    expect((await ask<{ tasks: TaskView[] }>('list', { name: 'bank/order' })).body.tasks).toEqual([]);
    const refused = await ask('submit', { name: 'order' });
    expect(refused).toMatchObject({ status: '422', body: { code: 'AMBIGUOUS_WORKFLOW' } });
    expect(refused.body.detail).toContain('bank/order, shop/order');
  });

  it('submit takes what a receiver wants to be told of, and refuses what there is not', async () => {
    const { ask } = await start(bus);
    const body = { name: 'echo', notificationUrl: 'https://shop.example/hook' };
    const wish = { ...body, notificationTypes: ['task.cancelled'] };
    const { body: task } = await ask<TaskView>('submit', { ...wish, delaySeconds: 60 });
    expect(task).toMatchObject(wish);
    const refused = await ask('submit', { ...body, notificationTypes: ['task.pending'] });
    expect(refused).toMatchObject({
      status: '422',
      body: { errors: [{ pointer: '/notificationTypes/0' }] },
    });
  });

  it('submit, get and list answer as HTTP does', async () => {
    const { troupe, ask } = await start(bus);
    const { body: task } = await ask<TaskView>('submit', { name: 'echo', payload: { n: 1 }, tags: ['a'] });
    expect(task).toMatchObject({ name: 'echo', tenantId: 'acme', payload: { n: 1 } });
    await taskFact(troupe, task.id, 'complete');
    expect(await ask('get', { id: task.id })).toEqual({
      status: undefined,
      body: troupe.getTask(null, task.id),
    });
    expect((await ask('list', '')).body).toEqual({
      tasks: [troupe.getTask(null, task.id)],
      nextCursor: null,
    });
    expect((await ask('list', { tag: 'b' })).body).toEqual({ tasks: [], nextCursor: null });
    const { createdAt } = task;
    const ids = async (query: object) =>
      (await ask<{ tasks: TaskView[] }>('list', query)).body.tasks.map(({ id }) => id);
    expect(await ids({ createdAfter: createdAt })).toEqual([task.id]);
    expect(await ids({ createdBefore: createdAt })).toEqual([]);
    expect((await ask('list', { fields: 'summary' })).body).toEqual(
      troupe.summarizeTasks({ tenantId: 'acme', limit: 20 }),
    );
    const { body } = await ask<{ tasks: TaskView[] }>('submit', {
      tasks: [{ name: 'echo' }, { name: 'echo' }],
    });
    expect(body.tasks).toHaveLength(2);
  });

  it('submit answers with the first task for the same key, or the same message id', async () => {
    const { ask } = await start(bus);
    const ids = async (body: object, headers = {}) =>
      (await ask<TaskView>('submit', { name: 'echo', ...body }, { headers })).body.id;
    expect(await ids({ idempotencyKey: 'k' })).toBe(await ids({ idempotencyKey: 'k' }));
    const headers = { 'Nats-Msg-Id': 'm' };
    expect(await ids({}, headers)).toBe(await ids({}, headers));
    expect(await ids({})).not.toBe(await ids({}));
  });

  it('pause, resume, cancel and retry change a task, journaled with who and why', async () => {
    const { troupe, ask } = await start(bus);
    const { body: task } = await ask<TaskView>('submit', { name: 'echo', delaySeconds: 3_600 });
    const { id } = task;
    expect((await ask<TaskView>('pause', { id, reason: 'lunch' })).body.status).toBe('paused');
    expect((await ask<TaskView>('resume', { id })).body.status).toBe('pending');
    expect((await ask<TaskView>('cancel', { id })).body.status).toBe('cancelled');
    expect(await ask('retry', { id })).toMatchObject({
      status: '409',
      body: { status: 409, code: 'WRONG_STATE' },
    });
    const paused = [...troupe.history(null, id)].find(({ to }) => to === 'paused');
    expect(paused?.detail).toMatchObject({ by: 'nats', reason: 'lunch' });
  });

  it('R11: retry takes the length of the deadline from now on', async () => {
    const clock = new ManualClock();
    const { troupe, ask } = await start(bus, { clock });
    const { body: task } = await ask<TaskView>('submit', { name: 'nobody', deadlineSeconds: 60 });
    const { id } = task;
    expect(task.deadline).toBe(new Date(clock.now() + 60_000).toISOString());
    clock.advance(60_000);
    await taskFact(troupe, id, 'failed');
    const refused = await ask('retry', { id, deadlineSeconds: 0 });
    expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer: '/deadlineSeconds' }] });
    const { body } = await ask<TaskView>('retry', { id, deadlineSeconds: 120 });
    expect(body).toMatchObject({
      status: 'running',
      deadline: new Date(clock.now() + 120_000).toISOString(),
    });
    const paused = await ask('pause', { id, deadlineSeconds: 120 });
    expect(paused.body.errors).toMatchObject([{ pointer: '/deadlineSeconds' }]);
  });

  it("knows nothing of another tenant's tasks", async () => {
    const { ask } = await start(bus);
    const { body: task } = await ask<TaskView>('submit', { name: 'echo', delaySeconds: 3_600 });
    const foreign = { tenant: 'other' };
    for (const call of ['get', 'cancel', 'pause', 'resume', 'retry'] as const) {
      const refused = await ask(call, { id: task.id }, foreign);
      expect(refused).toMatchObject({ status: '404', body: { status: 404, code: 'TASK_NOT_FOUND' } });
    }
    expect((await ask('list', {}, foreign)).body).toMatchObject({ tasks: [] });
    expect((await ask('submit', { name: 'echo', tenantId: 'acme' }, foreign)).body.code).toBe(
      'FOREIGN_TENANT',
    );
  });

  it('refuses as HTTP does, with every problem', async () => {
    const { ask } = await start(bus);
    const asked = { limit: 0, stauts: 'running', createdAfter: 'yesterday', fields: 'all' };
    const refused = await ask('list', asked);
    expect(refused).toMatchObject({
      status: '422',
      body: { status: 422, code: 'INVALID_BODY' },
    });
    expect(refused.body.errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/createdAfter',
      '/fields',
      '/limit',
      '/stauts',
    ]);
    expect(await ask('get', '{')).toMatchObject({ status: '400', body: { code: 'NOT_JSON' } });
  });

  it('says so when an answer is too large for a message', async () => {
    const { ask } = await start(bus);
    const payload = { text: 'x'.repeat(200_000) };
    for (const _ of [1, 2, 3]) await ask('submit', { name: 'echo', payload, delaySeconds: 3_600 });
    expect(await ask('list', { limit: 2 })).toMatchObject({ status: undefined });
    for (const _ of [4, 5, 6]) await ask('submit', { name: 'echo', payload, delaySeconds: 3_600 });
    expect(await ask('list', {})).toMatchObject({ status: '413', body: { code: 'ANSWER_TOO_LARGE' } });
  });

  it('answers no more once closed', async () => {
    const { ask, rpc } = await start(bus);
    await rpc.close();
    await expect(ask('list', {})).rejects.toMatchObject({ code: 'NO_RESPONDERS' });
  });
});

describe('over NATS', () => {
  it('is a micro service that tells what it serves', async () => {
    const { troupe } = await start('nats');
    const ask = async (verb: string) => {
      const answer = await troupe.bus.request(`$SRV.${verb}.troupe`, Buffer.from(''), { timeoutMs: 5_000 });
      return JSON.parse(Buffer.from(answer.data).toString()) as unknown;
    };
    expect(await ask('PING')).toMatchObject({ name: 'troupe', version: '1.2.3' });
    const subject = troupe.subjects
      .pattern({ kind: 'rpc', tenantId: 'acme', call: 'get' })
      .replace('acme', '*');
    expect(await ask('INFO')).toMatchObject({
      endpoints: expect.arrayContaining([expect.objectContaining({ name: 'get', subject })]),
    });
  });

  it('reaches the orchestrator that has the task, whichever is asked', async () => {
    const prefix = `t${randomUUID()}`;
    const join = async () => start('nats', { bus: await connect(prefix), prefix });
    const [{ troupe, ask }, other] = [await join(), await join()];
    const owners = [troupe, other.troupe];
    const ids: string[] = [];
    while (owners.some((owner) => owner.listTasks({ tenantId: null, limit: 1 }).tasks.length === 0)) {
      ids.push((await ask<TaskView>('submit', { name: 'echo', delaySeconds: 3_600 })).body.id);
    }
    for (const id of ids) {
      expect((await ask<TaskView>('get', { id })).body.id).toBe(id);
      expect((await ask<TaskView>('cancel', { id })).body.status).toBe('cancelled');
      expect((await ask('cancel', { id })).body.code).toBe('WRONG_STATE');
    }
    expect((await ask('get', { id: 'nobody-has-it' })).body.code).toBe('TASK_NOT_FOUND');
  });

  it('is there again after the server was', async () => {
    const own = await TestNats.start();
    onTestFinished(() => own.stop());
    const { ask } = await start('nats', { bus: await connect('troupe', own.url), prefix: 'troupe' });
    expect((await ask('list', {})).status).toBeUndefined();
    await own.kill();
    await own.startAgain();
    await expect
      .poll(() => ask('list', {}).then(({ status }) => status ?? 'ok', String), { timeout: 300_000 })
      .toBe('ok');
  });
});
