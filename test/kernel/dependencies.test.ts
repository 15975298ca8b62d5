/** Tasks that depend on tasks: which task a name becomes, what a lost one holds up, and that no circle is ever stored. */

import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../src/errors.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe } from '../../src/troupe.ts';
import type { TaskView } from '../../src/views/tasks.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { TaskRequest } from '../../src/workflow/task-request.ts';
import { gate, handlers, request, startTroupe, taskFact } from '../support.ts';

const by = { by: 'test', reason: null };

async function submit(troupe: Troupe, name: string, more: Partial<TaskRequest> = {}): Promise<TaskView> {
  return (await troupe.submit(request(name, more))).task;
}

/** A task nobody serves stays until its one step, which has its name, is resolved by hand. */
const finish = (troupe: Troupe, task: TaskView): Promise<TaskView> =>
  troupe.stepVerb(null, task.id, task.name, 'complete', { ...by, output: 'done' });

const statusOf = (troupe: Troupe, task: TaskView): string => troupe.getTask(null, task.id).status;

const allTasks = (troupe: Troupe): TaskView[] => troupe.listTasks({ tenantId: null, limit: 100 }).tasks;

const refusal = (promise: Promise<unknown>): Promise<Refusal> =>
  promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: Refusal) => error,
  );

const facts = (troupe: Troupe, task: TaskView): string[] =>
  [...troupe.history(null, task.id)].filter(({ actor }) => actor === 'task').map(({ event }) => event);

