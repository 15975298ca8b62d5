/** A server that is killed between the publication of a signal and its commit takes it at the next start, once. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Server, startServer } from '../../cli/process.ts';
import { TestNats } from '../../nats-server.ts';
import { temporaryFolder } from '../../support.ts';
import { openSite, type Site } from '../site.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
});
afterAll(() => nats?.stop());

const ORDER = `
name: order
version: 1.0.0
steps:
  - name: paid
    wait_for: { signal: payment, key: "\${payload.order}", within: 1h }
  - name: shipped
    depends_on: paid
    wait_for: { signal: shipped, key: "\${payload.order}", within: 1h }
`;

const COUNT = 60;
const ORDERS = Array.from({ length: COUNT }, (_, at) => `o${at}`);

interface Run {
  readonly site: Site;
  readonly server: Server;
  readonly ids: readonly string[];
  start(): Promise<Server>;
}

async function ordered(): Promise<Run> {
  const site = await openSite(nats.url);
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'workflows'));
  writeFileSync(join(folder, 'workflows/order.yaml'), ORDER);
  const args = ['serve', '--db', join(folder, 'troupe.db'), '--port', '0', '--nats-url', nats.url];
  const start = () =>
    startServer([...args, '--prefix', site.prefix, '--workflows', join(folder, 'workflows')]);
  const server = await start();
  const tasks = ORDERS.map((order) => ({ name: 'order', payload: { order } }));
  const response = await fetch(`${server.url}/tasks/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tasks }),
  });
  const { tasks: made } = (await response.json()) as { tasks: { id: string }[] };
  const ids = made.map(({ id }) => id);
  for (const id of ids) await reaches(server, id, 'waiting');
  return { site, server, ids, start };
}

const get = async <Body>({ url }: Server, path: string): Promise<Body> =>
  (await (await fetch(`${url}${path}`)).json()) as Body;
const reaches = (server: Server, id: string, status: string): Promise<void> =>
  expect.poll(async () => (await get<{ status: string }>(server, `/tasks/${id}`)).status).toBe(status);

async function allTaken(server: Server, ids: readonly string[]): Promise<void> {
  for (const [at, id] of ids.entries()) {
    await reaches(server, id, 'complete');
    const { events } = await get<{ events: { event: string; detail: { data: unknown } }[] }>(
      server,
      `/tasks/${id}/history`,
    );
    const received = events.filter(({ event }) => event === 'signal.received');
    expect(received.map(({ detail }) => detail.data)).toEqual([`paid ${at}`, `shipped ${at}`]);
  }
}

const publishAll = (site: Site, name: 'payment' | 'shipped', data: string) =>
  Promise.all(ORDERS.map((key, at) => site.signal(name, { key, data: `${data} ${at}` })));

async function stop({ pid }: { readonly pid?: number | undefined }): Promise<void> {
  if (pid === undefined) throw new Error('it runs');
  process.kill(pid, 'SIGSTOP');
  const state = () => execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  while (!state().startsWith('T')) await setImmediate();
}

it('signals are taken once by a server that was killed with them in its hands, before it committed any', async () => {
  const { site, server, ids, start } = await ordered();
  await stop(server.child);
  await publishAll(site, 'payment', 'paid');
  // NATS has handed them to the process, which has not read them.
  await expect.poll(() => site.unsettled()).toBe(COUNT);
  server.child.kill('SIGKILL');
  await server.exit;
  const again = await start();
  await publishAll(site, 'shipped', 'shipped');
  await allTaken(again, ids);
  await expect.poll(() => site.unsettled()).toBe(0);
});

it('signals are taken once by a server that is killed while they come', async () => {
  const { site, server, ids, start } = await ordered();
  const sent = publishAll(site, 'payment', 'paid');
  await site.signal('payment', { key: 'nobody' });
  server.child.kill('SIGKILL');
  await Promise.all([sent, server.exit]);
  const again = await start();
  await publishAll(site, 'shipped', 'shipped');
  await allTaken(again, ids);
});
