/** Every store finds tasks, what they depend on, and their workflows. */

import { describe, expect, it } from 'vitest';
import type { NewTaskRow } from '../../../src/store/rows.ts';
import { dependency, newTask, stored, webhook, workflow } from './rows.ts';
import { STORES } from './stores.ts';

describe.each(STORES)('the tasks in %s', (_, open) => {
  it('are counted on from the highest number', () => {
    const store = open();
    expect(store.lastTaskNo()).toBe(0);
    store.commit({ tasks: [newTask(7), newTask(3)] });
    expect(store.lastTaskNo()).toBe(7);
  });

  it('are found by number, by id, and by the key of their tenant', () => {
    const store = open();
    const mine = newTask(1, { idempotencyKey: 'key', requestHash: 'hash', correlation: 'c' });
    const theirs = newTask(2, { tenant: 'b', idempotencyKey: 'key' });
    store.commit({ tasks: [mine, theirs, newTask(3), newTask(4)] });
    expect(store.taskByNo(1)).toEqual(stored(mine));
    expect(store.taskById('task-2')).toEqual(stored(theirs));
    expect(store.taskByIdempotencyKey('a', 'key')).toEqual(stored(mine));
    expect(store.taskByIdempotencyKey('b', 'key')).toEqual(stored(theirs));
    expect([store.taskByNo(9), store.taskById('task-9')]).toEqual([null, null]);
    expect(store.taskByIdempotencyKey('c', 'key')).toBeNull();
  });

  it('are counted by status and tenant', () => {
    const store = open();
    const failed = { status: 'failed' } as const;
    store.commit({ tasks: [newTask(1), newTask(2), newTask(3, failed), newTask(4, { tenant: 'b' })] });
    store.commit({ taskStatuses: [{ no: 1, status: 'failed' }] });
    const counts = store.countByStatus().map(({ tenant, status, count }) => `${tenant} ${status} ${count}`);
    expect(counts.sort()).toEqual(['a failed 2', 'a pending 1', 'b pending 1']);
  });

  it('of a name give their newest: of any correlation, of one, or of none', () => {
    const store = open();
    const one = { correlation: '1' };
    store.commit({
      tasks: [
        newTask(1),
        newTask(2, one),
        newTask(3, one),
        newTask(4, { name: 'Ship' }),
        newTask(5, { tenant: 'b' }),
      ],
    });
    const newest = (correlation: string | null): number | undefined =>
      store.newestTaskNamed('a', 'Order', correlation)?.no;
    expect([newest('any'), newest('1'), newest(null), newest('2')]).toEqual([3, 3, 1, undefined]);
    expect(store.newestTaskNamed('a', 'ship', 'any')).toBeNull();
  });

  it('of the full name of a workflow are those of each of its versions', () => {
    const store = open();
    const of = (no: number, hash: string, more: Partial<NewTaskRow> = {}) =>
      newTask(no, { workflow: hash, ...more });
    store.commit({
      workflows: [workflow('h1'), workflow('h2'), workflow('h3', { namespace: 'other' })],
      tasks: [of(1, 'h1'), of(2, 'h2', { correlation: '1' }), of(3, 'h3'), newTask(4)],
    });
    const meant = store.tasksOfWorkflow('shop/Order');
    expect(meant).toMatchObject({ name: 'Order' });
    expect([...(meant?.hashes ?? [])].sort()).toEqual(['h1', 'h2']);
    expect(store.tasksOfWorkflow('Order')).toBeNull();
    expect(store.tasksOfWorkflow('shop/Ship')).toBeNull();
    expect(store.newestTaskNamed('a', 'shop/Order', 'any')?.no).toBe(2);
    expect(store.newestTaskNamed('a', 'shop/Order', null)?.no).toBe(1);
    expect(store.newestTaskNamed('a', 'other/Order', 'any')?.no).toBe(3);
    expect(store.newestTaskNamed('a', 'Order', 'any')?.no).toBe(4);
  });

  it('have their webhooks counted, and each found by its actor', () => {
    const store = open();
    store.commit({ webhooks: [webhook(1, 0), webhook(1, 1), webhook(2, 0)] });
    expect([1, 2, 3].map((no) => store.countWebhooksOf(no))).toEqual([2, 1, 0]);
    expect(store.webhookOfActor(1, webhook(1, 1).ref)).toEqual(webhook(1, 1));
    expect(store.webhookOfActor(3, webhook(3, 0).ref)).toBeNull();
  });
});

describe.each(STORES)('the dependencies in %s', (_, open) => {
  it('of a task are in order, and none where there is none', () => {
    const store = open();
    expect([
      store.dependenciesOf(1),
      store.dependentsOf(1),
      store.unresolvedDependencies('a', 'Order'),
    ]).toEqual([[], [], []]);
    const rows = [dependency(2, 0, { on_task: 1 }), dependency(2, 1), dependency(2, 10)];
    store.commit({ dependencies: rows.toReversed() });
    expect(store.dependenciesOf(2)).toEqual(rows);
  });

  it('are found from the task that is waited for, the oldest first', () => {
    const store = open();
    const rows = [dependency(2, 1, { on_task: 1 }), dependency(3, 0, { on_task: 1 })];
    store.commit({ dependencies: [...rows.toReversed(), dependency(3, 1, { on_task: 2 })] });
    expect(store.dependentsOf(1)).toEqual(rows);
  });

  it('wait for a name of their tenant until they are put anew with the task that has it', () => {
    const store = open();
    const waits = [dependency(1, 0), dependency(3, 2)];
    store.commit({
      dependencies: [
        ...waits.toReversed(),
        dependency(4, 0, { tenant: 'b' }),
        dependency(5, 0, { name: 'Ship' }),
      ],
    });
    expect(store.unresolvedDependencies('a', 'Order')).toEqual(waits);
    store.commit({ dependencies: [dependency(1, 0, { on_task: 9 })] });
    expect(store.unresolvedDependencies('a', 'Order')).toEqual(waits.slice(1));
    expect(store.dependentsOf(9)).toEqual([dependency(1, 0, { on_task: 9 })]);
  });
});

describe.each(STORES)('the workflows in %s', (_, open) => {
  it('are told as they were registered, the first first', () => {
    const store = open();
    const rows = [workflow('b'), workflow('c'), workflow('a', { created_at: 2 })];
    store.commit({ workflows: rows.toReversed() });
    expect(store.workflows()).toEqual(rows);
  });

  it('have the choices of their versions, the last first', () => {
    const store = open();
    const choice = (version: string | null, set_at: number, name = 'Order') => ({
      namespace: 'shop',
      name,
      version,
      set_at,
      set_by: 'somebody',
      reason: null,
    });
    store.commit({ workflowChoices: [choice('1', 5), choice('2', 4)] });
    store.commit({ workflowChoices: [choice(null, 3), choice('7', 9, 'Ship')] });
    const chosen = (limit: number) => store.workflowChoices('shop', 'Order', limit);
    expect(chosen(10)).toMatchObject([choice(null, 3), choice('2', 4), choice('1', 5)]);
    expect(chosen(1)).toMatchObject([choice(null, 3)]);
    expect(store.workflowChoices('shop', 'none', 1)).toEqual([]);
  });

  it('stand beside facts about the store as a whole', () => {
    const store = open();
    expect(store.meta('node')).toBeNull();
    store.commit({ meta: [{ key: 'node', value: 'n1' }] });
    store.commit({ meta: [{ key: 'other', value: '' }] });
    expect([store.meta('node'), store.meta('other')]).toEqual(['n1', '']);
  });
});
