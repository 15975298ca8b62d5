/** Code asks of tasks, workflows and webhooks, for all tenants and for one. */

import { expect, it } from 'vitest';
import { PermanentError } from '../../src/worker/errors.ts';
import { gate, startTroupe, step, taskFact, workflow } from '../support.ts';

it('reads a task, its steps, its history and lists of tasks', async () => {
  const troupe = await startTroupe({ handlers: { Greet: () => 'Hello' } });
  const { taskId: id } = await troupe.run('Greet');
  await taskFact(troupe, id, 'complete');
  expect(troupe.tasks.get(id)).toMatchObject({ id, status: 'complete' });
  expect(troupe.tasks.step(id, 'Greet')).toMatchObject({ output: 'Hello', attempts: [{ attempt: 1 }] });
  const events = [...troupe.tasks.history(id)].map(({ event }) => event);
  expect(events).toEqual([
    'task.submitted',
    'timer.delay',
    'step.spawned',
    'step.start',
    'attempt.complete',
    'step.complete',
  ]);
  expect([...troupe.tasks.history(id, 5)]).toHaveLength(1);
  expect(troupe.tasks.list({ status: 'complete' }).tasks).toMatchObject([{ id }]);
  expect(troupe.tasks.list({ status: 'failed' }).tasks).toEqual([]);
  expect(troupe.tasks.summaries().tasks).toMatchObject([{ id, stepCounts: { complete: 1 } }]);
  expect(troupe.tasks.moment(id, 1)).toMatchObject({ seq: 1 });
  expect(troupe.tasks.snapshot(id)).toMatchObject({ seq: 6 });
  expect(troupe.tasks.diagram(id, 'mermaid')).toContain('Greet');
  expect(() => troupe.tasks.get('nobody')).toThrow(expect.objectContaining({ code: 'TASK_NOT_FOUND' }));
});

it('tells tasks and steps by their verbs, as the library unless it says who', async () => {
  const door = gate<string>();
  const never = gate();
  const order = workflow('Order', [step('pay'), step('ship'), step('mail', ['pay', 'ship'])]);
  const handlers = { pay: () => door.promise, ship: () => never.promise, mail: () => 'sent' };
  const troupe = await startTroupe({ handlers, workflows: [order] });
  const { taskId: id } = await troupe.run('Order');
  expect(await troupe.tasks.pause(id, { reason: 'stock count' })).toMatchObject({ status: 'paused' });
  expect(await troupe.tasks.resume(id, { by: 'ann' })).toMatchObject({ status: 'running' });
  await troupe.tasks.skip(id, 'ship', { reason: 'picked up' });
  const view = await troupe.tasks.complete(id, 'pay', { output: { receipt: 7 } });
  expect(view.steps).toMatchObject([
    { name: 'pay', status: 'complete', output: { receipt: 7 } },
    { name: 'ship', status: 'skipped' },
    {},
  ]);
  const told = [...troupe.tasks.history(id)].map(({ event, detail }) => [
    event,
    detail['by'],
    detail['reason'],
  ]);
  expect(told).toContainEqual(['task.pause', 'library', 'stock count']);
  expect(told).toContainEqual(['task.resume', 'ann', null]);
  await expect(troupe.tasks.retryStep(id, 'pay')).rejects.toMatchObject({ code: 'WRONG_STATE' });
  const { taskId: other } = await troupe.run('Order');
  expect(await troupe.tasks.cancel(other, { reason: 'twice' })).toMatchObject({ status: 'cancelled' });
});

it('retries a failed task, and takes more dependencies for a pending one', async () => {
  let isBroken = true;
  const pay = (): string => {
    if (isBroken) throw new PermanentError('no such card');
    return 'paid';
  };
  const troupe = await startTroupe({ handlers: { Pay: pay, Wait: () => null } });
  const { taskId: id } = await troupe.run('Pay');
  await taskFact(troupe, id, 'failed');
  const waiting = await troupe.run('Wait', {}, { dependencies: [id] });
  const { taskId: more } = await troupe.run('Wait', {}, { delaySeconds: 3_600 });
  const view = await troupe.tasks.addDependencies(waiting.taskId, [more]);
  expect(view.dependencies.map(({ taskId }) => taskId)).toEqual([id, more]);
  isBroken = false;
  await troupe.tasks.retry(id);
  await taskFact(troupe, id, 'complete');
});

