import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bearer, problemIn, start, until } from './server.ts';

const ORDER = {
  name: 'Order flow',
  version: '1.0.0',
  steps: [
    { name: 'validate', handler: 'echo' },
    { name: 'charge', handler: 'echo', depends_on: 'validate' },
  ],
};

describe('POST /workflows', () => {
  test('registers a version once: 201, then 200, then 409 for other content', async () => {
    const server = await start();
    const created = await server.post('/workflows', ORDER);
    expect(created.status).toBe(201);
    const location = created.headers.get('location') ?? '';
    expect(location).toBe('/workflows/Order%20flow/versions/1.0.0');
    const workflow = await created.json();
    expect(workflow).toMatchObject({
      name: 'Order flow',
      stepCount: 2,
      steps: [{}, { dependsOn: ['validate'] }],
    });
    expect(await (await server.get(location)).json()).toEqual(workflow);

    expect((await server.post('/workflows', ORDER)).status).toBe(200);
    const changed = await server.post('/workflows', { ...ORDER, description: 'other' });
    expect((await problemIn(changed)).status).toBe(409);
  });

  test('makes the workflow one that can be run', async () => {
    const server = await start();
    await server.post('/workflows', ORDER);
    const response = await server.post('/tasks', { name: 'Order flow', payload: { a: 1 } });
    const { id } = (await response.json()) as { id: string };
    await until(server, id, 'complete');
    expect(await (await server.get(`/tasks/${id}`)).json()).toMatchObject({
      workflow: { name: 'Order flow', version: '1.0.0' },
      result: { charge: { a: 1 } },
    });
  });

  test('refuses a circle with its path', async () => {
    const server = await start();
    const steps = [
      { name: 'a', depends_on: 'b' },
      { name: 'b', depends_on: 'a' },
    ];
    const problem = await problemIn(await server.post('/workflows', { name: 'w', steps }));
    expect(problem.status).toBe(422);
    expect(JSON.stringify(problem.errors)).toMatch(/a → b → a|b → a → b/);
  });

  test('names every problem at once', async () => {
    const server = await start();
    const steps = [{ name: 'a', timeout: 'long', depends_on: ['b'] }];
    const { errors } = await problemIn(await server.post('/workflows', { nmae: 'w', steps }));
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/name',
      '/nmae',
      '/steps/0/depends_on/0',
      '/steps/0/timeout',
    ]);
  });
});

