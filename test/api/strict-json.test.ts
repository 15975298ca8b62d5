/** Every route that takes a body keeps its numbers to the digit, or refuses it with a pointer. */

import { describe, expect, test } from 'vitest';
import { problemIn, type Server, start } from './server.ts';

const ROUTES = [
  '/tasks',
  '/tasks/batch',
  '/workflows',
  '/tasks/x/cancel',
  '/tasks/x/pause',
  '/tasks/x/resume',
  '/tasks/x/retry',
  '/tasks/x/steps/y/retry',
  '/tasks/x/steps/y/skip',
  '/tasks/x/steps/y/complete',
  '/tasks/x/dependencies',
  '/tasks/x/what-if',
];

describe.each(ROUTES)('a body of POST %s', (path) => {
  test.each([
    ['{"a":[1,{"b/c":9007199254740993}]}', 'INEXACT_NUMBER', '/a/1/b~1c'],
    ['{"a":1e400}', 'INEXACT_NUMBER', '/a'],
    ['{"a":0.12345678901234567890}', 'INEXACT_NUMBER', '/a'],
    ['{"reason":"x","re\\u0061son":"y"}', 'DUPLICATE_KEY', '/reason'],
    ['{"__proto__":1,"__proto__":{}}', 'DUPLICATE_KEY', '/__proto__'],
  ])('is refused as %s', async (body, code, pointer) => {
    const server = await start();
    const problem = await problemIn(await server.post(path, body));
    expect(problem).toMatchObject({ status: 422, code, errors: [{ pointer }] });
    expect(server.errors).toEqual([]);
  });

  test('that is no JSON is 400 as before', async () => {
    const server = await start();
    expect(await problemIn(await server.post(path, '{"a":1e400'))).toMatchObject({
      status: 400,
      code: 'NOT_JSON',
    });
  });
});

describe('a payload', () => {
  const payloadOf = async (server: Server, payload: string): Promise<string> => {
    const response = await server.post('/tasks', `{"name":"echo","payload":${payload}}`);
    expect(response.status).toBe(201);
    const [, id] = /"id":"([^"]+)"/.exec(await response.text()) ?? [];
    return (await server.get(`/tasks/${id}`)).text();
  };

  test.each([
    [
      '{"__proto__":{"admin":true},"constructor":{"prototype":1}}',
      '{"__proto__":{"admin":true},"constructor":{"prototype":1}}',
    ],
    ['{"half":"\\ud83d","\\udc00":"\\udc00x"}', '{"half":"\\ud83d","\\udc00":"\\udc00x"}'],
    ['{"n":[1.0,1e2,0.10,9007199254740991]}', '{"n":[1,100,0.1,9007199254740991]}'],
    ['{"a":"caf\\u00e9","b":"cafe\\u0301"}', '{"a":"caf\u00e9","b":"cafe\u0301"}'],
  ])('%s comes back as it is', async (payload, shown) => {
    expect(await payloadOf(await start(), payload)).toContain(`"payload":${shown}`);
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });

  test('under the same key with another number is another body', async () => {
    const server = await start();
    const ask = (id: string) =>
      server.post('/tasks', `{"name":"echo","payload":{"id":${id}},"idempotencyKey":"k"}`);
    expect((await ask('9007199254740991')).status).toBe(201);
    for (const id of ['9007199254740992', '9007199254740993'])
      expect(await problemIn(await ask(id))).toMatchObject({ code: 'INEXACT_NUMBER' });
    expect((await ask('9007199254740991')).status).toBe(200);
  });
});

test('many mistakes are told at once, each with its pointer', async () => {
  const server = await start();
  const body = '{"tasks":[{"name":"echo","name":"fail"},{"name":"echo","payload":{"a":1e999,"a":2}}]}';
  const { errors } = await problemIn(await server.post('/tasks/batch', body));
  expect(errors.map(({ pointer }) => pointer)).toEqual([
    '/tasks/0/name',
    '/tasks/1/payload/a',
    '/tasks/1/payload/a',
  ]);
});
