/** Code gives `submit` the body of `POST /tasks`, in which only the name must stand. */

import { expect, it } from 'vitest';
import { startTroupe, taskFact } from '../support.ts';

it('submit takes a name and a payload, and fills in the rest (F2)', async () => {
  const troupe = await startTroupe({ handlers: { Greet: ({ payload }) => `Hello ${payload['who']}` } });
  const { taskId } = await troupe.submit({ name: 'Greet', payload: { who: 'Ada' } });
  await taskFact(troupe, taskId, 'complete');
  expect(troupe.getTask(null, taskId)).toMatchObject({
    result: { Greet: 'Hello Ada' },
    priority: 5,
    tenantId: 'default',
  });
});

it('submit says all that is wrong with what it is given', async () => {
  const troupe = await startTroupe();
  const broken = { name: '', payload: {}, priority: 11, notificationUrl: 'nowhere' };
  await expect(troupe.submit(broken)).rejects.toMatchObject({
    code: 'INVALID_TASK',
    faults: [{ pointer: '/name' }, { pointer: '/notificationUrl' }, { pointer: '/priority' }],
  });
  await expect(troupe.submitBatch([{ name: 'Greet' }, { name: 'Greet', tags: [''] }])).rejects.toMatchObject({
    code: 'INVALID_TASK',
    faults: [{ pointer: '/tasks/1/tags/0' }],
  });
});

it('submit keeps the trace that it is given', async () => {
  const seen: (string | undefined)[] = [];
  const troupe = await startTroupe({ handlers: { Greet: (job) => void seen.push(job.traceparent) } });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const { taskId } = await troupe.submit({ name: 'Greet', traceparent });
  await taskFact(troupe, taskId, 'complete');
  expect(seen).toEqual([expect.stringContaining('0af7651916cd43dd8448eb211c80319c')]);
});