describe('a dependency', () => {
  it('given by id is that task, whatever its correlation', async () => {
    const troupe = await startTroupe();
    const stock = await submit(troupe, 'CheckStock', { correlationId: 'order-1' });
    await submit(troupe, 'CheckStock', { correlationId: 'order-2' });
    const charge = await submit(troupe, 'Charge', { correlationId: 'order-2', dependencies: [stock.id] });
    expect(charge.dependencies).toEqual([{ name: 'CheckStock', taskId: stock.id, status: 'running' }]);
  });

  it('given by name is the newest of the same correlation', async () => {
    const troupe = await startTroupe();
    await submit(troupe, 'CheckStock', { correlationId: 'order-1' });
    const newer = await submit(troupe, 'CheckStock', { correlationId: 'order-1' });
    await submit(troupe, 'CheckStock', { correlationId: 'order-2' });
    await submit(troupe, 'CheckStock');
    const charge = await submit(troupe, 'Charge', { correlationId: 'order-1', dependencies: ['CheckStock'] });
    expect(charge.dependencies.map(({ taskId }) => taskId)).toEqual([newer.id]);
  });

  it('by name, of a task without a correlation, is the newest of all', async () => {
    const troupe = await startTroupe();
    await submit(troupe, 'CheckStock');
    const newest = await submit(troupe, 'CheckStock', { correlationId: 'order-2' });
    const charge = await submit(troupe, 'Charge', { dependencies: ['CheckStock'] });
    expect(charge.dependencies.map(({ taskId }) => taskId)).toEqual([newest.id]);
  });

  it('by name falls back to the newest that has no correlation, never to one of another order', async () => {
    const troupe = await startTroupe();
    const shared = await submit(troupe, 'CheckStock');
    await submit(troupe, 'CheckStock', { correlationId: 'order-2' });
    const charge = await submit(troupe, 'Charge', { correlationId: 'order-1', dependencies: ['CheckStock'] });
    expect(charge.dependencies.map(({ taskId }) => taskId)).toEqual([shared.id]);
  });

  it.each([
    ['payload.correlationId before payload.orderId', { correlationId: 'c', orderId: 'o' }, {}, 'c'],
    ['payload.orderId', { orderId: 7 }, {}, '7'],
    ['correlationId before either', { correlationId: 'c', orderId: 'o' }, { correlationId: 'own' }, 'own'],
    ['nothing', { order: 'o' }, {}, null],
  ])('takes the correlation of a task from %s', async (_, payload, more, expected) => {
    const troupe = await startTroupe();
    expect((await submit(troupe, 'CheckStock', { payload, ...more })).correlationId).toBe(expected);
  });

  it('takes the correlation from the keys it is configured with', async () => {
    const troupe = await startTroupe({ correlationKeys: ['cartId'] });
    expect((await submit(troupe, 'A', { payload: { cartId: 'k', orderId: 'o' } })).correlationId).toBe('k');
  });

  it("cannot be another tenant's task, by name or by id", async () => {
    const troupe = await startTroupe();
    const foreign = await submit(troupe, 'CheckStock', { tenantId: 'acme' });
    for (const reference of ['CheckStock', foreign.id]) {
      const refused = await refusal(
        submit(troupe, 'Charge', { tenantId: 'globex', dependencies: [reference] }),
      );
      expect(refused).toMatchObject({ kind: 'invalid', code: 'UNKNOWN_DEPENDENCY' });
    }
    expect(allTasks(troupe)).toHaveLength(1);
  });

  it('of another order is told to be of another one', async () => {
    const troupe = await startTroupe();
    await submit(troupe, 'CheckStock', { payload: { orderId: 'ORD123' }, tenantId: 'shop' });
    const charge = { payload: { orderId: 'ORD126' }, tenantId: 'shop', dependencies: ['CheckStock'] };
    const refused = await refusal(submit(troupe, 'Charge', charge));
    expect(refused.faults[0]?.message).toBe(
      'there is no task CheckStock of correlation ORD126 in tenant shop (the newest one there is of correlation ORD123)',
    );
  });

  it('nobody knows is refused with its name, and nothing is stored', async () => {
    const troupe = await startTroupe();
    const batch = [request('Known'), request('Charge', { dependencies: ['Known', 'ChekStock', 'Stok'] })];
    const refused = await refusal(troupe.submitBatch(batch));
    expect(refused).toMatchObject({ kind: 'invalid', code: 'UNKNOWN_DEPENDENCY' });
    expect(refused.message).toContain('ChekStock');
    expect(refused.faults.map(({ pointer }) => pointer)).toEqual([
      '/tasks/1/dependencies/1',
      '/tasks/1/dependencies/2',
    ]);
    expect(allTasks(troupe)).toEqual([]);
  });

  it('named twice, by id and by name, is waited for once', async () => {
    const troupe = await startTroupe();
    const stock = await submit(troupe, 'CheckStock');
    const charge = await submit(troupe, 'Charge', { dependencies: ['CheckStock', stock.id] });
    expect(charge.dependencies).toHaveLength(1);
    await finish(troupe, stock);
    expect(statusOf(troupe, charge)).toBe('running');
  });

  it('that is complete already is not waited for', async () => {
    const troupe = await startTroupe();
    const stock = await submit(troupe, 'CheckStock');
    await finish(troupe, stock);
    const charge = await submit(troupe, 'Charge', { dependencies: ['CheckStock'] });
    expect(charge).toMatchObject({ status: 'running', waitingFor: [{ kind: 'worker' }] });
  });
});

