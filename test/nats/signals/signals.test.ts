// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** Signals by key over NATS: every store gets each of them, once, and whoever sent a wrong one is told. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startSignals } from '../../../src/nats/signals/intake.ts';
import { readSignal } from '../../../src/nats/signals/signal.ts';
import type { Troupe } from '../../../src/troupe.ts';
import { defineWorkflow } from '../../../src/workflow/define.ts';
import { MOST_SIGNAL_LENGTH } from '../../../src/workflow/steps/wait-for.ts';
import { Recorder } from '../../bus/recorder.ts';
import { TestNats } from '../../nats-server.ts';
import { gate, request, startTroupe, taskFact, temporaryFolder } from '../../support.ts';
import { openSite, silent } from '../site.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
});
afterAll(() => nats?.stop());

const order = defineWorkflow({
  name: 'order',
  steps: { paid: { waitFor: { signal: 'payment', key: '${payload.order}' } } },
});
const workflows = [order];

/** The id of a task that waits for the payment of an order. */
async function waiting(troupe: Troupe, key: string, tenantId = 'default'): Promise<string> {
  const { taskId } = await troupe.submit(request('order', { payload: { order: key }, tenantId }));
  await taskFact(troupe, taskId, 'waiting');
  return taskId;
}

async function outputOf(troupe: Troupe, id: string): Promise<unknown> {
  await taskFact(troupe, id, 'complete');
  return troupe.getStep(null, id, 'paid').output;
}

describe('a signal on NATS', () => {
  it('two servers with a store each on one NATS both get a keyed signal', async () => {
    const site = await openSite(nats.url);
    const servers = [await site.orchestrate({ workflows }), await site.orchestrate({ workflows })];
    const ids = await Promise.all(servers.map(({ troupe }) => waiting(troupe, '7')));
    await site.signal('payment', { key: '7', data: { amount: 5 } });
    for (const [at, { troupe }] of servers.entries()) {
      expect(await outputOf(troupe, ids[at] ?? '')).toEqual({ amount: 5 });
      expect(troupe.taskSignals(null, ids[at] ?? '')).toMatchObject([
        { name: 'payment', key: '7', by: 'nats', takenBy: 'paid' },
      ]);
    }
  });

  it('is kept while no server runs, and for a task that is submitted later', async () => {
    const site = await openSite(nats.url);
    await site.signal('payment', { key: '7', data: 'early' });
    const { troupe } = await site.orchestrate({ workflows });
    await site.heard(troupe);
    const { taskId } = await troupe.submit(request('order', { payload: { order: '7' } }));
    expect(await outputOf(troupe, taskId)).toBe('early');
  });

  it('goes on after a restart where the store had come to', async () => {
    const site = await openSite(nats.url);
    const db = join(temporaryFolder(), 'troupe.db');
    const first = await site.orchestrate({ workflows, db });
    const [one, two] = [await waiting(first.troupe, '1'), await waiting(first.troupe, '2')];
    await site.signal('payment', { key: '1', data: 'before' });
    await taskFact(first.troupe, one, 'complete');
    await first.close();
    await site.signal('payment', { key: '2', data: 'meanwhile' });
    const { troupe } = await site.orchestrate({ workflows, db });
    expect(await outputOf(troupe, two)).toBe('meanwhile');
    expect(await outputOf(troupe, one)).toBe('before');
  });

  it('R2: with the same id twice is one signal, and so is one message however often it is sent', async () => {
    const own = await TestNats.start();
    onTestFinished(() => own.stop());
    const site = await openSite(own.url);
    const { troupe } = await site.orchestrate({ workflows });
    const id = await waiting(troupe, '7');
    await troupe.taskVerb(null, id, 'pause', { by: 'test', reason: null });
    for (const _ of [1, 2]) await site.signal('payment', { key: '7', id: 'p1' });
    const send = () => site.signal('payment', { key: '7', data: 2 }, { messageId: 'm' });
    expect([await send(), await send()]).toMatchObject([{ duplicate: false }, { duplicate: true }]);
    await site.heard(troupe);
    // The stream forgets its ids with its messages; the store does not.
    const stream = site.subjects.stream('signals').name;
    await site.bus.request(`$JS.API.STREAM.DELETE.${stream}`, Buffer.from(''), { timeoutMs: 5_000 });
    expect(await send()).toMatchObject({ duplicate: false });
    await site.signal('payment', { key: '7', id: 'p1' });
    await site.signal('payment', { key: '8' });
    await site.heard(troupe);
    // All that is kept is offered, the oldest first: a third one would be the third answer.
    await troupe.taskVerb(null, id, 'resume', { by: 'test', reason: null });
    await taskFact(troupe, id, 'complete');
    const later = await waitingOrOver(troupe, '7');
    expect(await outputOf(troupe, later)).toBe(2);
    expect(troupe.getTask(null, await waitingOrOver(troupe, '7')).status).toBe('waiting');
    expect(site.rejected.seen).toEqual([]);
  });

  it('is one signal when it comes again because its acknowledgement was lost', async () => {
    const site = await openSite(nats.url);
    const { troupe, signals } = await site.orchestrate({ workflows });
    await signals.close();
    const { name } = site.subjects.stream('signals');
    const committed = gate();
    const options = { ackWaitMs: 60_000, maxInFlight: 1, reader: troupe.node };
    const address = { tenantId: 'default', name: 'payment' };
    const subscription = await site.bus.read(name, options, async (delivery) => {
      await troupe.signal('default', readSignal(address, delivery, Date.now()), 'nats');
      subscription.unsubscribe();
      delivery.nak(0);
      committed.open();
    });
    await site.signal('payment', { key: '7', data: 1 });
    await committed.promise;
    const again = await startSignals(troupe, silent);
    onTestFinished(() => again.close());
    await site.heard(troupe);
    expect(await outputOf(troupe, await waitingOrOver(troupe, '7'))).toBe(1);
    expect(troupe.getTask(null, await waitingOrOver(troupe, '7')).status).toBe('waiting');
  });

  it('are taken in the order in which they were published', async () => {
    const site = await openSite(nats.url);
    const names = Array.from({ length: 50 }, (_, at) => `step ${at}`);
    const steps = Object.fromEntries(
      names.map((name, at) => [
        name,
        { ...(at === 0 ? {} : { dependsOn: [names[at - 1] ?? ''] }), waitFor: { signal: 'go', key: 'k' } },
      ]),
    );
    const { troupe } = await site.orchestrate({ workflows: [defineWorkflow({ name: 'chain', steps })] });
    const { taskId } = await troupe.submit(request('chain'));
    await Promise.all(names.map((_, at) => site.signal('go', { key: 'k', data: at })));
    await taskFact(troupe, taskId, 'complete');
    const outputs = names.map((name) => troupe.getStep(null, taskId, name).output);
    expect(outputs).toEqual(names.map((_, at) => at));
  });

  it.each(['a.b', '*', 'two words', '🎭'])('reaches tenant %j and no other', async (tenant) => {
    const site = await openSite(nats.url);
    const { troupe } = await site.orchestrate({ workflows });
    const [mine, other] = [await waiting(troupe, '7', tenant), await waiting(troupe, '7')];
    await site.signal('payment', { key: '7', data: 1 }, { tenant });
    expect(await outputOf(troupe, mine)).toBe(1);
    expect(troupe.getTask(null, other).status).toBe('waiting');
  });
});