describe('POST /workflows with a file', () => {
  const file = (type: string) => ({ 'content-type': type });
  const YAML = 'name: Order flow\nversion: 1.0.0\nsteps:\n  - { name: validate, handler: echo }\n';

  test.each([
    ['text/yaml', YAML, 'application/yaml; charset=utf-8'],
    [
      'text/markdown',
      readFileSync('examples/order-runbook/orders.md', 'utf8'),
      'text/markdown; charset=utf-8',
    ],
  ])('keeps a file sent as %s to the letter', async (type, text, mediaType) => {
    const server = await start();
    const created = await server.post('/workflows', text, file(type));
    const path = created.headers.get('location') ?? '';
    // Again as JSON or with another comment: it is the same workflow, written as it was first.
    await server.post('/workflows', `${text}\n`, file(type));
    for (const of of [path, path.replace(/\/versions\/.*/, '')]) {
      const source = await server.get(`${of}?format=source`);
      expect(source.headers.get('content-type')).toBe(mediaType);
      expect(await source.text()).toBe(text);
    }
    expect(await (await server.get(path)).json()).toMatchObject({
      sourceFormat: type === 'text/markdown' ? 'markdown' : 'yaml',
    });
  });

  test('has no source of a workflow that came as JSON', async () => {
    const server = await start();
    await server.post('/workflows', { name: 'w', steps: [{ name: 'a' }] });
    expect(await (await server.get('/workflows/w')).json()).toMatchObject({ sourceFormat: null });
    expect(await problemIn(await server.get('/workflows/w?format=source'))).toMatchObject({
      status: 404,
      code: 'NO_SOURCE',
    });
  });

  test('shows what does each step, and what else sets it apart', async () => {
    const server = await start();
    const steps = [
      { name: 'a', handler: 'pay' },
      { name: 'b', http: { url: 'https://a.example/' } },
      { name: 'c', on_failure: true },
    ];
    await server.post('/workflows', { name: 'w', steps });
    expect(await (await server.get('/workflows/w')).json()).toMatchObject({
      steps: [
        { work: 'pay', marks: [] },
        { handler: 'troupe.http', work: 'HTTP call', marks: [] },
        { work: 'c', marks: ['if a step failed'] },
      ],
    });
  });

  test.each(['text/yaml', 'application/yaml', 'application/x-yaml', 'Text/YAML; charset=utf-8'])(
    'takes YAML as %s, and knows it again as JSON',
    async (type) => {
      const server = await start();
      const created = await server.post('/workflows', YAML, file(type));
      expect(created.status).toBe(201);
      expect(created.headers.get('location')).toBe('/workflows/Order%20flow/versions/1.0.0');
      expect((await server.post('/workflows', YAML, file(type))).status).toBe(200);
      const json = { name: 'Order flow', version: '1.0.0', steps: [{ name: 'validate', handler: 'echo' }] };
      expect((await server.post('/workflows', json)).status).toBe(200);
      const changed = await server.post('/workflows', `${YAML}description: other\n`, file(type));
      expect((await problemIn(changed)).status).toBe(409);
    },
  );

  test('takes a Markdown runbook, whose task then runs', async () => {
    const server = await start();
    const runbook = '# Orders\n\n## Echo @agent\n\norder → answer\n';
    const created = await server.post('/workflows', runbook, file('text/markdown'));
    expect(created.status).toBe(201);
    expect(await created.json()).toMatchObject({ name: 'Orders', steps: [{ name: 'Echo' }] });
  });

  test('names every problem with its line and column', async () => {
    const server = await start();
    const problem = await problemIn(
      await server.post('/workflows', 'nmae: w\nsteps:\n  - { name: a, timeout: long }\n', file('text/yaml')),
    );
    expect(problem).toMatchObject({ status: 422, code: 'INVALID_WORKFLOW' });
    expect(problem.errors).toEqual([
      { pointer: '1:1', line: 1, column: 1, message: 'name is required' },
      { pointer: '1:1', line: 1, column: 1, message: expect.stringContaining('did you mean "name"?') },
      { pointer: '3:25', line: 3, column: 25, message: expect.stringContaining('30s') },
    ]);
  });

  test('never fills in what the environment of the server holds', async () => {
    const server = await start();
    const yaml = `${YAML}description: \${ENV:PATH}\n`;
    const asFile = await problemIn(await server.post('/workflows', yaml, file('text/yaml')));
    expect(asFile.errors).toMatchObject([{ pointer: '5:14', message: expect.stringContaining('server') }]);
    const json = { name: 'w', steps: [{ name: 'a', channel: `x\${ENV:PATH}` }] };
    const asJson = await problemIn(await server.post('/workflows', json));
    expect(asJson).toMatchObject({ status: 422, errors: [{ pointer: '/steps/0/channel' }] });
    expect(JSON.stringify([asFile, asJson])).not.toContain(process.env.PATH);
  });

  test('is 415 for other types, 413 beyond the limit, 403 for who may not', async () => {
    const server = await start({ keyed: true });
    const post = (type: string, body: string, key: string) =>
      server.post('/workflows', body, { ...file(type), ...bearer(key) });
    const wrong = await problemIn(await post('text/plain', YAML, 'root-key'));
    expect(wrong.status).toBe(415);
    expect(wrong.detail).toContain('text/markdown');
    expect((await post('text/yaml', '#'.repeat(9_000_000), 'root-key')).status).toBe(413);
    expect((await post('text/yaml', YAML, 'shop-key')).status).toBe(403);
    expect((await post('text/yaml', YAML, 'root-key')).status).toBe(201);
  });

  test('is in the OpenAPI document', async () => {
    const server = await start();
    const document = await (await server.get('/openapi.json')).json();
    expect(document).toHaveProperty([
      'paths',
      '/workflows',
      'post',
      'requestBody',
      'content',
      'application/yaml',
    ]);
    expect(document).toHaveProperty([
      'paths',
      '/workflows',
      'post',
      'requestBody',
      'content',
      'text/markdown',
    ]);
  });
});

describe('reading workflows', () => {
  test('lists them, shows the newest, draws it', async () => {
    const server = await start();
    await server.post('/workflows', ORDER);
    await server.post('/workflows', { ...ORDER, version: '2.0.0' });
    expect(await (await server.get('/workflows')).json()).toMatchObject({
      workflows: [{ version: '1.0.0', stepCount: 2 }, { version: '2.0.0' }],
    });
    expect(await (await server.get('/workflows/Order%20flow')).json()).toMatchObject({ version: '2.0.0' });
    const drawing = await server.get('/workflows/Order%20flow/diagram?format=dot');
    expect(await drawing.text()).toContain('charge');
  });

  test.each(['/workflows/none', '/workflows/none/versions/1', '/workflows/none/diagram', '/machines/none'])(
    '%s is 404',
    async (path) => {
      const server = await start();
      expect((await problemIn(await server.get(path))).status).toBe(404);
    },
  );
});

describe('the machines', () => {
  test('are listed, and shown as config or drawn', async () => {
    const server = await start();
    const { machines } = (await (await server.get('/machines')).json()) as { machines: string[] };
    expect(machines).toContain('step');
    expect(await (await server.get('/machines/step')).json()).toHaveProperty('states.retrying');
    expect(await (await server.get('/machines/step?format=mermaid')).text()).toContain('stateDiagram');
    expect(await (await server.get('/machines/task?format=dot')).text()).toContain('digraph');
    expect(await (await server.get('/machines/step?format=svg')).text()).toMatch(/^<svg /);
    expect((await server.get('/machines/step?format=png')).status).toBe(422);
  });
});
