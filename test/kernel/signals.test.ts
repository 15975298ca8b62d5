// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** Signals end waits, whichever came first, and each task takes each of them once. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe } from '../../src/troupe.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { request, startTroupe, stepFact, taskFact, temporaryFolder } from '../support.ts';
import { asked } from './one-task.ts';

const SECOND_MS = 1_000;

const paid = (more: object = {}) =>
  defineWorkflow({
    name: 'order',
    steps: {
      cart: { handler: () => ({ id: 'c1' }) },
      paid: { dependsOn: ['cart'], waitFor: { signal: 'payment', ...more } },
      ship: { dependsOn: ['paid'], handler: ({ dependencies }) => ({ shipped: dependencies.paid }) },
    },
  });

async function ordered(more: object = {}, db = ':memory:') {
  const clock = new ManualClock();
  const options = { clock, db, workflows: [paid(more)] };
  const troupe = await startTroupe(options);
  const submit = async (correlationId: string | null = '7') =>
    (await troupe.submit(request('order', { correlationId }))).taskId;
  return { clock, troupe, submit, options };
}

const send = (troupe: Troupe, key: string, data: unknown, more: object = {}) =>
  troupe.signal(null, { name: 'payment', key, data, ...more }, 'provider');
const sendTo = (troupe: Troupe, id: string, data: unknown, more: object = {}) =>
  troupe.signalTask(null, id, 'payment', { data, ...more }, 'provider');
const resultOf = (troupe: Troupe, id: string): unknown => troupe.getTask(null, id).result;

