import { expect, test } from 'vitest';
import { bearer, problemIn, start } from './server.ts';

test('a caller is told whose key it sent', async () => {
  const server = await start({ keyed: true });
  const me = async (key: string) => (await server.get('/me', bearer(key))).json();
  expect(await me('shop-key')).toEqual({ name: 'shop', tenantId: 'shop', admin: false });
  expect(await me('root-key')).toEqual({ name: 'root', tenantId: null, admin: true });
  expect(await problemIn(await server.get('/me', bearer('no-key')))).toMatchObject({ code: 'UNKNOWN_KEY' });
  expect((await server.get('/me')).status).toBe(401);
});

test('without keys everybody is the administrator', async () => {
  const server = await start();
  expect(await (await server.get('/me')).json()).toEqual({ name: 'http', tenantId: null, admin: true });
});