/** A task for which there may be a signal already: it waits, or is over. */
async function waitingOrOver(troupe: Troupe, key: string): Promise<string> {
  const { taskId } = await troupe.submit(request('order', { payload: { order: key } }));
  await expect.poll(() => troupe.getTask(null, taskId).status).toMatch(/^(waiting|complete)$/);
  return taskId;
}

describe('a signal that is refused', () => {
  it.each([
    ['every problem at once', { kee: '7', data: 1 }, 422, 'INVALID_SIGNAL', ['/kee', '/key']],
    ['being no JSON', '{"key"', 400, 'NOT_JSON', []],
    ['being empty', '', 400, 'NOT_JSON', []],
    ['data that is too large', { key: '7', data: 'x'.repeat(17_000) }, 422, 'INVALID_SIGNAL', ['/data']],
    ['a number that JSON cannot keep', '{"key":"7","data":1e400}', 422, 'INEXACT_NUMBER', ['/data']],
  ])('is told of %s, and does not come again', async (_, body, status, code, pointers) => {
    const site = await openSite(nats.url);
    const { troupe } = await site.orchestrate({ workflows });
    await site.signal('payment', body, { tenant: 'acme', messageId: 'm1' });
    const told = await site.rejected.nth(1);
    expect(told).toMatchObject({ messageId: 'm1', body, problem: { status, code } });
    expect(told.subject).toBe(site.subjects.of({ kind: 'rejected', tenantId: 'acme' }));
    expect(told.problem.errors.map(({ pointer }) => pointer).sort()).toEqual(pointers);
    await site.heard(troupe);
    expect(site.rejected.seen).toHaveLength(1);
  });

  it('is told of an id that another one has', async () => {
    const site = await openSite(nats.url);
    const { troupe } = await site.orchestrate({ workflows });
    for (const data of [1, 2]) await site.signal('payment', { key: '7', data, id: 'p1' });
    expect(await site.rejected.nth(1)).toMatchObject({ problem: { code: 'SIGNAL_ID_REUSED' } });
    expect(await outputOf(troupe, await waitingOrOver(troupe, '7'))).toBe(1);
  });

  it('is told of a name or a tenant that cannot be', async () => {
    const site = await openSite(nats.url);
    await site.orchestrate({ workflows });
    await site.signal('x'.repeat(MOST_SIGNAL_LENGTH + 1), { key: '7' });
    expect((await site.rejected.nth(1)).problem.errors).toMatchObject([{ pointer: '/name' }]);
    await site.signal('payment', { key: '7' }, { tenant: 'x'.repeat(51) });
    expect(await site.rejected.nth(2)).toMatchObject({ problem: { code: 'INVALID_TENANT' } });
    await site.bus.publish(`${site.prefix}.signal.acme`, Buffer.from('{"key":"7"}'));
    const third = await site.rejected.nth(3);
    expect(third).toMatchObject({ problem: { code: 'UNKNOWN_SUBJECT' } });
    expect(third.subject).toBe(`${site.prefix}.rejected.acme`);
  });

  it('is told by each server, as whoever keeps these has it once', async () => {
    const site = await openSite(nats.url);
    for (const _ of [1, 2]) await site.orchestrate({ workflows });
    await site.signal('payment', {}, { messageId: 'm1' });
    const [one, other] = await site.rejected.first(2);
    expect(one).toEqual(other);
  });
});

