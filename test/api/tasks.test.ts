import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  historyEventSchema,
  snapshotSchema,
  stepDetailSchema,
  taskSchema,
  taskSummarySchema,
} from '../../src/api/views.ts';
import { bearer, problemIn, start, until } from './server.ts';

const taskOf = async (response: Response) => taskSchema.parse(await response.json());

describe('POST /tasks', () => {
  test('answers 201 with the task and where it is', async () => {
    const server = await start();
    const response = await server.post('/tasks', { name: 'echo', payload: { orderId: 'ORD1' }, tags: ['a'] });
    expect(response.status).toBe(201);
    const task = await taskOf(response);
    expect(response.headers.get('location')).toBe(`/tasks/${task.id}`);
    expect(task).toMatchObject({
      name: 'echo',
      workflow: null,
      tenantId: 'default',
      payload: { orderId: 'ORD1' },
    });

    await until(server, task.id, 'complete');
    const finished = await taskOf(await server.get(`/tasks/${task.id}`));
    expect(finished).toMatchObject({
      status: 'complete',
      result: { echo: { orderId: 'ORD1' } },
      waitingFor: [],
    });
  });

  test('answers 200 with the first task for the same idempotency key, from header or body', async () => {
    const server = await start();
    const first = await taskOf(await server.post('/tasks', { name: 'echo', idempotencyKey: 'k1' }));
    for (const header of ['k1', '"k1"']) {
      const again = await server.post('/tasks', { name: 'echo' }, { 'idempotency-key': header });
      expect(again.status).toBe(200);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect((await taskOf(again)).id).toBe(first.id);
    }
    expect((await server.post('/tasks', { name: 'fail', idempotencyKey: 'k1' })).status).toBe(422);
    const torn = await server.post(
      '/tasks',
      { name: 'echo', idempotencyKey: 'k1' },
      { 'idempotency-key': 'k2' },
    );
    expect(torn.status).toBe(422);
  });

  test('names every problem of the body at once, and stores nothing', async () => {
    const server = await start();
    const response = await server.post('/tasks', { priority: 0, nmae: 'echo', payload: 7 });
    expect(response.status).toBe(422);
    const { code, errors } = await problemIn(response);
    expect(code).toBe('INVALID_BODY');
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/name', '/nmae', '/payload', '/priority']);
    expect(await (await server.get('/tasks')).json()).toEqual({ tasks: [], nextCursor: null });
  });

  test('refuses a dependency nobody submitted', async () => {
    const server = await start();
    const response = await server.post('/tasks', { name: 'echo', dependencies: ['Nobody'] });
    expect(response.status).toBe(422);
    expect((await problemIn(response)).detail).toContain('Nobody');
  });
});

describe('POST /tasks/batch', () => {
  test('stores all tasks, in order, with dependencies by name', async () => {
    const server = await start();
    const response = await server.post('/tasks/batch', {
      tasks: [{ name: 'echo' }, { name: 'hang', dependencies: ['echo'] }],
    });
    expect(response.status).toBe(201);
    const { tasks } = z.object({ tasks: z.array(taskSchema) }).parse(await response.json());
    expect(tasks.map(({ name }) => name)).toEqual(['echo', 'hang']);
    expect(tasks[1]?.dependencies).toMatchObject([{ name: 'echo', taskId: tasks[0]?.id }]);
  });

  test('stores none when one is wrong, and says which', async () => {
    const server = await start();
    const response = await server.post('/tasks/batch', {
      tasks: [{ name: 'echo' }, { name: '' }, { nam: 'x' }],
    });
    const { errors } = await problemIn(response);
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/tasks/1/name', '/tasks/2/name', '/tasks/2/nam']);
    expect((await server.troupe.listTasks({ tenantId: null, limit: 20 })).tasks).toEqual([]);
  });

  test('takes no Idempotency-Key header, which could only be ignored', async () => {
    const server = await start();
    const response = await server.post(
      '/tasks/batch',
      { tasks: [{ name: 'echo' }] },
      { 'idempotency-key': 'k' },
    );
    expect(response.status).toBe(422);
  });
});

