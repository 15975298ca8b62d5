/** Tasks whose workflows have one name in several namespaces: each is what it was asked for, to those who wait too. */

import { describe, expect, it } from 'vitest';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { handlers, request, startTroupe, step, taskFact, workflow } from '../support.ts';

const served = handlers({ a: () => 'a', Ship: () => 'shipped' });
const order = (namespace: string) => ({ ...workflow('order', [step('a')]), namespace });
const withOrders = () =>
  startTroupe({ handlers: served, workflows: [order('shop'), order('bank'), order('default')] });

describe('a dependency by the full name of a workflow', () => {
  it('is on the task of that workflow, and on no other of that name', async () => {
    const troupe = await withOrders();
    const { taskId } = await troupe.submit(request('shop/order', { delaySeconds: 900 }));
    await troupe.submit(request('bank/order'));
    const { task } = await troupe.submit(request('Ship', { dependencies: ['shop/order'] }));
    expect(task.dependencies).toMatchObject([{ name: 'order', taskId }]);
    const none = troupe.submit(request('Ship', { dependencies: ['north/order'] }));
    await expect(none).rejects.toMatchObject({ code: 'UNKNOWN_DEPENDENCY' });
  });

  it('keeps to the correlation, as names do', async () => {
    const troupe = await withOrders();
    const submit = (name: string, correlationId: string | null) =>
      troupe.submit(request(name, { correlationId, delaySeconds: 900 }));
    const mine = await submit('shop/order', 'c1');
    const uncorrelated = await submit('shop/order', null);
    await submit('shop/order', 'c2');
    const dependencyOf = async (correlationId: string | null) => {
      const asked = request('Ship', { correlationId, dependencies: ['shop/order'] });
      return (await troupe.submit(asked)).task.dependencies[0]?.taskId;
    };
    expect(await dependencyOf('c1')).toBe(mine.taskId);
    expect(await dependencyOf('c3')).toBe(uncorrelated.taskId);
  });

  it('is found within a batch, and its circles are', async () => {
    const troupe = await withOrders();
    const { tasks } = await troupe.submitBatch([
      request('bank/order'),
      request('shop/order'),
      request('Ship', { dependencies: ['shop/order'] }),
    ]);
    expect(tasks[2]?.dependencies).toMatchObject([{ taskId: tasks[1]?.id }]);
    const circle = troupe.submitBatch([
      request('shop/order', { dependencies: ['bank/order'] }),
      request('bank/order', { dependencies: ['shop/order'] }),
    ]);
    await expect(circle).rejects.toMatchObject({ code: 'DEPENDENCY_CYCLE' });
    const itself = request('north/order', { dependencies: ['shop/order'], allowUnresolved: true });
    await troupe.registerWorkflow(order('north'));
    const own = troupe.submit({ ...itself, dependencies: ['north/order'] });
    await expect(own).rejects.toMatchObject({ code: 'DEPENDENCY_CYCLE' });
  });

  it('that nobody has submitted is answered by that workflow alone', async () => {
    const troupe = await withOrders();
    const asked = request('Ship', { dependencies: ['shop/order'], allowUnresolved: true });
    const { taskId } = await troupe.submit(asked);
    const other = await troupe.submit(request('bank/order'));
    await taskFact(troupe, other.taskId, 'complete');
    expect(troupe.getTask(null, taskId)).toMatchObject({
      status: 'pending',
      dependencies: [{ name: 'shop/order', status: 'unresolved' }],
    });
    await troupe.submit(request('shop/order'));
    await taskFact(troupe, taskId, 'complete');
  });
});

describe('workflows written in code under one name', () => {
  it('have handlers and input schemas of their own in each namespace', async () => {
    const inCode = (namespace: string) =>
      defineWorkflow({
        name: 'order',
        namespace,
        input: {
          '~standard': {
            validate: (value: unknown) => ({ value: { ...(value as object), checkedBy: namespace } }),
          },
        },
        steps: { pay: { handler: ({ payload }) => ({ paidIn: namespace, payload }) } },
      });
    const troupe = await startTroupe({ workflows: ['shop', 'bank', 'default'].map(inCode) });
    for (const namespace of ['shop', 'bank', 'default']) {
      const { taskId } = await troupe.submit(request(`${namespace}/order`));
      await taskFact(troupe, taskId, 'complete');
      expect(troupe.getTask(null, taskId).result).toEqual({
        pay: { paidIn: namespace, payload: { checkedBy: namespace } },
      });
    }
  });
});
