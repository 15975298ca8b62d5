/** No route leaves out a query parameter in silence. */

import { expect, test } from 'vitest';
import { problemIn, start } from './server.ts';

test('every route refuses a parameter it does not know, by name, also those that take none', async () => {
  const server = await start();
  const document = (await (await server.get('/openapi.json')).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ path: path.replaceAll(/\{[^}]+\}/g, 'x'), method })),
  );
  expect(routes.length).toBeGreaterThan(30);
  for (const { path, method } of [...routes, { path: '/openapi.json', method: 'get' }]) {
    const ask = `${path}?limitt=5&%C3%A9=1`;
    const asked = method === 'post' ? server.post(ask, {}) : server.app.request(ask, { method });
    const problem = await problemIn(await asked);
    expect({ path, method, ...problem }).toMatchObject({ path, method, status: 422, code: 'INVALID_QUERY' });
    expect(problem.errors.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/limitt', '/\u00e9']),
    );
  }
});

test.each([
  ['/tasks?limt=5', '/limt', 'did you mean "limit"?'],
  ['/tasks?createdafter=2026-01-31T09:30:00Z', '/createdafter', 'did you mean "createdAfter"?'],
  ['/tasks/x/history?limits=5', '/limits', 'did you mean "limit"?'],
  ['/workflows/x?fromat=source', '/fromat', 'did you mean "format"?'],
  ['/webhooks?statuss=dead', '/statuss', 'did you mean "status"?'],
  ['/overview?tenantId=a', '/tenantId', 'GET /overview takes no query'],
  ['/tasks?__proto__=1', '/__proto__', '__proto__'],
  ['/health/live?constructor', '/constructor', 'takes no query'],
])('%s is told what was probably meant', async (path, pointer, hint) => {
  const server = await start();
  const { errors } = await problemIn(await server.get(path));
  expect(errors).toEqual([{ pointer, message: expect.stringContaining(hint) }]);
});

test('an empty query is none, the page reads its own, and what is not there is 404 first', async () => {
  const server = await start();
  expect((await server.get('/overview?')).status).toBe(200);
  expect((await server.get('/?utm=1')).status).toBe(200);
  expect((await problemIn(await server.get('/nothing?x=1'))).code).toBe('NO_SUCH_ROUTE');
});

test('who is not known learns nothing of what a route takes', async () => {
  const server = await start({ keyed: true });
  expect((await problemIn(await server.get('/overview?x=1'))).status).toBe(401);
});

test.each(['2026-01-31T09:30:00', '2026-01-31', '31 Jan 2026', '1769851800000'])(
  'a time without a zone is refused: %s',
  async (time) => {
    const server = await start();
    for (const name of ['createdAfter', 'createdBefore'])
      expect((await problemIn(await server.get(`/tasks?${name}=${time}`))).errors).toEqual([
        { pointer: `/${name}`, message: expect.stringContaining('2026-01-31T09:30:00Z') },
      ]);
  },
);