describe('in a batch, a dependency', () => {
  it('is a task of the batch, in whatever order they stand, and not an older one of that name', async () => {
    const troupe = await startTroupe();
    await submit(troupe, 'CheckStock');
    const { tasks } = await troupe.submitBatch([
      request('Charge', { dependencies: ['CheckStock'] }),
      request('CheckStock'),
    ]);
    const [charge, stock] = tasks;
    expect(charge?.dependencies.map(({ taskId }) => taskId)).toEqual([stock?.id]);
    expect(charge?.waitingFor).toMatchObject([{ kind: 'dependency', on: 'CheckStock', taskId: stock?.id }]);
  });

  it('never crosses from one order to another', async () => {
    const troupe = await startTroupe();
    const order = (orderId: string) => ({ payload: { orderId } });
    const { tasks } = await troupe.submitBatch([
      request('CheckStock', order('1')),
      request('CheckStock', order('2')),
      request('Charge', { ...order('1'), dependencies: ['CheckStock'] }),
      request('Charge', { ...order('2'), dependencies: ['CheckStock'] }),
    ]);
    const [stock1, stock2, charge1, charge2] = tasks;
    expect(charge1?.dependencies.map(({ taskId }) => taskId)).toEqual([stock1?.id]);
    expect(charge2?.dependencies.map(({ taskId }) => taskId)).toEqual([stock2?.id]);
  });

  it('runs a diamond in order, each task once', async () => {
    const order: string[] = [];
    const names = ['Receive', 'Pick', 'Bill', 'Ship'];
    const troupe = await startTroupe({
      handlers: handlers(Object.fromEntries(names.map((name) => [name, () => void order.push(name)]))),
    });
    const { tasks } = await troupe.submitBatch([
      request('Ship', { dependencies: ['Pick', 'Bill'] }),
      request('Bill', { dependencies: ['Receive'] }),
      request('Pick', { dependencies: ['Receive'] }),
      request('Receive'),
    ]);
    await taskFact(troupe, tasks[0]?.id ?? '', 'complete');
    expect(order.at(0)).toBe('Receive');
    expect(order.at(-1)).toBe('Ship');
    expect([...order].sort()).toEqual([...names].sort());
  });
});

describe('two orders submitted in turn', () => {
  it('keep to themselves all the way', async () => {
    const troupe = await startTroupe();
    const tasks = new Map<string, TaskView>();
    const submitFor = async (orderId: string, name: string, dependencies: string[]): Promise<void> => {
      tasks.set(`${name}${orderId}`, await submit(troupe, name, { payload: { orderId }, dependencies }));
    };
    for (const [name, on] of [
      ['A', []],
      ['B', ['A']],
      ['C', ['B']],
    ] as const) {
      await submitFor('1', name, [...on]);
      await submitFor('2', name, [...on]);
    }
    const task = (name: string): TaskView => tasks.get(name) ?? expect.fail(`no task ${name}`);
    await finish(troupe, task('A2'));
    await finish(troupe, task('B2'));
    expect(['A1', 'B1', 'C1', 'C2'].map((name) => statusOf(troupe, task(name)))).toEqual([
      'running',
      'pending',
      'pending',
      'running',
    ]);
  });
});

describe('allowUnresolved', () => {
  it('waits for a task of that name, and says so, until one is submitted and complete', async () => {
    const troupe = await startTroupe();
    const charge = await submit(troupe, 'Charge', { dependencies: ['CheckStock'], allowUnresolved: true });
    expect(charge.dependencies).toEqual([{ name: 'CheckStock', taskId: null, status: 'unresolved' }]);
    expect(charge.waitingFor).toMatchObject([{ kind: 'dependency', on: 'CheckStock', until: null }]);

    const stock = await submit(troupe, 'CheckStock');
    const { dependencies } = troupe.getTask(null, charge.id);
    expect(dependencies).toEqual([{ name: 'CheckStock', taskId: stock.id, status: 'running' }]);
    expect(facts(troupe, charge)).toContain('dependency.resolved');
    await finish(troupe, stock);
    expect(statusOf(troupe, charge)).toBe('running');
  });

  it('is not answered by a task of another correlation or another tenant', async () => {
    const troupe = await startTroupe();
    const charge = await submit(troupe, 'Charge', {
      correlationId: 'order-1',
      dependencies: ['CheckStock'],
      allowUnresolved: true,
    });
    await submit(troupe, 'CheckStock', { correlationId: 'order-2' });
    await submit(troupe, 'CheckStock', { correlationId: 'order-1', tenantId: 'acme' });
    expect(troupe.getTask(null, charge.id).dependencies).toMatchObject([{ status: 'unresolved' }]);
    const own = await submit(troupe, 'CheckStock', { correlationId: 'order-1' });
    expect(troupe.getTask(null, charge.id).dependencies).toMatchObject([{ taskId: own.id }]);
  });

  it('answered by a batch with two of that name is the one of its own correlation', async () => {
    const troupe = await startTroupe();
    const charge = await submit(troupe, 'Charge', {
      correlationId: 'order-1',
      dependencies: ['CheckStock'],
      allowUnresolved: true,
    });
    const { tasks } = await troupe.submitBatch([
      request('CheckStock', { correlationId: 'order-1' }),
      request('CheckStock'),
    ]);
    expect(troupe.getTask(null, charge.id).dependencies.map(({ taskId }) => taskId)).toEqual([tasks[0]?.id]);
  });

  it('is answered by the first that is submitted; a later one changes nothing', async () => {
    const troupe = await startTroupe();
    const charge = await submit(troupe, 'Charge', { dependencies: ['CheckStock'], allowUnresolved: true });
    const first = await submit(troupe, 'CheckStock');
    await submit(troupe, 'CheckStock');
    await finish(troupe, first);
    expect(statusOf(troupe, charge)).toBe('running');
  });
});

