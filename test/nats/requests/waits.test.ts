// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** Requests that end waits: signals, and the verbs of a step. */

import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectNats } from '../../../src/bus/nats.ts';
import { streamsOf } from '../../../src/bus/streams.ts';
import { type RpcCall, Subjects } from '../../../src/bus/subjects.ts';
import { type RpcOptions, startRpc } from '../../../src/nats/requests/rpc.ts';
import { startSignals } from '../../../src/nats/signals/intake.ts';
import type { Troupe } from '../../../src/troupe.ts';
import type { Problem } from '../../../src/views/problem.ts';
import { defineWorkflow } from '../../../src/workflow/define.ts';
import { TestNats } from '../../nats-server.ts';
import { request, startTroupe, taskFact } from '../../support.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
});
afterAll(() => nats?.stop());

const log = pino({ level: 'silent' });

const order = defineWorkflow({
  name: 'order',
  steps: {
    paid: { waitFor: { signal: 'payment', key: '${payload.order}' } },
    manager: {
      dependsOn: ['paid'],
      waitFor: { approval: 'Ship ${payload.order}?', within: '24h' },
    },
  },
});
const named = defineWorkflow({
  name: 'named',
  steps: { manager: { waitFor: { approval: 'Ship?', who: ['anna'] } } },
});

async function start(
  bus: 'in-process' | 'nats',
  { prefix = `t${randomUUID()}`, ...rpc }: { prefix?: string } & Pick<Partial<RpcOptions>, 'isKeyed'> = {},
) {
  const streams = streamsOf(new Subjects(prefix));
  const connect = () => connectNats({ url: nats.url, name: prefix, streams, onError: () => undefined });
  const troupe = await startTroupe({
    workflows: [order, named],
    prefix,
    ...(bus === 'nats' ? { bus: await connect() } : {}),
  });
  await startSignals(troupe, log);
  await startRpc(troupe, { version: '1.2.3', log, ...rpc });
  return { troupe, prefix, ask: asker(troupe), asked: (key: string) => waiting(troupe, key) };
}

/** The answer, or of a no its status and its code. */
const asker =
  ({ bus, subjects }: Troupe) =>
  async <T = unknown>(call: RpcCall, body: object, more: { tenant?: string; messageId?: string } = {}) => {
    const { tenant: tenantId = 'acme', messageId } = more;
    const subject = subjects.of({ kind: 'rpc', tenantId, call });
    const headers: Record<string, string> = messageId === undefined ? {} : { 'Nats-Msg-Id': messageId };
    const options = { timeoutMs: 10_000, headers };
    const answer = await bus.request(subject, Buffer.from(JSON.stringify(body)), options);
    const read = JSON.parse(Buffer.from(answer.data).toString()) as T & Problem;
    const isNo = answer.headers['Nats-Service-Error-Code'] !== undefined;
    return isNo ? `${read.status} ${read.code} ${read.errors.map(({ pointer }) => pointer)}`.trim() : read;
  };

async function waiting(troupe: Troupe, key: string, name = 'order'): Promise<string> {
  const { taskId } = await troupe.submit(request(name, { payload: { order: key }, tenantId: 'acme' }));
  await taskFact(troupe, taskId, 'waiting');
  return taskId;
}

const stepOf = (troupe: Troupe, id: string, step: string) => troupe.getStep(null, id, step);

