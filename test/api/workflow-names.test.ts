import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../src/api/listen.ts';
import { bearer, problemIn, type Server, start, until } from './server.ts';

const order = (namespace: string | null, version = '1.0.0', step = 'validate') => ({
  name: 'order',
  ...(namespace === null ? {} : { namespace }),
  version,
  steps: [{ name: step, handler: 'echo' }],
});

const put = (server: Server, path: string, body: unknown, headers: Record<string, string> = {}) =>
  server.app.request(path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

interface Task {
  readonly id: string;
  readonly name: string;
  readonly workflow: { readonly namespace: string; readonly version: string } | null;
}

const json = async <T>(response: Response | Promise<Response>): Promise<T> =>
  (await (await response).json()) as T;

async function withOrders(...namespaces: (string | null)[]): Promise<Server> {
  const server = await start();
  for (const namespace of namespaces)
    expect((await server.post('/workflows', order(namespace))).status).toBe(201);
  return server;
}

describe('a workflow of a namespace', () => {
  test('has a name and version of its own, whatever others are called', async () => {
    const server = await withOrders('shop', 'bank', null);
    const { workflows } = await json<{ workflows: object[] }>(server.get('/workflows'));
    expect(workflows).toMatchObject(
      ['bank', 'default', 'shop'].map((namespace) => ({ namespace, name: 'order', current: true })),
    );
    const changed = await problemIn(await server.post('/workflows', order('bank', '1.0.0', 'other')));
    expect(changed).toMatchObject({ status: 409, code: 'VERSION_CONFLICT' });
    expect(changed.detail).toContain('bank/order 1.0.0');
  });

  test('is read at its full name, the slash as %2F, and found where its registration says', async () => {
    const server = await withOrders(null);
    const created = await server.post('/workflows', order('shop'));
    const location = created.headers.get('location') ?? '';
    expect(location).toBe('/workflows/shop%2Forder/versions/1.0.0');
    for (const path of [location, '/workflows/shop%2Forder', '/workflows/shop%2forder'])
      expect(await json(server.get(path))).toMatchObject({ namespace: 'shop', name: 'order' });
    for (const path of ['diagram', 'diagram?version=1.0.0', 'graph', 'current'])
      expect((await server.get(`/workflows/shop%2Forder/${path}`)).status).toBe(200);
    expect((await server.get('/workflows/bank%2Forder')).status).toBe(404);
    expect((await server.get('/workflows/shop/order')).status).toBe(404);
  });

  test('is found so over a real connection, beside names that hold a percent sign', async () => {
    const server = await withOrders('shop');
    await server.post('/workflows', { ...order('shop'), name: '100%2F' });
    const { url, close } = await listen(server.app, { host: '127.0.0.1', port: 0 });
    onTestFinished(close);
    const read = async (name: string) => json(fetch(`${url}/workflows/${encodeURIComponent(name)}`));
    expect(await read('shop/order')).toMatchObject({ namespace: 'shop', name: 'order' });
    expect(await read('shop/100%2F')).toMatchObject({ namespace: 'shop', name: '100%2F' });
  });

  test.each([{ name: 'shop/order' }, { name: 'order', namespace: 'shop' }])(
    'is run by %j, and its task says so',
    async (asked) => {
      const server = await withOrders('shop', 'bank');
      const task = await json<Task>(server.post('/tasks', { ...asked, payload: { a: 1 } }));
      await until(server, task.id, 'complete');
      expect(await json(server.get(`/tasks/${task.id}`))).toMatchObject({
        name: 'order',
        workflow: { namespace: 'shop', name: 'order', version: '1.0.0' },
        result: { validate: { a: 1 } },
      });
    },
  );

  test('with the same idempotency key, its two spellings are one request', async () => {
    const server = await withOrders('shop');
    const key = { idempotencyKey: 'k' };
    const first = await json<Task>(server.post('/tasks', { name: 'shop/order', ...key }));
    const again = await server.post('/tasks', { name: 'order', namespace: 'shop', ...key });
    expect(again.status).toBe(200);
    expect(await json(again)).toMatchObject({ id: first.id });
  });

  test('has tasks that are listed by its full name; the bare one lists those of all', async () => {
    const server = await withOrders('shop', 'bank');
    for (const name of ['shop/order', 'bank/order', 'echo']) await server.post('/tasks', { name });
    const listed = async (name: string) => {
      const { tasks } = await json<{ tasks: Task[] }>(
        server.get(`/tasks?name=${encodeURIComponent(name)}&tenantId=default`),
      );
      return tasks.map(({ workflow }) => workflow?.namespace ?? null);
    };
    expect(await listed('shop/order')).toEqual(['shop']);
    expect(await listed('bank/order')).toEqual(['bank']);
    expect(await listed('order')).toEqual(['bank', 'shop']);
    expect(await listed('echo')).toEqual([null]);
    expect(await listed('shop/echo')).toEqual([]);
  });
});

describe('a bare name', () => {
  test('means the default namespace, or else the only one', async () => {
    const both = await withOrders('shop', null);
    expect(await json(both.post('/tasks', { name: 'order' }))).toMatchObject({
      workflow: { namespace: 'default' },
    });
    expect(await json(both.get('/workflows/order'))).toMatchObject({ namespace: 'default' });
    const one = await withOrders('shop');
    expect(await json(one.post('/tasks', { name: 'order' }))).toMatchObject({
      workflow: { namespace: 'shop' },
    });
  });

  test('that means several is 422 with all of them, in bodies and in paths', async () => {
    const server = await withOrders('shop', 'bank');
    const batch = { tasks: [{ name: 'echo' }, { name: 'order' }] };
    const answers = [
      await server.post('/tasks', { name: 'order' }),
      await server.get('/workflows/order'),
      await server.get('/workflows/order/versions/1.0.0'),
      await server.get('/workflows/order/diagram'),
      await server.get('/workflows/order/current'),
      await put(server, '/workflows/order/current', { version: null }),
      await server.post('/tasks/batch', batch),
    ];
    for (const answer of answers) {
      const problem = await problemIn(answer);
      expect(problem).toMatchObject({ status: 422, code: 'AMBIGUOUS_WORKFLOW' });
      expect(problem.detail).toContain('bank/order, shop/order');
    }
    expect(await json(server.get('/tasks'))).toMatchObject({ tasks: [] });
  });

  test('that no workflow has means a handler, as ever', async () => {
    const server = await withOrders('shop');
    expect(await json(server.post('/tasks', { name: 'echo' }))).toMatchObject({ workflow: null });
  });
});

describe('new names', () => {
  test.each(['name', 'namespace'])('hold no slash: %s', async (field) => {
    const server = await start();
    const asJson = await problemIn(await server.post('/workflows', { ...order('shop'), [field]: 'a/b' }));
    expect(asJson).toMatchObject({ status: 422, errors: [{ pointer: `/${field}` }] });
    const yaml = `name: n\nnamespace: s\nsteps:\n  - { name: a }\n`.replace(
      new RegExp(`^${field}: .`, 'm'),
      `${field}: a/b`,
    );
    const asFile = await problemIn(await server.post('/workflows', yaml, { 'content-type': 'text/yaml' }));
    expect(asFile).toMatchObject({ status: 422, errors: [{ line: field === 'name' ? 1 : 2 }] });
  });

  test('are not taken from a title with a slash; the front matter gives another', async () => {
    const server = await start();
    const send = (text: string) => server.post('/workflows', text, { 'content-type': 'text/markdown' });
    const runbook = '# CI/CD\n\n## Echo @agent\n\norder → answer\n';
    const refused = await problemIn(await send(runbook));
    expect(refused).toMatchObject({ status: 422, errors: [{ line: 1 }] });
    expect(refused.detail).toContain('front matter');
    const named = await send(`---\nname: delivery\nnamespace: ops\n---\n${runbook}`);
    expect(await json(named)).toMatchObject({ namespace: 'ops', name: 'delivery' });
  });
});

describe('the current version', () => {
  async function withVersions(): Promise<Server> {
    const server = await start({ keyed: true });
    for (const version of ['1.10.0', '2.0.0-rc.1', '1.9.0'])
      await server.post('/workflows', order('shop', version), bearer('root-key'));
    return server;
  }
  const path = '/workflows/shop%2Forder/current';
  const root = bearer('root-key');
  const versionOf = async (server: Server) =>
    (await json<Task>(server.post('/tasks', { name: 'shop/order' }, root))).workflow?.version;

  test('is the highest by semantic version order, not the one registered last', async () => {
    const server = await withVersions();
    expect(await versionOf(server)).toBe('2.0.0-rc.1');
    const { workflows } = await json<{ workflows: object[] }>(server.get('/workflows', root));
    expect(workflows).toMatchObject([
      { version: '1.9.0', current: false },
      { version: '1.10.0', current: false },
      { version: '2.0.0-rc.1', current: true },
    ]);
  });

  test('is set by hand, told with who and why, and taken back with null', async () => {
    const server = await withVersions();
    const set = await put(server, path, { version: '1.9.0', reason: 'rc breaks refunds' }, root);
    expect(set.status).toBe(200);
    expect(await json(set)).toMatchObject({ namespace: 'shop', version: '1.9.0', setByHand: true });
    expect(await versionOf(server)).toBe('1.9.0');
    await server.post('/workflows', order('shop', '3.0.0'), root);
    expect(await json(server.get('/workflows/shop%2Forder', root))).toMatchObject({
      version: '1.9.0',
      current: true,
    });
    // The same again is no change.
    await put(server, path, { version: '1.9.0' }, root);

    const back = await put(server, path, { version: null }, root);
    expect(await json(back)).toMatchObject({
      version: '3.0.0',
      setByHand: false,
      choices: [
        { version: null, by: 'root', reason: null },
        { version: '1.9.0', by: 'root', reason: 'rc breaks refunds' },
      ],
    });
    expect(await json(server.get(path, root))).toMatchObject({ version: '3.0.0', setByHand: false });
    expect(await versionOf(server)).toBe('3.0.0');
  });

  test('is 404 of no workflow, 422 of no version, 403 for who may not register', async () => {
    const server = await withVersions();
    const asked = async (at: string, body: unknown, key: string) => {
      const { status, code } = await problemIn(await put(server, at, body, bearer(key)));
      return `${status} ${code}`;
    };
    expect(await asked('/workflows/none/current', { version: null }, 'root-key')).toBe(
      '404 WORKFLOW_NOT_FOUND',
    );
    expect(await asked(path, { version: '9.9.9' }, 'root-key')).toBe('422 UNKNOWN_WORKFLOW_VERSION');
    expect(await asked(path, {}, 'root-key')).toBe('422 INVALID_BODY');
    expect(await asked(path, { version: '1.9.0' }, 'shop-key')).toBe('403 ADMIN_ONLY');
    expect(await versionOf(server)).toBe('2.0.0-rc.1');
  });
});
