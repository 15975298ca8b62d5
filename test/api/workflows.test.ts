import { describe, expect, test } from 'vitest';
import { problemIn, start, until } from './server.ts';

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
    expect((await server.get('/machines/step?format=svg')).status).toBe(422);
  });
});
