import { expect, test } from 'vitest';
import type { Overview } from '../../src/views/orchestrator.ts';
import { bearer, start, until } from './server.ts';

test('the overview counts tasks, what waits, and shows the newest', async () => {
  const server = await start();
  const { id } = (await (await server.post('/tasks', { name: 'echo' })).json()) as { id: string };
  await until(server, id, 'complete');
  await server.post('/tasks', { name: 'nobody' });
  const overview = (await (await server.get('/overview')).json()) as Overview;
  expect(overview.tasks).toMatchObject({ complete: 1, running: 1 });
  expect(overview.backlog.queued).toBe(1);
  expect(overview.oldestWaiting?.step).toBe('nobody');
  expect(overview.recent.map(({ name }) => name)).toEqual(['nobody', 'echo']);
  expect(overview.throughput.lastMinute).toHaveLength(60);
  expect(overview.server).toMatchObject({ ready: true, bus: 'in-process', nats: null });
});

test('a tenant sees its own in the overview, and nothing of the server', async () => {
  const server = await start({ keyed: true });
  for (const [name, key] of [
    ['nobody', 'bank-key'],
    ['nowhere', 'shop-key'],
  ] as const) {
    await server.post('/tasks', { name }, bearer(key));
  }
  const overview = (await (await server.get('/overview', bearer('shop-key'))).json()) as Overview;
  expect(overview.tasks.running).toBe(1);
  expect(overview.backlog.queued).toBe(1);
  expect(overview.oldestWaiting?.step).toBe('nowhere');
  expect(overview.recent.map(({ name }) => name)).toEqual(['nowhere']);
  expect(overview.server).toBeNull();
  const all = (await (await server.get('/overview', bearer('root-key'))).json()) as Overview;
  expect(all.tasks.running).toBe(2);
  expect(all.oldestWaiting?.step).toBe('nobody');
});