describe('a circle', () => {
  const circle = (refused: Refusal): string | undefined => /circle: (.*)$/.exec(refused.message)?.[1];

  it('in a batch is refused with the whole path, and nothing is stored', async () => {
    const troupe = await startTroupe();
    const refused = await refusal(
      troupe.submitBatch([
        request('A', { dependencies: ['B'] }),
        request('B', { dependencies: ['C'] }),
        request('C', { dependencies: ['A'] }),
        request('D'),
      ]),
    );
    expect(refused).toMatchObject({ kind: 'invalid', code: 'DEPENDENCY_CYCLE' });
    expect(circle(refused)).toBe('A → B → C → A');
    expect(allTasks(troupe)).toEqual([]);
  });

  it('of one task with itself is refused', async () => {
    const troupe = await startTroupe();
    const refused = await refusal(submit(troupe, 'A', { dependencies: ['A'], allowUnresolved: true }));
    expect(circle(refused)).toBe('A → A');
    expect(allTasks(troupe)).toEqual([]);
  });

  it('closed by the task that an unresolved name was waiting for is refused', async () => {
    const troupe = await startTroupe();
    const a = await submit(troupe, 'A', { dependencies: ['C'], allowUnresolved: true });
    await submit(troupe, 'B', { dependencies: ['A'] });
    const refused = await refusal(submit(troupe, 'C', { dependencies: ['B'] }));
    expect(refused.code).toBe('DEPENDENCY_CYCLE');
    expect(circle(refused)).toBe('C → B → A → C');
    expect(allTasks(troupe)).toHaveLength(2);
    expect(troupe.getTask(null, a.id).dependencies).toMatchObject([{ status: 'unresolved' }]);
  });

  it('closed by adding a dependency later is refused, and the task keeps those it had', async () => {
    const troupe = await startTroupe();
    const gatekeeper = await submit(troupe, 'Gate');
    const a = await submit(troupe, 'A', { dependencies: ['Gate'] });
    const b = await submit(troupe, 'B', { dependencies: ['A'] });
    const c = await submit(troupe, 'C', { dependencies: ['B'] });
    const refused = await refusal(troupe.addDependencies(null, a.id, [c.id], 'test'));
    expect(refused.code).toBe('DEPENDENCY_CYCLE');
    expect(circle(refused)).toBe('A → C → B → A');
    expect(troupe.getTask(null, a.id).dependencies.map(({ taskId }) => taskId)).toEqual([gatekeeper.id]);
    for (const task of [gatekeeper, a, b, c]) await finish(troupe, task);
    expect(statusOf(troupe, c)).toBe('complete');
  });

  it('is not seen where two paths merely meet', async () => {
    const troupe = await startTroupe();
    const { tasks } = await troupe.submitBatch([
      request('A', { dependencies: ['B', 'C'] }),
      request('B', { dependencies: ['D'] }),
      request('C', { dependencies: ['D'] }),
      request('D'),
    ]);
    expect(tasks).toHaveLength(4);
  });

  it('is found behind a chain of thousands', async () => {
    const troupe = await startTroupe();
    const chain = Array.from({ length: 3_000 }, (_, index) =>
      request(`T${index}`, { dependencies: [`T${(index + 1) % 3_000}`] }),
    );
    expect(await refusal(troupe.submitBatch(chain))).toMatchObject({ code: 'DEPENDENCY_CYCLE' });
    expect(allTasks(troupe)).toEqual([]);
  });
});