describe('a signal within the process', () => {
  it('reaches whoever waits, or is refused, as over NATS', async () => {
    const troupe = await startTroupe({ workflows });
    const { bus, subjects } = troupe;
    const publish = (body: object) =>
      bus.publish(
        subjects.of({ kind: 'signal', tenantId: 'default', name: 'payment' }),
        Buffer.from(JSON.stringify(body)),
      );
    await publish({ key: '7', data: 'early' });
    const signals = await startSignals(troupe, silent);
    onTestFinished(() => signals.close());
    expect(await outputOf(troupe, await waitingOrOver(troupe, '7'))).toBe('early');
    const id = await waiting(troupe, '8');
    await publish({ key: '8', data: 'now' });
    expect(await outputOf(troupe, id)).toBe('now');
    const refused = new Recorder<string>();
    bus.subscribe('troupe.rejected.*', {}, ({ subject }) => refused.record(subject));
    await publish({});
    expect(await refused.nth(1)).toBe('troupe.rejected.default');
  });
});

it('a signal is one however its name is spelled', async () => {
  const paid = { waitFor: { signal: 'caf\u00e9', key: 'k' } };
  const troupe = await startTroupe({ workflows: [defineWorkflow({ name: 'order', steps: { paid } })] });
  const id = await waiting(troupe, '7');
  const signals = await startSignals(troupe, silent);
  onTestFinished(() => signals.close());
  const subject = troupe.subjects.of({ kind: 'signal', tenantId: 'default', name: 'cafe\u0301' });
  await troupe.bus.publish(subject, Buffer.from('{"key":"k","data":1}'));
  expect(await outputOf(troupe, id)).toBe(1);
});

describe('the time for which a signal is kept', () => {
  const message = { subject: 's', data: Buffer.from('{"key":"7"}'), headers: {}, replyTo: null };
  const of = (keepSeconds: number | null, ageSeconds: number) =>
    readSignal(
      { tenantId: 'default', name: 'payment' },
      {
        message: { ...message, data: Buffer.from(JSON.stringify({ key: '7', keepSeconds })) },
        id: 'S/1/1',
        keptAt: 1_000_000,
      },
      1_000_000 + ageSeconds * 1_000,
    ).keepSeconds;

  it.each([
    [null, 0, 86_400],
    [null, 3_600, 82_800],
    [60, 20, 40],
    [60, 61, 0],
    // The clock of the server may be ahead.
    [60, -5, 60],
  ])('is counted from its publication: %j s, read after %j s, %j s', (keep, age, left) => {
    expect(of(keep, age)).toBe(left);
  });

  it('does not say whether those who wait already get it', async () => {
    const site = await openSite(nats.url);
    const { troupe } = await site.orchestrate({ workflows });
    const id = await waiting(troupe, '7');
    await site.signal('payment', { key: '7', data: 'at once', keepSeconds: 0 });
    expect(await outputOf(troupe, id)).toBe('at once');
    expect(troupe.getTask(null, await waitingOrOver(troupe, '7')).status).toBe('waiting');
  });
});
