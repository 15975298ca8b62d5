/** Deadlines over HTTP: what is refused, and what a task shows of its own. */

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { taskSchema, taskSummarySchema } from '../../src/api/views.ts';
import { problemIn, type Server, start, until } from './server.ts';

const taskOf = async (response: Response) => taskSchema.parse(await response.json());

const TOO_LONG = 315_576_001;

const pointersOf = async (response: Response) => {
  const { status, errors } = await problemIn(response);
  return { status, pointers: errors.map(({ pointer }) => pointer) };
};

/** A task that has failed by its deadline. */
async function late(server: Server): Promise<string> {
  const { id } = await taskOf(await server.post('/tasks', { name: 'nobody', deadlineSeconds: 0.001 }));
  await until(server, id, 'failed');
  return id;
}

describe('deadlineSeconds', () => {
  it.each([0, -1, TOO_LONG, '2h', true])(
    '%s is refused with its place, and nothing is stored',
    async (deadlineSeconds) => {
      const server = await start();
      const refused = { status: 422, pointers: ['/deadlineSeconds'] };
      expect(await pointersOf(await server.post('/tasks', { name: 'echo', deadlineSeconds }))).toEqual(
        refused,
      );
      const batch = { tasks: [{ name: 'echo' }, { name: 'echo', deadlineSeconds }] };
      expect(await pointersOf(await server.post('/tasks/batch', batch))).toEqual({
        status: 422,
        pointers: ['/tasks/1/deadlineSeconds'],
      });
      expect(await (await server.get('/tasks')).json()).toEqual({ tasks: [], nextCursor: null });
    },
  );

  it.each([0, -1, TOO_LONG, '2h'])(
    'R11: %s is refused in a retry, which changes nothing',
    async (deadlineSeconds) => {
      const server = await start();
      const id = await late(server);
      const refused = await server.post(`/tasks/${id}/retry`, { deadlineSeconds });
      expect(await pointersOf(refused)).toEqual({ status: 422, pointers: ['/deadlineSeconds'] });
      expect(await taskOf(await server.get(`/tasks/${id}`))).toMatchObject({ status: 'failed' });
    },
  );

  it('is for submissions and the retry of a task alone', async () => {
    const server = await start();
    const id = await late(server);
    for (const verb of ['pause', 'cancel', 'resume', 'steps/nobody/retry']) {
      const refused = await server.post(`/tasks/${id}/${verb}`, { deadlineSeconds: 60 });
      expect(await pointersOf(refused)).toEqual({ status: 422, pointers: ['/deadlineSeconds'] });
    }
  });

  it('stands as a time in the task and in lists of tasks, and is null without', async () => {
    const server = await start();
    const before = Date.now();
    const task = await taskOf(await server.post('/tasks', { name: 'nobody', deadlineSeconds: 3_600 }));
    expect(Date.parse(task.deadline ?? '') - Date.parse(task.createdAt)).toBe(3_600_000);
    expect(Date.parse(task.createdAt)).toBeGreaterThanOrEqual(before);
    await server.post('/tasks', { name: 'nobody' });
    const page = z.object({ tasks: z.array(taskSchema) }).parse(await (await server.get('/tasks')).json());
    expect(page.tasks.map(({ deadline }) => deadline)).toEqual([null, task.deadline]);
    const summaries = await (await server.get('/tasks?fields=summary')).json();
    const listed = z.object({ tasks: z.array(taskSummarySchema) }).parse(summaries);
    expect(listed.tasks.map(({ deadline }) => deadline)).toEqual([null, task.deadline]);
    expect(listed.tasks[1]?.waitingFor[0]?.why).toMatch(`and all of it until ${task.deadline}`);
  });

  it('R11: in a retry sets the deadline from then on', async () => {
    const server = await start();
    const id = await late(server);
    const failed = await taskOf(await server.get(`/tasks/${id}`));
    expect(failed.error).toMatchObject({ code: 'DEADLINE', step: null });
    const now = Date.now();
    const task = await taskOf(
      await server.post(`/tasks/${id}/retry`, { deadlineSeconds: 3_600, reason: 'again' }),
    );
    expect(task).toMatchObject({ status: 'running', error: null });
    expect(Date.parse(task.deadline ?? '')).toBeGreaterThanOrEqual(now + 3_600_000);
  });

  it('with the same idempotency key is the same request, and another one with another length', async () => {
    const server = await start();
    const send = (more: object) => server.post('/tasks', { name: 'nobody', idempotencyKey: 'k', ...more });
    const first = await taskOf(await send({ deadlineSeconds: 60 }));
    expect((await taskOf(await send({ deadlineSeconds: 60 }))).id).toBe(first.id);
    expect((await send({ deadlineSeconds: 61 })).status).toBe(422);
    expect((await send({})).status).toBe(422);
  });
});

describe('a workflow with times', () => {
  const workflow = (more: object, step: object = {}) => ({
    name: 'order',
    version: '1.0.0',
    ...more,
    steps: [{ name: 'pay', http: { url: 'https://pay.example/' }, ...step }],
  });

  it.each([0, -1, '0s', '4000d', 'soon'])('is refused a deadline or a within of %s', async (time) => {
    const server = await start();
    const deadline = await server.post('/workflows', workflow({ deadline: time }));
    expect(await pointersOf(deadline)).toEqual({ status: 422, pointers: ['/deadline'] });
    const within = await server.post('/workflows', workflow({}, { within: time }));
    expect(await pointersOf(within)).toEqual({ status: 422, pointers: ['/steps/0/within'] });
  });

  it('shows them, of a step that is a call over HTTP too, and gives them to its tasks', async () => {
    const server = await start();
    const response = await server.post('/workflows', workflow({ deadline: '2h' }, { within: '10m' }));
    expect(await response.json()).toMatchObject({ deadlineMs: 7_200_000, steps: [{ withinMs: 600_000 }] });
    const task = await taskOf(await server.post('/tasks', { name: 'order' }));
    expect(Date.parse(task.deadline ?? '') - Date.parse(task.createdAt)).toBe(7_200_000);
  });
});