describe('adding a dependency', () => {
  it('makes a pending task wait for one more', async () => {
    const troupe = await startTroupe();
    const a = await submit(troupe, 'A');
    const b = await submit(troupe, 'B');
    const c = await submit(troupe, 'C', { dependencies: ['A'] });
    const after = await troupe.addDependencies(null, c.id, ['B', b.id, a.id], 'test');
    expect(after.dependencies.map(({ taskId }) => taskId)).toEqual([a.id, b.id]);
    await finish(troupe, a);
    expect(statusOf(troupe, c)).toBe('pending');
    await finish(troupe, b);
    expect(statusOf(troupe, c)).toBe('running');
  });

  it('to a task that waits for its delay only holds it beyond the delay', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock });
    const a = await submit(troupe, 'A');
    const b = await submit(troupe, 'B', { delaySeconds: 60 });
    await troupe.addDependencies(null, b.id, [a.id], 'test');
    clock.advance(60_000);
    await finish(troupe, a);
    expect(statusOf(troupe, b)).toBe('running');
  });

  it('that has failed already blocks the task', async () => {
    const troupe = await startTroupe({ handlers: handlers({ Bad: failing }) });
    const a = await submit(troupe, 'A');
    const bad = await submit(troupe, 'Bad');
    await taskFact(troupe, bad.id, 'failed');
    const c = await submit(troupe, 'C', { dependencies: ['A'] });
    await troupe.addDependencies(null, c.id, ['Bad'], 'test');
    await taskFact(troupe, c.id, 'blocked');
    await finish(troupe, a);
    expect(troupe.getTask(null, c.id)).toMatchObject({ status: 'pending', waitingFor: [{ taskId: bad.id }] });
  });

  it('is refused once the task has started, and for a name nobody knows', async () => {
    const troupe = await startTroupe();
    const a = await submit(troupe, 'A');
    const b = await submit(troupe, 'B', { dependencies: ['A'] });
    expect(await refusal(troupe.addDependencies(null, a.id, ['B'], 'test'))).toMatchObject({
      kind: 'conflict',
      code: 'WRONG_STATE',
    });
    expect(await refusal(troupe.addDependencies(null, b.id, ['X'], 'test'))).toMatchObject({
      code: 'UNKNOWN_DEPENDENCY',
    });
    expect(troupe.getTask(null, b.id).dependencies).toHaveLength(1);
  });
});

const failing = (): never => {
  throw new PermanentError('out of stock');
};