describe('a step that waits for a signal', () => {
  it('says what it waits for, and goes on with the data', async () => {
    const { troupe, submit } = await ordered({ key: 'k-${steps.cart.output.id}', within: '30m' });
    const id = await submit();
    await taskFact(troupe, id, 'waiting');
    expect(troupe.getTask(null, id).waitingFor[0]).toMatchObject({
      kind: 'signal',
      step: 'paid',
      why: 'waits for signal payment with key k-c1, or one sent to this task, until 2030-01-01T00:30:00.000Z',
    });
    expect(await send(troupe, 'k-c1', { amount: 5 })).toMatchObject({ delivered: 1, more: false });
    await taskFact(troupe, id, 'complete');
    expect(resultOf(troupe, id)).toEqual({ ship: { shipped: { amount: 5 } } });
  });

  it('finds one that came before it began, by its key or sent to its task', async () => {
    const { troupe, submit } = await ordered();
    expect(await send(troupe, '7', 'early')).toMatchObject({ delivered: 0 });
    const id = await submit();
    await taskFact(troupe, id, 'complete');
    expect(resultOf(troupe, id)).toEqual({ ship: { shipped: 'early' } });
    expect(troupe.taskSignals(null, id)).toMatchObject([
      { name: 'payment', by: 'provider', takenBy: 'paid' },
    ]);
  });

  it('a kept signal that one task took is not for one that came later', async () => {
    const { clock, troupe, submit } = await ordered();
    const [one, other] = [await submit(), await submit()];
    for (const id of [one, other]) await taskFact(troupe, id, 'waiting');
    expect(await send(troupe, '7', 1)).toMatchObject({ delivered: 2 });
    for (const id of [one, other]) await taskFact(troupe, id, 'complete');
    clock.advance(1);
    const late = await submit();
    await taskFact(troupe, late, 'waiting');
    await send(troupe, '7', 2);
    await taskFact(troupe, late, 'complete');
    expect(resultOf(troupe, late)).toEqual({ ship: { shipped: 2 } });
  });

  it('is not ended by another name, key or tenant', async () => {
    const { troupe, submit } = await ordered();
    const id = await submit();
    await taskFact(troupe, id, 'waiting');
    await send(troupe, '8', 1);
    await troupe.signal(null, { name: 'other', key: '7', data: 1 }, 'provider');
    await troupe.signal(null, { name: 'payment', key: '7', data: 1, tenantId: 'b' }, 'provider');
    expect(troupe.getTask(null, id).status).toBe('waiting');
  });

  it('without a key hears only those sent to its task', async () => {
    const { troupe, submit } = await ordered({ key: null });
    const id = await submit();
    await taskFact(troupe, id, 'waiting');
    expect(await send(troupe, '7', 1)).toMatchObject({ delivered: 0 });
    expect(await sendTo(troupe, id, 2)).toMatchObject({ taken: true });
    await taskFact(troupe, id, 'complete');
    expect(resultOf(troupe, id)).toEqual({ ship: { shipped: 2 } });
  });

  it('fails when nobody has sent one in time', async () => {
    const { clock, troupe, submit } = await ordered({ within: '30s' });
    const id = await submit();
    await taskFact(troupe, id, 'waiting');
    clock.advance(30 * SECOND_MS);
    await taskFact(troupe, id, 'failed');
    expect(troupe.getTask(null, id).error).toMatchObject({ step: 'paid', code: 'WAIT_TIMEOUT' });
    // A retry waits anew, for what is there already too.
    await sendTo(troupe, id, 'late');
    await troupe.taskVerb(null, id, 'retry', asked);
    await taskFact(troupe, id, 'complete');
    expect(resultOf(troupe, id)).toEqual({ ship: { shipped: 'late' } });
  });

  it('R2: the same id twice is one signal', async () => {
    const { troupe, submit } = await ordered();
    const id = await submit();
    await taskFact(troupe, id, 'waiting');
    const first = await sendTo(troupe, id, 1, { id: 'p-1' });
    expect(first).toEqual({ id: 'p-1', taken: true, replayed: false });
    expect(await sendTo(troupe, id, 1, { id: 'p-1' })).toEqual({ id: 'p-1', taken: true, replayed: true });
    await expect(sendTo(troupe, id, 2, { id: 'p-1' })).rejects.toMatchObject({ code: 'SIGNAL_ID_REUSED' });
    expect(troupe.taskSignals(null, id)).toHaveLength(1);
  });

  it('R3: two waits for one name in one task take two signals, first first', async () => {
    const workflow = defineWorkflow({
      name: 'two',
      steps: {
        a: { waitFor: { signal: 'go' } },
        b: { waitFor: { signal: 'go' } },
        c: { dependsOn: ['a', 'b'], waitFor: { signal: 'go' } },
      },
    });
    const troupe = await startTroupe({ workflows: [workflow] });
    const { taskId: id } = await troupe.submit(request('two'));
    await taskFact(troupe, id, 'waiting');
    for (const data of [1, 2, 3]) await troupe.signalTask(null, id, 'go', { data }, 'ann');
    await taskFact(troupe, id, 'complete');
    const outputs = ['a', 'b', 'c'].map((step) => troupe.getStep(null, id, step).output);
    expect(outputs).toEqual([1, 2, 3]);
  });

  it('R5: a signal that comes while the task is paused is taken after resume', async () => {
    const { troupe, submit } = await ordered();
    const id = await submit();
    await taskFact(troupe, id, 'waiting');
    await troupe.taskVerb(null, id, 'pause', asked);
    expect(await sendTo(troupe, id, 'paused')).toMatchObject({ taken: false });
    expect(troupe.getStep(null, id, 'paid').status).toBe('waiting');
    await troupe.taskVerb(null, id, 'resume', asked);
    await taskFact(troupe, id, 'complete');
    expect(resultOf(troupe, id)).toEqual({ ship: { shipped: 'paused' } });
  });

  it('takes one that came in time while the task was paused past its end, and none that came after it', async () => {
    const { clock, troupe, submit } = await ordered({ within: '30s' });
    const [inTime, late] = [await submit('1'), await submit('2')];
    for (const id of [inTime, late]) {
      await taskFact(troupe, id, 'waiting');
      await troupe.taskVerb(null, id, 'pause', asked);
    }
    await sendTo(troupe, inTime, 'in time');
    clock.advance(31 * SECOND_MS);
    await sendTo(troupe, late, 'late');
    for (const id of [inTime, late]) await troupe.taskVerb(null, id, 'resume', asked);
    clock.advance(1);
    await taskFact(troupe, inTime, 'complete');
    await taskFact(troupe, late, 'failed');
  });

  it('R9: a signal to a task that is over is refused, and so is one to a task that is not there', async () => {
    const { troupe, submit } = await ordered();
    const id = await submit();
    await sendTo(troupe, id, 1);
    await taskFact(troupe, id, 'complete');
    await expect(sendTo(troupe, id, 1)).rejects.toMatchObject({ code: 'WRONG_STATE', kind: 'conflict' });
    await expect(sendTo(troupe, 'no-such-task', 1)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    await expect(troupe.signalTask('b', id, 'payment', {}, 'x')).rejects.toMatchObject({
      code: 'TASK_NOT_FOUND',
    });
  });

  it('refuses a name that no step waits for, and data that fits none, with nothing stored', async () => {
    const schema = { type: 'object', required: ['amount'] };
    const { troupe, submit } = await ordered({ schema });
    const id = await submit();
    await taskFact(troupe, id, 'waiting');
    await expect(troupe.signalTask(null, id, 'paymant', {}, 'x')).rejects.toMatchObject({
      code: 'UNKNOWN_SIGNAL',
      message: expect.stringContaining('did you mean "payment"?') as string,
    });
    await expect(sendTo(troupe, id, { sum: 1 })).rejects.toMatchObject({
      code: 'INVALID_SIGNAL',
      faults: [{ pointer: '/data', message: "must have required property 'amount'" }],
    });
    expect(troupe.taskSignals(null, id)).toEqual([]);
    // By key it is for others too: this one passes it over, and says so.
    expect(await send(troupe, '7', { sum: 1 }, { id: 'odd' })).toMatchObject({ delivered: 0 });
    const refused = [...troupe.history(null, id)].find(({ event }) => event === 'signal.refused');
    expect(refused).toMatchObject({ actor: 'step:paid', detail: { signal: 'odd', by: 'provider' } });
    await send(troupe, '7', { amount: 1 });
    await taskFact(troupe, id, 'complete');
  });

  it('is told by the journal who sent what', async () => {
    const { troupe, submit } = await ordered();
    const id = await submit();
    await taskFact(troupe, id, 'waiting');
    await sendTo(troupe, id, { amount: 5 }, { id: 'p-1' });
    await taskFact(troupe, id, 'complete');
    const taken = [...troupe.history(null, id)].find(({ event }) => event === 'signal.received');
    expect(taken).toMatchObject({
      actor: 'step:paid',
      from: 'waiting',
      to: 'complete',
      detail: { signal: 'p-1', by: 'provider', data: { amount: 5 } },
    });
    const last = [...troupe.history(null, id)].length;
    for (let seq = 1; seq <= last; seq++) expect(troupe.moment(null, id, seq).differs).toBe(false);
  });

  it('a signal to a task can be withdrawn until it is taken', async () => {
    const { troupe, submit } = await ordered();
    const id = await submit();
    await taskFact(troupe, id, 'waiting');
    await troupe.taskVerb(null, id, 'pause', asked);
    await sendTo(troupe, id, 1, { id: 'p-1' });
    await troupe.withdrawSignal(null, id, 'p-1', 'ann');
    expect(troupe.taskSignals(null, id)).toEqual([]);
    await expect(troupe.withdrawSignal(null, id, 'p-1', 'ann')).rejects.toMatchObject({
      code: 'SIGNAL_NOT_FOUND',
    });
    await troupe.taskVerb(null, id, 'resume', asked);
    expect(troupe.getTask(null, id).status).toBe('waiting');
    const told = [...troupe.history(null, id)].find(({ event }) => event === 'signal.withdrawn');
    expect(told).toMatchObject({ actor: 'task', detail: { signal: 'p-1', by: 'ann' } });
  });

  it('reaches more than one commit holds, also when the process ends in the middle', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const { troupe, options } = await ordered({}, db);
    const many = 1_100;
    const { tasks } = await troupe.submitBatch(
      Array.from({ length: many }, () => request('order', { correlationId: '7' })),
    );
    await expect.poll(() => troupe.health().tasks.waiting, { timeout: 60_000 }).toBe(many);
    const sent = await send(troupe, '7', 'all');
    expect(sent).toMatchObject({ delivered: 500, more: true });
    await troupe.close({ graceMs: 0 });
    const again = await startTroupe(options);
    await expect.poll(() => again.health().tasks.complete, { timeout: 60_000 }).toBe(many);
    expect(again.getTask(null, tasks[many - 1]?.id ?? '').result).toEqual({ ship: { shipped: 'all' } });
  });

  it('is kept as long as it is asked to, and as many as there may be', async () => {
    const { clock, troupe, submit } = await ordered();
    await send(troupe, '7', 'old', { keepSeconds: 10 });
    clock.advance(10 * SECOND_MS);
    const id = await submit();
    await taskFact(troupe, id, 'waiting');
    await troupe.taskVerb(null, id, 'pause', asked);
    for (let count = 0; count < 1_000; count++) await sendTo(troupe, id, count);
    await expect(sendTo(troupe, id, 'one more')).rejects.toMatchObject({
      code: 'SIGNALS_FULL',
      kind: 'limited',
    });
  });

  it('R1: whichever comes first, the task ends with the same output', async () => {
    for (const order of ['signal first', 'wait first', 'restart between', 'restart after the signal']) {
      const db = join(temporaryFolder(), 'troupe.db');
      const { troupe, submit, options } = await ordered({}, db);
      let running = troupe;
      if (order === 'signal first') await send(running, '7', 5);
      const id = await submit();
      if (order === 'restart after the signal') await sendTo(running, id, 5);
      else await stepFact(running, id, 'paid', 'waiting');
      if (order.startsWith('restart')) {
        await running.close({ graceMs: 0 });
        running = await startTroupe(options);
      }
      if (order === 'wait first' || order === 'restart between') await sendTo(running, id, 5);
      await taskFact(running, id, 'complete');
      expect([order, resultOf(running, id)]).toEqual([order, { ship: { shipped: 5 } }]);
    }
  });
});
