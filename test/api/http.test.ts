import { describe, expect, test } from 'vitest';
import { bearer, problemIn, start, until } from './server.ts';

describe('requests that are no good', () => {
  test('are 400 when the body is not JSON, saying where', async () => {
    const server = await start();
    for (const body of ['{"name": "echo",}', '', 'name=echo']) {
      const problem = await problemIn(await server.post('/tasks', body));
      expect(problem).toMatchObject({ status: 400, code: 'NOT_JSON' });
    }
  });

  test('are 400 when the body is not UTF-8', async () => {
    const { app } = await start();
    const headers = { 'content-type': 'application/json' };
    const response = await app.request('/tasks', {
      method: 'POST',
      headers,
      body: new Uint8Array([0x22, 0xff, 0x22]),
    });
    expect((await problemIn(response)).code).toBe('NOT_UTF8');
  });

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded'])(
    'are 415 as %s',
    async (type) => {
      const server = await start();
      for (const path of ['/tasks', '/workflows', '/tasks/x/cancel']) {
        const response = await server.post(path, '{"name":"echo"}', { 'content-type': type });
        expect(await problemIn(response)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
      }
    },
  );

  test('are 413 above the limit, without reading the rest', async () => {
    const { app } = await start({ limits: { bodyBytes: 1_000 } });
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 100;
        controller.enqueue(new Uint8Array(100).fill(0x20));
      },
    });
    const headers = { 'content-type': 'application/json' };
    const response = await app.request('/tasks', {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    } as RequestInit);
    expect(await problemIn(response)).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(sent).toBeLessThan(2_000);
  });

  test('are 404 at a path that is not there', async () => {
    const server = await start();
    expect((await problemIn(await server.get('/task'))).code).toBe('NO_SUCH_ROUTE');
  });

  test('are 405 with the methods that are there', async () => {
    const { app } = await start();
    const response = await app.request('/tasks', { method: 'DELETE' });
    expect((await problemIn(response)).status).toBe(405);
    expect(response.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
    const options = await app.request('/tasks', { method: 'OPTIONS' });
    expect(options.status).toBe(204);
    expect(options.headers.get('allow')).toContain('POST');
  });

  test('tell nothing of what broke inside, but log it', async () => {
    const server = await start();
    await server.troupe.close({ graceMs: 0 });
    const response = await server.get('/tasks');
    const problem = await problemIn(response);
    expect(problem).toMatchObject({ status: 500, code: 'INTERNAL', errors: [] });
    expect(problem.detail).not.toMatch(/database|sqlite/i);
    expect(server.errors).toHaveLength(1);
  });
});

describe('HEAD', () => {
  test('is GET without the body', async () => {
    const { app } = await start();
    for (const path of ['/tasks', '/events', '/health/live']) {
      const response = await app.request(path, { method: 'HEAD' });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('');
    }
  });
});

describe('API keys', () => {
  test('are asked for, and must be known', async () => {
    const server = await start({ keyed: true });
    for (const headers of [
      {},
      bearer('nonsense'),
      { authorization: 'Basic cm9vdDo=' },
      { 'x-api-key': '' },
    ]) {
      const response = await server.get('/tasks', headers);
      expect((await problemIn(response)).status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Bearer');
    }
    expect((await server.get('/tasks', bearer('shop-key'))).status).toBe(200);
    expect((await server.get('/tasks', { 'x-api-key': 'shop-key' })).status).toBe(200);
  });

  test('are not asked for by probes and readers of the document', async () => {
    const server = await start({ keyed: true });
    for (const path of ['/', '/health/live', '/health/ready', '/openapi.json']) {
      expect((await server.get(path)).status).toBe(200);
    }
  });

  test('of one tenant see nothing of another', async () => {
    const server = await start({ keyed: true });
    const submitted = await server.post('/tasks', { name: 'hang' }, bearer('shop-key'));
    const task = (await submitted.json()) as { id: string; tenantId: string };
    expect(task.tenantId).toBe('shop');

    for (const path of ['', '/history', '/snapshot', '/diagram', '/steps/hang']) {
      expect((await server.get(`/tasks/${task.id}${path}`, bearer('bank-key'))).status).toBe(404);
      expect((await server.get(`/tasks/${task.id}${path}`, bearer('root-key'))).status).toBe(200);
    }
    expect((await server.post(`/tasks/${task.id}/cancel`, undefined, bearer('bank-key'))).status).toBe(404);
    expect((await server.get(`/events?taskId=${task.id}`, bearer('bank-key'))).status).toBe(404);
    expect((await server.get('/events?tenantId=shop', bearer('bank-key'))).status).toBe(404);
    for (const query of ['', '?tenantId=shop']) {
      const list = await server.get(`/tasks${query}`, bearer('bank-key'));
      expect(await list.json()).toEqual({ tasks: [], nextCursor: null });
    }
    expect(await (await server.get('/tasks?tenantId=shop', bearer('root-key'))).json()).toMatchObject({
      tasks: [{}],
    });
  });

  test('submit for their own tenant only', async () => {
    const server = await start({ keyed: true });
    const foreign = { name: 'echo', tenantId: 'bank' };
    expect((await server.post('/tasks', foreign, bearer('shop-key'))).status).toBe(403);
    expect(
      (await server.post('/tasks/batch', { tasks: [{ name: 'echo' }, foreign] }, bearer('shop-key'))).status,
    ).toBe(403);
    expect((await server.post('/tasks', foreign, bearer('root-key'))).status).toBe(201);
    expect((await server.post('/tasks', foreign, bearer('bank-key'))).status).toBe(201);
  });

  test('of a tenant do not administer', async () => {
    const server = await start({ keyed: true });
    const workflow = { name: 'w', steps: [{ name: 'echo' }] };
    expect((await server.post('/workflows', workflow, bearer('shop-key'))).status).toBe(403);
    expect((await server.post('/workflows', workflow, bearer('root-key'))).status).toBe(201);
    for (const path of ['/metrics', '/health/status']) {
      expect((await server.get(path, bearer('shop-key'))).status).toBe(403);
      expect((await server.get(path, bearer('root-key'))).status).toBe(200);
    }
  });

  test('sign what their holders do', async () => {
    const server = await start({ keyed: true });
    const task = (await (await server.post('/tasks', { name: 'hang' }, bearer('shop-key'))).json()) as {
      id: string;
    };
    await server.post(`/tasks/${task.id}/cancel`, undefined, bearer('root-key'));
    expect(await (await server.get(`/tasks/${task.id}/history`, bearer('shop-key'))).text()).toContain(
      '"by":"root"',
    );
  });
});

describe('health', () => {
  test('is live, ready and known in detail', async () => {
    const server = await start();
    expect((await server.get('/health/live')).status).toBe(200);
    expect((await server.get('/health/ready')).status).toBe(200);
    expect(await (await server.get('/health/status')).json()).toMatchObject({
      ready: true,
      tasks: { pending: 0 },
    });
    const metrics = await server.get('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    expect(await metrics.text()).toContain('troupe_');
  });

  test('is not ready while the engine stops, and says when to ask again', async () => {
    const server = await start();
    const task = (await (await server.post('/tasks', { name: 'hang' })).json()) as { id: string };
    await until(server, task.id, 'running');
    const closed = server.troupe.close({ graceMs: 100 });
    for (const response of [
      await server.get('/health/ready'),
      await server.post('/tasks', { name: 'echo' }),
    ]) {
      expect((await problemIn(response)).status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await server.get('/health/live')).status).toBe(200);
    await closed;
  });
});