describe('a dependency that fails', () => {
  it('blocks what depends on it, which stays pending, names it and says so once', async () => {
    const troupe = await startTroupe({ handlers: handlers({ CheckStock: failing }) });
    const { tasks } = await troupe.submitBatch([
      request('CheckStock'),
      request('Charge', { dependencies: ['CheckStock'] }),
      request('Ship', { dependencies: ['Charge'] }),
    ]);
    const [stock, charge, ship] = tasks;
    const blocked = await taskFact(troupe, charge?.id ?? '', 'blocked');
    expect(blocked.actor).toBe('task');
    const now = troupe.getTask(null, charge?.id ?? '');
    expect(now).toMatchObject({ status: 'pending', error: null });
    expect(now.waitingFor).toMatchObject([{ kind: 'dependency', on: 'CheckStock', taskId: stock?.id }]);
    expect(now.waitingFor[0]?.why).toContain('failed');
    expect(troupe.getTask(null, ship?.id ?? '').waitingFor).toMatchObject([{ on: 'Charge' }]);
  });

  it('and is retried lets everything downstream go on', async () => {
    let inStock = false;
    const done = (): string => 'done';
    const troupe = await startTroupe({
      handlers: handlers({ CheckStock: () => (inStock ? 'yes' : failing()), Charge: done, Ship: done }),
    });
    const { tasks } = await troupe.submitBatch([
      request('CheckStock'),
      request('Charge', { dependencies: ['CheckStock'] }),
      request('Ship', { dependencies: ['Charge', 'CheckStock'] }),
    ]);
    const [stock, charge, ship] = tasks.map(({ id }) => id);
    await taskFact(troupe, ship ?? '', 'blocked');
    inStock = true;
    await troupe.taskVerb(null, stock ?? '', 'retry', by);
    await taskFact(troupe, ship ?? '', 'complete');
    expect(troupe.getTask(null, charge ?? '').status).toBe('complete');
  });

  it('was lost before the dependent was submitted blocks it at once', async () => {
    const troupe = await startTroupe({ handlers: handlers({ CheckStock: failing }) });
    const stock = await submit(troupe, 'CheckStock');
    await taskFact(troupe, stock.id, 'failed');
    const charge = await submit(troupe, 'Charge', { dependencies: ['CheckStock'] });
    await taskFact(troupe, charge.id, 'blocked');
    expect(statusOf(troupe, charge)).toBe('pending');
  });

  it('with onDependencyFailure fail, fails the dependent and those that asked for the same', async () => {
    const troupe = await startTroupe({ handlers: handlers({ CheckStock: failing }) });
    const { tasks } = await troupe.submitBatch([
      request('CheckStock'),
      request('Charge', { dependencies: ['CheckStock'], onDependencyFailure: 'fail', delaySeconds: 3_600 }),
      request('Ship', { dependencies: ['Charge'], onDependencyFailure: 'fail' }),
      request('Tell', { dependencies: ['Charge'] }),
    ]);
    const [, charge, ship, tell] = tasks.map(({ id }) => id);
    await taskFact(troupe, ship ?? '', 'failed');
    expect(troupe.getTask(null, charge ?? '')).toMatchObject({
      status: 'failed',
      error: { code: 'DEPENDENCY_FAILED', step: null, retryable: false },
    });
    expect(troupe.getTask(null, charge ?? '').steps).toMatchObject([{ status: 'pending', attempt: 0 }]);
    expect(troupe.getTask(null, tell ?? '').status).toBe('pending');
  });

  it('leaves what it failed to be retried once it is mended', async () => {
    let inStock = false;
    const troupe = await startTroupe({
      handlers: handlers({ CheckStock: () => (inStock ? 'yes' : failing()), Charge: () => 'charged' }),
    });
    const { tasks } = await troupe.submitBatch([
      request('CheckStock'),
      request('Charge', { dependencies: ['CheckStock'], onDependencyFailure: 'fail' }),
    ]);
    const [stock, charge] = tasks.map(({ id }) => id);
    await taskFact(troupe, charge ?? '', 'failed');
    inStock = true;
    await troupe.taskVerb(null, stock ?? '', 'retry', by);
    await taskFact(troupe, stock ?? '', 'complete');
    await troupe.taskVerb(null, charge ?? '', 'retry', by);
    await taskFact(troupe, charge ?? '', 'complete');
    expect(troupe.getTask(null, charge ?? '').error).toBeNull();
  });
});

