import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startIntake } from '../../../src/nats/submissions/intake.ts';
import { readSubmission } from '../../../src/nats/submissions/submission.ts';
import { Recorder } from '../../bus/recorder.ts';
import { TestNats } from '../../nats-server.ts';
import { gate, handlers, request, startTroupe, taskFact } from '../../support.ts';
import { openSite, silent } from '../site.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
});
afterAll(() => nats?.stop());

const all = { tenantId: null, limit: 10_000 } as const;

describe('a submission on NATS', () => {
  it('is kept while no orchestrator runs, and then becomes a task of the tenant in its subject', async () => {
    const site = await openSite(nats.url);
    const wish = { notificationUrl: 'https://shop.example/hook', notificationTypes: ['task.waiting'] };
    const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await site.publish(
      { name: 'echo', payload: { orderId: 'ORD1' }, priority: 9, ...wish },
      { tenant: 'acme', headers: { traceparent: trace } },
    );
    const { troupe } = await site.orchestrate();
    await site.settled();
    const [task] = troupe.listTasks(all).tasks;
    expect(task).toMatchObject({ name: 'echo', tenantId: 'acme', payload: { orderId: 'ORD1' }, priority: 9 });
    expect(task).toMatchObject(wish);
    await taskFact(troupe, task?.id ?? '', 'complete');
  });

  it('may be a batch, whose tasks depend on each other by name', async () => {
    const site = await openSite(nats.url);
    const { troupe } = await site.orchestrate({ handlers: handlers({ a: () => 1, b: () => 2 }) });
    await site.publish({ tasks: [{ name: 'a' }, { name: 'b', dependencies: ['a'] }] });
    await site.settled();
    const { tasks } = troupe.listTasks(all);
    expect(tasks.map(({ name }) => name).sort()).toEqual(['a', 'b']);
    for (const { id } of tasks) await taskFact(troupe, id, 'complete');
  });

  it('is one task however often it is sent, by its key', async () => {
    const site = await openSite(nats.url);
    const { troupe } = await site.orchestrate();
    await Promise.all(
      Array.from({ length: 1_000 }, () => site.publish({ name: 'echo', idempotencyKey: 'k' })),
    );
    await site.settled();
    expect(troupe.listTasks(all).tasks.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['k']);
    expect(site.rejected.seen).toEqual([]);
  });

  it('is one task however often it is sent, by its message id, even to a stream that was lost in between', async () => {
    const own = await TestNats.start();
    try {
      const site = await openSite(own.url);
      const { troupe } = await site.orchestrate();
      const send = () => site.publish({ name: 'echo' }, { messageId: 'm' });
      expect(await send()).toMatchObject({ duplicate: false });
      expect(await send()).toMatchObject({ duplicate: true });
      await site.settled();
      const stream = site.subjects.stream('submit').name;
      await site.bus.request(`$JS.API.STREAM.DELETE.${stream}`, Buffer.from(''), { timeoutMs: 5_000 });
      expect(await send()).toMatchObject({ duplicate: false });
      await site.settled();
      expect(troupe.listTasks(all).tasks).toHaveLength(1);
    } finally {
      await own.stop();
    }
  });

  it('is one task when it comes again because its acknowledgement was lost', async () => {
    const site = await openSite(nats.url);
    const { name, pattern } = site.subjects.stream('submit');
    const first = await site.orchestrate();
    await first.intake.close();
    const committed = gate();
    const options = { ackWaitMs: 60_000, maxInFlight: 1 };
    const subscription = await site.bus.consume(name, pattern, options, async (delivery) => {
      const { requests } = readSubmission('default', delivery.message, delivery.id);
      await first.troupe.submit(requests[0] ?? request('none'));
      subscription.unsubscribe();
      delivery.nak(0);
      committed.open();
    });
    await site.publish({ name: 'echo' });
    await committed.promise;
    await startIntake(first.troupe, silent);
    await site.settled();
    expect(first.troupe.listTasks(all).tasks).toHaveLength(1);
  });

  it('without any key is a task each time', async () => {
    const site = await openSite(nats.url);
    const { troupe } = await site.orchestrate();
    for (const _ of [1, 2, 3]) await site.publish({ name: 'echo' });
    await site.settled();
    expect(troupe.listTasks(all).tasks).toHaveLength(3);
  });

  it.each(['a.b', '*', '>', 'two words', '🎭', 'ß'.repeat(50)])(
    'reaches tenant %j and no other',
    async (tenant) => {
      const site = await openSite(nats.url);
      const { troupe } = await site.orchestrate();
      await site.publish({ name: 'echo' }, { tenant });
      await site.settled();
      expect(troupe.listTasks(all).tasks.map(({ tenantId }) => tenantId)).toEqual([tenant]);
    },
  );

  it('is shared among orchestrators, each task being of one of them', async () => {
    const site = await openSite(nats.url);
    const sites = [await site.orchestrate(), await site.orchestrate()];
    const keys = Array.from({ length: 600 }, () => randomUUID());
    await Promise.all(keys.map((idempotencyKey) => site.publish({ name: 'echo', idempotencyKey })));
    await site.settled();
    const taken = sites.map(({ troupe }) => troupe.listTasks(all).tasks.map((task) => task.idempotencyKey));
    expect(taken.flat().sort()).toEqual(keys.sort());
    for (const some of taken) expect(some.length).toBeGreaterThan(0);
  });
});