it('watches a task from its beginning, or from an event, to its end', async () => {
  const door = gate();
  const troupe = await startTroupe({ handlers: { Wait: () => door.promise } });
  const { taskId: id } = await troupe.run('Wait');
  await taskFact(troupe, id, 'running');
  const seen: string[] = [];
  for await (const { actor, fact, seq } of troupe.tasks.watch(id)) {
    seen.push(`${seq} ${actor} ${fact}`);
    if (actor === 'step:Wait' && fact === 'running') door.open();
  }
  expect(seen).toEqual([
    '1 task pending',
    '2 task running',
    '3 step:Wait pending',
    '4 step:Wait running',
    '5 step:Wait complete',
    '6 task complete',
  ]);
  // It is over, and what is asked for is given at once.
  const rest = troupe.tasks.watch(id, { after: 5 });
  expect(await rest.next()).toMatchObject({ value: { seq: 6, actor: 'task', fact: 'complete' } });
  expect(await rest.next()).toEqual({ done: true, value: undefined });
  expect(() => troupe.tasks.watch('nobody')).toThrow(expect.objectContaining({ code: 'TASK_NOT_FOUND' }));
});

it('watches through the failures that a retry has mended, and until it is told to stop', async () => {
  const door = gate();
  let isBroken = true;
  const pay = (): unknown => {
    if (isBroken) throw new PermanentError('no such card');
    return door.promise;
  };
  const troupe = await startTroupe({ handlers: { Pay: pay } });
  const { taskId: id } = await troupe.run('Pay');
  await taskFact(troupe, id, 'failed');
  isBroken = false;
  await troupe.tasks.retry(id);
  const stop = new AbortController();
  const ofTask: string[] = [];
  for await (const { actor, fact, attempt } of troupe.tasks.watch(id, { signal: stop.signal })) {
    if (actor === 'task') ofTask.push(fact);
    if (ofTask.includes('failed') && actor === 'step:Pay' && fact === 'running' && attempt === 2)
      stop.abort();
  }
  expect(ofTask).toContain('failed');
  expect(ofTask).not.toContain('complete');
});

it('registers workflows and chooses their versions', async () => {
  const troupe = await startTroupe();
  await troupe.workflows.register(workflow('Order', [step('pay')], '1.0.0'));
  const { created } = await troupe.workflows.register(
    workflow('Order', [step('pay'), step('ship')], '2.0.0'),
  );
  expect(created).toBe(true);
  expect(troupe.workflows.list()).toHaveLength(2);
  expect(troupe.workflows.get('Order').definition.version).toBe('2.0.0');
  await troupe.workflows.setCurrent('Order', '1.0.0', { reason: 'a fault in 2.0.0' });
  const choice = { version: '1.0.0', by: 'library', reason: 'a fault in 2.0.0' };
  expect(troupe.workflows.current('Order')).toMatchObject({ setByHand: true, choices: [choice] });
  expect(() => troupe.workflows.get('None')).toThrow(expect.objectContaining({ code: 'WORKFLOW_NOT_FOUND' }));
});

it('forTenant submits for its tenant, and sees nothing of another', async () => {
  const troupe = await startTroupe({ handlers: { Greet: () => 'Hello' } });
  const [a, b] = [troupe.forTenant('a'), troupe.forTenant('b')];
  const { taskId: id } = await a.submit({ name: 'Greet' });
  const run = await a.run('Greet');
  expect(await run.result()).toBe('Hello');
  const { tasks } = await b.submitBatch([{ name: 'Greet' }, { name: 'Greet', tenantId: 'b' }]);
  expect(tasks.map(({ tenantId }) => tenantId)).toEqual(['b', 'b']);
  expect(troupe.tasks.get(id).tenantId).toBe('a');
  expect(a.tasks.list().tasks.map(({ id }) => id)).toEqual([run.taskId, id]);
  expect(troupe.tasks.list({ tenantId: 'b' }).tasks).toHaveLength(2);
  const hidden = expect.objectContaining({ code: 'TASK_NOT_FOUND' });
  expect(() => b.tasks.get(id)).toThrow(hidden);
  expect(() => b.tasks.watch(id)).toThrow(hidden);
  expect(() => b.actor(id)).toThrow(hidden);
  expect(() => b.tasks.history(id)).toThrow(hidden);
  await expect(b.tasks.cancel(id)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
  expect(a.actor(id).id).toBe(`${id}/task`);
  const foreign = { code: 'FOREIGN_TENANT', faults: [{ pointer: '/tenantId' }] };
  await expect(a.submit({ name: 'Greet', tenantId: 'b' })).rejects.toMatchObject(foreign);
  expect(() => a.tasks.list({ tenantId: 'b' })).toThrow(expect.objectContaining({ code: 'FOREIGN_TENANT' }));
});
