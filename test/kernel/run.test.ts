/** Code that starts a task and awaits what comes of it. */

import { expect, it } from 'vitest';
import { PermanentError } from '../../src/worker/errors.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { gate, startTroupe, taskFact } from '../support.ts';

it('run gives the output of a single handler, and the result of a workflow', async () => {
  const order = defineWorkflow({
    name: 'Order',
    steps: { cart: { handler: () => ({ total: 3 }) }, pay: { dependsOn: ['cart'], handler: () => 'paid' } },
  });
  const greet = {
    Greet: ({ payload }: { payload: Readonly<Record<string, unknown>> }) => `Hello ${payload['who']}`,
  };
  const troupe = await startTroupe({ handlers: greet, workflows: [order] });
  const run = await troupe.run('Greet', { who: 'Ada' });
  expect(await run.result()).toBe('Hello Ada');
  // It is over, and answers the same.
  expect(await run.result()).toBe('Hello Ada');
  expect(await (await troupe.run(order)).result()).toEqual({ pay: 'paid' });
  expect(await (await troupe.run('Order', {}, { priority: 9 })).result()).toEqual({ pay: 'paid' });
});

it("a run that fails rejects with its step's own error, and resolves after a retry", async () => {
  let isBroken = true;
  const handler = (): string => {
    if (isBroken) throw new PermanentError('no such card', { code: 'NO_CARD' });
    return 'paid';
  };
  const troupe = await startTroupe({ handlers: { Pay: handler } });
  const run = await troupe.run('Pay');
  const failed = { name: 'PermanentError', message: 'no such card', code: 'NO_CARD', step: 'Pay' };
  await expect(run.result()).rejects.toMatchObject(failed);
  await expect(run.result()).rejects.toMatchObject({ stack: expect.stringContaining('run.test.ts') });
  isBroken = false;
  await troupe.taskVerb(null, run.taskId, 'retry', { by: 'ann', reason: null });
  expect(await run.result()).toBe('paid');
});

it('a run that is cancelled, and one whose Troupe closes, do not keep who waits for them', async () => {
  const door = gate();
  const troupe = await startTroupe({ handlers: { Wait: () => door.promise } });
  const [first, second] = [await troupe.run('Wait'), await troupe.run('Wait')];
  await taskFact(troupe, second.taskId, 'running');
  const results = [first, second].map((run) => run.result().catch((error: unknown) => error));
  await troupe.taskVerb(null, first.taskId, 'cancel', { by: 'ann', reason: null });
  expect(await results[0]).toMatchObject({ code: 'TASK_CANCELLED' });
  await troupe.close({ graceMs: 0 });
  expect(await results[1]).toMatchObject({ code: 'STOPPING' });
});