describe('GET /tasks', () => {
  test('pages through the newest first', async () => {
    const server = await start();
    for (const tag of ['1', '2', '3']) await server.post('/tasks', { name: 'echo', tags: [tag] });
    const page = z.object({ tasks: z.array(taskSchema), nextCursor: z.string().nullable() });
    const first = page.parse(await (await server.get('/tasks?limit=2')).json());
    expect(first.tasks.map(({ tags }) => tags[0])).toEqual(['3', '2']);
    const second = page.parse(await (await server.get(`/tasks?limit=2&cursor=${first.nextCursor}`)).json());
    expect(second.tasks.map(({ tags }) => tags[0])).toEqual(['1']);
    expect(second.nextCursor).toBeNull();
    expect(page.parse(await (await server.get('/tasks?tag=2')).json()).tasks).toHaveLength(1);
  });

  test('as summaries has no steps, payload or result, but how many steps are where', async () => {
    const server = await start();
    const { id } = await taskOf(await server.post('/tasks', { name: 'echo', payload: { a: 1 } }));
    await server.post('/tasks', { name: 'nobody' });
    await until(server, id, 'complete');
    const body: unknown = await (await server.get('/tasks?fields=summary')).json();
    const { tasks } = z.object({ tasks: z.array(taskSummarySchema) }).parse(body);
    expect(tasks.map(({ stepCounts }) => stepCounts)).toEqual([{ pending: 1 }, { complete: 1 }]);
    expect(tasks[0]).toMatchObject({
      waitingForCount: 1,
      waitingFor: [{ kind: 'worker', handler: 'nobody' }],
    });
    const { steps, payload, result, waitingFor, ...head } = await taskOf(await server.get(`/tasks/${id}`));
    expect(tasks[1]).toEqual({ ...head, waitingFor, waitingForCount: 0, stepCounts: { complete: 1 } });
    expect([steps.length, payload, result]).toEqual([1, { a: 1 }, { echo: { a: 1 } }]);
  });

  test('finds those submitted from one time on and before another', async () => {
    const server = await start();
    const times: string[] = [];
    while (times.length < 3) {
      const { createdAt } = await taskOf(await server.post('/tasks', { name: 'nobody' }));
      if (times.at(-1) === createdAt) continue;
      times.push(createdAt);
    }
    const found = async (query: Record<string, string>): Promise<string[]> => {
      const body: unknown = await (await server.get(`/tasks?${new URLSearchParams(query)}`)).json();
      const { tasks } = z.object({ tasks: z.array(taskSchema) }).parse(body);
      return [...new Set(tasks.map(({ createdAt }) => createdAt))].reverse();
    };
    const [first = '', second = '', third = ''] = times;
    expect(await found({ createdAfter: second })).toEqual([second, third]);
    expect(await found({ createdBefore: second })).toEqual([first]);
    expect(await found({ createdAfter: second, createdBefore: third, name: 'nobody' })).toEqual([second]);
    expect(await found({ createdAfter: third, createdBefore: third })).toEqual([]);
  });

  test('finds those that are named, and of them only what the caller may see', async () => {
    const server = await start({ keyed: true });
    const submit = async (key: string) =>
      (await taskOf(await server.post('/tasks', { name: 'nobody' }, bearer(key)))).id;
    const [first, other, foreign] = [
      await submit('shop-key'),
      await submit('shop-key'),
      await submit('bank-key'),
    ];
    const found = async (query: string): Promise<string[]> => {
      const response = await server.get(`/tasks?fields=summary&${query}`, bearer('shop-key'));
      const { tasks } = z.object({ tasks: z.array(taskSummarySchema) }).parse(await response.json());
      return tasks.map(({ id }) => id);
    };
    expect(await found(`ids=${first},${foreign},none`)).toEqual([first]);
    expect(await found(`ids=${first},${other}`)).toEqual([other, first]);
    expect(await found(`ids=${first}&status=failed`)).toEqual([]);
  });

  test.each([
    'ids=',
    'ids=a,,b',
    'createdAfter=yesterday',
    'createdBefore=1700000000',
    'fields=names',
    'limit=0',
    'limit=201',
    'limit=2.5',
    'limit=',
    'limit=x',
    'status=done',
    'state=failed',
    'cursor=nonsense',
  ])('refuses ?%s', async (query) => {
    const server = await start();
    const response = await server.get(`/tasks?${query}`);
    expect(response.status).toBe(422);
    expect((await problemIn(response)).errors[0]?.pointer).toBe(`/${query.split('=')[0]}`);
  });
});

