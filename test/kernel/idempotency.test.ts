/** Idempotency keys: one key and one body are one task, however often and however close together they come. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../src/errors.ts';
import type { Troupe } from '../../src/troupe.ts';
import { parseTaskRequest, type TaskRequest } from '../../src/workflow/task-request.ts';
import { handlers, request, startTroupe, taskFact, temporaryFolder } from '../support.ts';

const keyed = (idempotencyKey: string, more: Partial<TaskRequest> = {}): TaskRequest =>
  request('Charge', { idempotencyKey, ...more });

const refusal = (promise: Promise<unknown>): Promise<Refusal> =>
  promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: Refusal) => error,
  );

const count = (troupe: Troupe): number => troupe.listTasks({ tenantId: null, limit: 1_000 }).tasks.length;

describe('the same key and the same body', () => {
  it('are the first task again, and nothing is executed twice', async () => {
    let charges = 0;
    const troupe = await startTroupe({ handlers: handlers({ Charge: () => ++charges }) });
    const first = await troupe.submit(keyed('k', { payload: { amount: 5 } }));
    await taskFact(troupe, first.task.id, 'complete');
    const second = await troupe.submit(keyed('k', { payload: { amount: 5 } }));
    expect([first.replayed, second.replayed]).toEqual([false, true]);
    expect(second.task).toMatchObject({ id: first.task.id, status: 'complete', result: { Charge: 1 } });
    expect([charges, count(troupe)]).toEqual([1, 1]);
  });

  it('are one task when they arrive all at once', async () => {
    let charges = 0;
    const troupe = await startTroupe({ handlers: handlers({ Charge: () => ++charges }) });
    const answers = await Promise.all(Array.from({ length: 50 }, () => troupe.submit(keyed('k'))));
    expect(new Set(answers.map(({ task }) => task.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    await taskFact(troupe, answers[0]?.task.id ?? '', 'complete');
    expect([charges, count(troupe)]).toEqual([1, 1]);
  });

  it('are the same in whatever order the fields come, and with defaults said or left out', async () => {
    const troupe = await startTroupe();
    const bodies = [
      { name: 'Charge', idempotencyKey: 'k', payload: { amount: 5, card: { last4: '42', brand: 'x' } } },
      { payload: { card: { brand: 'x', last4: '42' }, amount: 5 }, idempotencyKey: 'k', name: 'Charge' },
      {
        priority: 5,
        name: 'Charge',
        idempotencyKey: 'k',
        payload: { amount: 5, card: { last4: '42', brand: 'x' } },
      },
    ];
    const answers = [];
    for (const body of bodies) answers.push(await troupe.submit(parseTaskRequest(body)));
    expect(answers.map(({ replayed }) => replayed)).toEqual([false, true, true]);
    expect(count(troupe)).toBe(1);
  });

  it('are the first task again after a restart', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const before = await startTroupe({ db });
    const { taskId } = await before.submit(keyed('k'));
    await before.close();
    const after = await startTroupe({ db });
    expect(await after.submit(keyed('k'))).toMatchObject({ replayed: true, taskId });
  });

  it('are the first task again once that was cancelled: a key lives as long as its task', async () => {
    const troupe = await startTroupe();
    const { task } = await troupe.submit(keyed('k'));
    await troupe.taskVerb(null, task.id, 'cancel', { by: 'test', reason: null });
    expect(await troupe.submit(keyed('k'))).toMatchObject({
      replayed: true,
      task: { id: task.id, status: 'cancelled' },
    });
  });

  it('are not resolved anew: the dependencies are those of the first time', async () => {
    const troupe = await startTroupe();
    const stock = await troupe.submit(request('CheckStock'));
    const first = await troupe.submit(keyed('k', { dependencies: ['CheckStock'] }));
    await troupe.submit(request('CheckStock'));
    const second = await troupe.submit(keyed('k', { dependencies: ['CheckStock'] }));
    expect(second.task.id).toBe(first.task.id);
    expect(second.task.dependencies.map(({ taskId }) => taskId)).toEqual([stock.task.id]);
  });
});

describe('the same key', () => {
  it.each([
    ['payload', { payload: { amount: 6 } }],
    ['name', { name: 'Refund' }],
    ['delay', { delaySeconds: 1 }],
    ['dependencies', { dependencies: ['Charge'] }],
  ])('with another %s is refused, and the first task is as it was', async (_, other) => {
    const troupe = await startTroupe();
    const first = { ...(await troupe.submit(keyed('k', { payload: { amount: 5 } }))) };
    const refused = await refusal(troupe.submit(keyed('k', { payload: { amount: 5 }, ...other })));
    expect(refused).toMatchObject({ kind: 'invalid', code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(refused.faults).toMatchObject([{ pointer: '/idempotencyKey' }]);
    expect(refused.message).toContain(first.task.id);
    expect(troupe.getTask(null, first.task.id)).toEqual(first.task);
    expect(count(troupe)).toBe(1);
  });

  it('with another body at the same moment is refused; the first to come has it', async () => {
    const troupe = await startTroupe();
    const [first, second] = await Promise.allSettled([
      troupe.submit(keyed('k', { payload: { amount: 5 } })),
      troupe.submit(keyed('k', { payload: { amount: 6 } })),
    ]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { replayed: false } });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  it('of another tenant is another task', async () => {
    const troupe = await startTroupe();
    const acme = await troupe.submit(keyed('k', { tenantId: 'acme' }));
    const globex = await troupe.submit(keyed('k', { tenantId: 'globex', payload: { amount: 6 } }));
    expect(globex.replayed).toBe(false);
    expect(globex.task.id).not.toBe(acme.task.id);
  });

  it('is free again when its submission was refused', async () => {
    const troupe = await startTroupe();
    await refusal(troupe.submit(keyed('k', { dependencies: ['Unknown'] })));
    expect((await troupe.submit(keyed('k'))).replayed).toBe(false);
  });
});

it('makes a new task of every submission without a key', async () => {
  const troupe = await startTroupe();
  const answers = await Promise.all([1, 2, 3].map(() => troupe.submit(request('Charge'))));
  expect(answers.map(({ replayed }) => replayed)).toEqual([false, false, false]);
  expect(count(troupe)).toBe(3);
});

describe('a batch', () => {
  const batch = [keyed('a'), request('Ship', { idempotencyKey: 'b', dependencies: ['Charge'] })];

  it('sent again is the same tasks, in the same order', async () => {
    const troupe = await startTroupe();
    const first = await troupe.submitBatch(batch);
    const second = await troupe.submitBatch(batch);
    expect([first.replayed, second.replayed]).toEqual([false, true]);
    expect(second.tasks).toEqual(first.tasks);
    expect(count(troupe)).toBe(2);
  });

  it('of which a part is known stores the rest, which depends on the known part', async () => {
    const troupe = await startTroupe();
    const known = await troupe.submit(keyed('a'));
    // Newer, of the same name, and not of this batch.
    await troupe.submit(request('Charge'));
    const { tasks, replayed } = await troupe.submitBatch(batch);
    expect(replayed).toBe(false);
    expect(tasks.map(({ name }) => name)).toEqual(['Charge', 'Ship']);
    expect(tasks[0]?.id).toBe(known.task.id);
    expect(tasks[1]?.dependencies.map(({ taskId }) => taskId)).toEqual([known.task.id]);
  });

  it('with a key of another body is refused as a whole, and says which', async () => {
    const troupe = await startTroupe();
    await troupe.submit(keyed('a', { payload: { amount: 1 } }));
    const refused = await refusal(troupe.submitBatch([request('New'), keyed('a')]));
    expect(refused).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      faults: [{ pointer: '/tasks/1/idempotencyKey' }],
    });
    expect(count(troupe)).toBe(1);
  });

  it('says which of its tasks is at fault even behind known ones', async () => {
    const troupe = await startTroupe();
    await troupe.submit(keyed('a'));
    const refused = await refusal(troupe.submitBatch([keyed('a'), request('New', { dependencies: ['X'] })]));
    expect(refused.faults).toMatchObject([{ pointer: '/tasks/1/dependencies/0' }]);
  });

  it('with one key twice is refused, and nothing of it is stored', async () => {
    const troupe = await startTroupe();
    const refused = await refusal(troupe.submitBatch([keyed('a'), keyed('a')]));
    expect(refused).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      faults: [{ pointer: '/tasks/1/idempotencyKey' }],
    });
    expect(count(troupe)).toBe(0);
  });
});