describe.each(['in-process', 'nats'] as const)('requests that end waits, over the %s bus', (bus) => {
  it('signal one task, or all that wait for a key', async () => {
    const { troupe, ask, asked } = await start(bus);
    const [one, two] = [await asked('7'), await asked('8')];
    const toTask = { id: one, name: 'payment', data: { sum: 5 }, signalId: 's1' };
    expect(await ask('signal', toTask)).toEqual({ id: 's1', taken: true, replayed: false });
    expect(await ask('signal', toTask)).toEqual({ id: 's1', taken: true, replayed: true });
    expect(stepOf(troupe, one, 'paid')).toMatchObject({ status: 'complete', output: { sum: 5 } });
    const byKey = { key: '8', name: 'payment', data: 2, keepSeconds: 60 };
    expect(await ask('signal', byKey, { messageId: 'm1' })).toEqual({
      id: 'msg:m1',
      delivered: 1,
      more: false,
      replayed: false,
    });
    expect(await ask('signal', byKey, { messageId: 'm1' })).toMatchObject({ delivered: 0, replayed: true });
    expect(stepOf(troupe, two, 'paid')).toMatchObject({ status: 'complete', output: 2 });
    expect(troupe.taskSignals(null, two)).toMatchObject([{ id: 'msg:m1', key: '8', by: 'nats' }]);
  });

  it('approve, reject, extend, skip and retry a step, journaled with who and why', async () => {
    const { troupe, ask, asked } = await start(bus);
    const at = async (key: string): Promise<string> => {
      const id = await asked(key);
      await ask('signal', { id, name: 'payment' });
      return id;
    };
    const approved = await at('1');
    const approval = { id: approved, step: 'manager', reason: 'fine' };
    expect(await ask('complete', approval)).toMatchObject({ status: 'complete' });
    expect(stepOf(troupe, approved, 'manager').output).toEqual({
      approved: true,
      by: 'nats',
      reason: 'fine',
    });
    expect(await ask('complete', { id: approved, step: 'manager' })).toBe('409 ANSWERED');

    const rejected = await at('2');
    const until = new Date(Date.now() + 7 * 86_400_000).toISOString();
    await ask('extend', { id: rejected, step: 'manager', until });
    expect(stepOf(troupe, rejected, 'manager').until).toBe(until);
    await ask('reject', { id: rejected, step: 'manager', reason: 'no stock' });
    expect(stepOf(troupe, rejected, 'manager').error).toMatchObject({
      code: 'REJECTED',
      message: 'nats said no: no stock',
    });
    await ask('retry', { id: rejected, step: 'manager', reason: 'again' });
    expect(stepOf(troupe, rejected, 'manager').status).toBe('waiting');
    await ask('skip', { id: rejected, step: 'manager', output: { shipped: false } });
    expect(stepOf(troupe, rejected, 'manager')).toMatchObject({
      status: 'skipped',
      output: { shipped: false },
    });
    const told = [...troupe.history(null, rejected)].filter(({ actor }) => actor === 'step:manager');
    expect(told.flatMap(({ event, detail }) => (detail['by'] === 'nats' ? [event] : []))).toEqual([
      'step.extend',
      'step.reject',
      'step.retry',
      'step.skip',
    ]);
  });

  it('are refused with the place of what is wrong', async () => {
    const { ask, asked } = await start(bus);
    const id = await asked('7');
    const both = { id, key: '7', name: 'payment' };
    expect(await ask('signal', both)).toBe('422 INVALID_BODY /key');
    expect(await ask('signal', { name: 'payment' })).toBe('422 INVALID_BODY /key');
    expect(await ask('signal', { id, name: 'payment', keepSeconds: 5 })).toBe(
      '422 INVALID_BODY /keepSeconds',
    );
    expect(await ask('signal', { id, name: 'paymant' })).toBe('422 UNKNOWN_SIGNAL /name');
    const large = { key: '7', name: 'payment', data: 'x'.repeat(17_000) };
    expect(await ask('signal', large)).toBe('422 INVALID_SIGNAL /data');
    expect(await ask('complete', { id, step: 'manger' })).toBe('404 STEP_NOT_FOUND');
    expect(await ask('complete', { id, step: 'manager', output: { approved: false } })).toBe(
      '422 INVALID_OUTPUT /output/approved',
    );
    expect(await ask('reject', { id, step: 'paid' })).toBe('409 WRONG_STATE');
    expect(await ask('reject', { id, step: 'paid', output: 1 })).toBe('422 INVALID_BODY /output');
    expect(await ask('retry', { id, step: 'paid', deadlineSeconds: 5 })).toBe(
      '422 INVALID_BODY /deadlineSeconds',
    );
    expect(await ask('extend', { id, step: 'paid' })).toBe('422 INVALID_BODY /until');
    expect(await ask('extend', { id, step: 'manager', until: 'soon' })).toBe('422 INVALID_BODY /until');
  });

  it("know nothing of another tenant's tasks", async () => {
    const { troupe, ask, asked } = await start(bus);
    const id = await asked('7');
    const foreign = { tenant: 'other' };
    expect(await ask('signal', { id, name: 'payment' }, foreign)).toBe('404 TASK_NOT_FOUND');
    expect(await ask('skip', { id, step: 'paid' }, foreign)).toBe('404 TASK_NOT_FOUND');
    expect(await ask('signal', { key: '7', name: 'payment' }, foreign)).toMatchObject({ delivered: 0 });
    expect(stepOf(troupe, id, 'paid').status).toBe('waiting');
  });

  it('answer for nobody whom a step names where there are API keys, and for anybody where there are none', async () => {
    const keyed = await start(bus, { isKeyed: true });
    const id = await waiting(keyed.troupe, '7', 'named');
    for (const call of ['complete', 'reject', 'skip'] as const)
      expect(await keyed.ask(call, { id, step: 'manager' })).toBe('403 NOT_ALLOWED');
    const open = await start(bus);
    const other = await waiting(open.troupe, '7', 'named');
    expect(await open.ask('complete', { id: other, step: 'manager' })).toMatchObject({ status: 'complete' });
  });
});

describe('over NATS', () => {
  it('a signal by key reaches the tasks of all servers, whichever is asked, and one to a task its server', async () => {
    const one = await start('nats');
    const other = await start('nats', { prefix: one.prefix });
    const servers = [one, other];
    const ids = await Promise.all(servers.map(({ asked }) => asked('7')));
    expect(await one.ask('signal', { key: '7', name: 'payment', data: 'both' })).toMatchObject({
      delivered: 1,
      replayed: false,
    });
    for (const [at, { troupe }] of servers.entries()) {
      const id = ids[at] ?? '';
      await expect.poll(() => stepOf(troupe, id, 'paid').output).toBe('both');
      expect(troupe.taskSignals(null, id)).toHaveLength(1);
    }
    for (const [at, { troupe }] of servers.entries()) {
      const id = ids[at] ?? '';
      await one.ask('complete', { id, step: 'manager' });
      expect(stepOf(troupe, id, 'manager').status).toBe('complete');
    }
    const third = await other.asked('9');
    expect(await one.ask('signal', { id: third, name: 'payment' })).toMatchObject({ taken: true });
  });
});