describe('one task', () => {
  test('shows a step with its attempts, and the error as the handler gave it', async () => {
    const server = await start();
    const { id } = await taskOf(await server.post('/tasks', { name: 'fail' }));
    await until(server, id, 'failed');
    const step = stepDetailSchema.parse(await (await server.get(`/tasks/${id}/steps/fail`)).json());
    expect(step).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { code: 'DECLINED', message: 'card declined' },
    });
    expect(step.attempts).toHaveLength(1);
  });

  test('gives its history as one document or a line an event', async () => {
    const server = await start();
    const { id } = await taskOf(await server.post('/tasks', { name: 'echo' }));
    await until(server, id, 'complete');
    const { events } = z
      .object({ events: z.array(historyEventSchema) })
      .parse(await (await server.get(`/tasks/${id}/history`)).json());
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
    expect(events.at(-1)).toMatchObject({ actor: 'task', to: 'complete' });

    const lines = await server.get(`/tasks/${id}/history`, { accept: 'application/x-ndjson' });
    expect(lines.headers.get('content-type')).toBe('application/x-ndjson');
    const text = await lines.text();
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(events);
  });

  test('takes commits while somebody is still reading its history', async () => {
    const server = await start();
    const { id } = await taskOf(await server.post('/tasks', { name: 'echo' }));
    await until(server, id, 'complete');
    const history = await server.get(`/tasks/${id}/history`);
    expect((await server.post('/tasks', { name: 'echo' })).status).toBe(201);
    expect(await history.json()).toHaveProperty('events');
  });

  test('gives snapshots, now and as they were', async () => {
    const server = await start();
    const { id } = await taskOf(await server.post('/tasks', { name: 'echo' }));
    await until(server, id, 'complete');
    const now = snapshotSchema.parse(await (await server.get(`/tasks/${id}/snapshot`)).json());
    expect(now.task).toMatchObject({ value: 'complete' });
    const then = snapshotSchema.parse(await (await server.get(`/tasks/${id}/snapshot?seq=1`)).json());
    expect(then.seq).toBe(1);
    expect(then.task).not.toMatchObject({ value: 'complete' });
  });

  test('is drawn as mermaid, dot or svg, and says so when asked for more', async () => {
    const server = await start();
    const { id } = await taskOf(await server.post('/tasks', { name: 'hang' }));
    expect(await (await server.get(`/tasks/${id}/diagram`)).text()).toMatch(/^(graph|flowchart)/);
    expect(await (await server.get(`/tasks/${id}/diagram?format=dot`)).text()).toMatch(/^digraph/);
    const svg = await server.get(`/tasks/${id}/diagram?format=svg`);
    expect(svg.headers.get('content-type')).toBe('image/svg+xml');
    expect(await svg.text()).toMatch(/^<svg /);
    const png = await server.get(`/tasks/${id}/diagram?format=png`);
    expect(png.status).toBe(422);
    expect((await problemIn(png)).errors[0]?.message).toContain('mermaid or dot');
  });

  test.each(['', '/history', '/snapshot', '/diagram', '/steps/echo'])(
    'is 404 at /tasks/nobody%s',
    async (rest) => {
      const server = await start();
      expect((await problemIn(await server.get(`/tasks/nobody${rest}`))).status).toBe(404);
    },
  );
});

describe('operator verbs', () => {
  test('need no body, and answer with the task', async () => {
    const server = await start();
    const { id } = await taskOf(await server.post('/tasks', { name: 'hang' }));
    expect(await taskOf(await server.post(`/tasks/${id}/pause`))).toMatchObject({ status: 'paused' });
    const empty = await server.post(`/tasks/${id}/resume`, '');
    expect(empty.status).toBe(200);
    const cancelled = await server.post(`/tasks/${id}/cancel`, { reason: 'ordered twice' });
    expect(await taskOf(cancelled)).toMatchObject({ status: 'cancelled' });
    const history = await (await server.get(`/tasks/${id}/history`)).text();
    expect(history).toContain('ordered twice');
    expect(history).toContain('"by":"http"');
  });

  test('are 409 in the wrong state, which they name', async () => {
    const server = await start();
    const { id } = await taskOf(await server.post('/tasks', { name: 'echo' }));
    await until(server, id, 'complete');
    const response = await server.post(`/tasks/${id}/retry`);
    expect(response.status).toBe(409);
    expect((await problemIn(response)).detail).toContain('complete');
  });

  test('resolve a step by hand with an output', async () => {
    const server = await start();
    const { id } = await taskOf(await server.post('/tasks', { name: 'fail' }));
    await until(server, id, 'failed');
    const response = await server.post(`/tasks/${id}/steps/fail/complete`, { output: { paid: true } });
    expect(await taskOf(response)).toMatchObject({ status: 'complete', result: { fail: { paid: true } } });
  });

  test('refuse what they have no use for', async () => {
    const server = await start();
    const { id } = await taskOf(await server.post('/tasks', { name: 'hang' }));
    const response = await server.post(`/tasks/${id}/cancel`, { resaon: 'x', reason: 1 });
    expect((await problemIn(response)).errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/reason',
      '/resaon',
    ]);
    expect((await server.post(`/tasks/${id}/cancel`, '{')).status).toBe(400);
  });

  test('add a dependency to a pending task', async () => {
    const server = await start();
    const { id } = await taskOf(await server.post('/tasks', { name: 'echo', delaySeconds: 3_600 }));
    const other = await taskOf(await server.post('/tasks', { name: 'hang' }));
    const task = await taskOf(await server.post(`/tasks/${id}/dependencies`, { dependsOn: [other.id] }));
    expect(task.dependencies).toMatchObject([{ taskId: other.id }]);
    expect((await server.post(`/tasks/${id}/dependencies`, { dependsOn: [] })).status).toBe(422);
    const circle = await server.post(`/tasks/${id}/dependencies`, { dependsOn: [id] });
    expect(circle.status).toBe(422);
  });
});