describe('a submission inside the process', () => {
  it('becomes a task just the same, or is refused', async () => {
    const troupe = await startTroupe({ handlers: handlers({ echo: (job) => job.payload }) });
    const intake = await startIntake(troupe, silent);
    onTestFinished(() => intake.close());
    const subject = troupe.subjects.of({ kind: 'submit', tenantId: 'acme' });
    const refused = new Recorder<string>();
    troupe.bus.subscribe('troupe.rejected.*', {}, (message) => refused.record(message.subject));
    for (const _ of [1, 2]) await troupe.bus.publish(subject, Buffer.from('{"name":"echo"}'));
    await troupe.bus.publish(subject, Buffer.from('{"nmae":"echo"}'));
    expect(await refused.nth(1)).toBe('troupe.rejected.acme');
    await expect.poll(() => troupe.listTasks(all).tasks.length).toBe(2);
  });
});

describe('what cannot be taken now', () => {
  it('is refused with when to try again, and no other tenant is concerned', async () => {
    const site = await openSite(nats.url);
    const { troupe } = await site.orchestrate({ maxBacklogPerTenant: 1 });
    await troupe.submit(request('nobody does this', { tenantId: 'busy' }));
    await site.publish({ name: 'echo' }, { tenant: 'busy' });
    await site.publish({ name: 'echo' }, { tenant: 'other' });
    const { subject, problem, body } = await site.rejected.nth(1);
    expect(subject).toBe(`${site.prefix}.rejected.busy`);
    expect(problem).toMatchObject({ status: 429, code: 'LIMIT_REACHED', retryAfterSeconds: 5 });
    expect(body).toEqual({ name: 'echo' });
    await site.settled();
    expect(troupe.listTasks({ ...all, tenantId: 'busy' }).tasks).toHaveLength(1);
    expect(troupe.listTasks({ ...all, tenantId: 'other' }).tasks).toHaveLength(1);
  });

  it('goes to another orchestrator when this one stops', async () => {
    const site = await openSite(nats.url);
    const first = await site.orchestrate();
    // Its intake goes on, and is told by the engine that it is stopping.
    const open = gate();
    const stopping = await site.orchestrate({ handlers: handlers({ hold: () => open.promise }) });
    await first.close();
    const taken = await stopping.troupe.submit(request('hold'));
    await taskFact(stopping.troupe, taken.taskId, 'running');
    const closed = stopping.troupe.close({ graceMs: 60_000 });
    await Promise.all(Array.from({ length: 20 }, () => site.publish({ name: 'echo' })));
    const next = await site.orchestrate();
    await stopping.intake.close();
    await site.settled();
    expect(next.troupe.listTasks(all).tasks).toHaveLength(20);
    open.open();
    await closed;
  });
});

describe('the key made of a message id', () => {
  const keyOf = (messageId: string): string | null | undefined => {
    const data = Buffer.from('{"name":"echo"}');
    const message = { subject: 's', data, headers: { 'Nats-Msg-Id': messageId }, replyTo: null };
    return readSubmission('default', message).requests[0]?.idempotencyKey;
  };

  it.each(['m1', 'order 7', 'caf\u00e9'])('is the id where that may be a key: %j', (id) => {
    expect(keyOf(id)).toBe(`msg:${id}`);
  });

  it.each(['a\tb', 'x\u0007', 'half\ud83d', 'x'.repeat(300)])('is its digest where it may not: %j', (id) => {
    expect(keyOf(id)).toMatch(/^msg:sha256:[0-9a-f]{64}$/);
    expect(keyOf(id)).not.toBe(keyOf(`${id}.`));
  });
});