describe('a dependency that is cancelled', () => {
  it('blocks what depends on it, and says it was cancelled', async () => {
    const troupe = await startTroupe();
    const stock = await submit(troupe, 'CheckStock');
    const charge = await submit(troupe, 'Charge', { dependencies: ['CheckStock'] });
    await troupe.taskVerb(null, stock.id, 'cancel', by);
    await taskFact(troupe, charge.id, 'blocked');
    const { status, waitingFor } = troupe.getTask(null, charge.id);
    expect(status).toBe('pending');
    expect(waitingFor).toMatchObject([{ kind: 'dependency', taskId: stock.id }]);
    expect(waitingFor[0]?.why).toContain('cancelled');
  });

  it('fails the dependent that asked to be failed', async () => {
    const troupe = await startTroupe();
    const stock = await submit(troupe, 'CheckStock');
    const charge = await submit(troupe, 'Charge', {
      dependencies: ['CheckStock'],
      onDependencyFailure: 'fail',
    });
    await troupe.taskVerb(null, stock.id, 'cancel', by);
    expect(troupe.getTask(null, charge.id)).toMatchObject({
      status: 'failed',
      error: { code: 'DEPENDENCY_FAILED' },
    });
  });
});

describe('a dependent', () => {
  it('starts once when its two last dependencies finish together', async () => {
    const release = gate();
    const started: string[] = [];
    const wait = (): Promise<void> => release.promise;
    const troupe = await startTroupe({
      handlers: handlers({ A: wait, B: wait, C: ({ token }) => void started.push(token) }),
    });
    const { tasks } = await troupe.submitBatch([
      request('A'),
      request('B'),
      request('C', { dependencies: ['A', 'B'] }),
    ]);
    const [a, b, c] = tasks.map(({ id }) => id);
    await Promise.all([taskFact(troupe, a ?? '', 'running'), taskFact(troupe, b ?? '', 'running')]);
    release.open();
    await taskFact(troupe, c ?? '', 'complete');
    expect(started).toHaveLength(1);
  });

  it('starts when both its delay and its dependencies are over, the delay first', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock });
    const a = await submit(troupe, 'A');
    const b = await submit(troupe, 'B', { dependencies: ['A'], delaySeconds: 60 });
    expect(b.waitingFor.map(({ kind }) => kind).sort()).toEqual(['delay', 'dependency']);
    clock.advance(60_000);
    await submit(troupe, 'Later');
    expect(troupe.getTask(null, b.id).waitingFor.map(({ kind }) => kind)).toEqual(['dependency']);
    await finish(troupe, a);
    expect(statusOf(troupe, b)).toBe('running');
  });

  it('starts when both its delay and its dependencies are over, the dependencies first', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock });
    const a = await submit(troupe, 'A');
    const b = await submit(troupe, 'B', { dependencies: ['A'], delaySeconds: 60 });
    await finish(troupe, a);
    expect(troupe.getTask(null, b.id)).toMatchObject({ status: 'pending', waitingFor: [{ kind: 'delay' }] });
    clock.advance(60_000);
    await taskFact(troupe, b.id, 'running');
  });

  it('starts with its last dependency even if the clock was set back after its delay', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock });
    const a = await submit(troupe, 'A');
    const b = await submit(troupe, 'B', { dependencies: ['A'], delaySeconds: 60 });
    clock.advance(60_000);
    await submit(troupe, 'Later');
    clock.advance(-30_000);
    await finish(troupe, a);
    expect(statusOf(troupe, b)).toBe('running');
  });

  it('that is paused meets its dependencies, and starts when it is resumed', async () => {
    const troupe = await startTroupe();
    const a = await submit(troupe, 'A');
    const b = await submit(troupe, 'B', { dependencies: ['A'] });
    await troupe.taskVerb(null, b.id, 'pause', by);
    await finish(troupe, a);
    expect(statusOf(troupe, b)).toBe('paused');
    await troupe.taskVerb(null, b.id, 'resume', by);
    expect(statusOf(troupe, b)).toBe('running');
  });
});
