/** Work cannot stop the house: handlers that end their process, beside the tasks of somebody else. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite } from '../nats/site.ts';
import { TestNats } from '../nats-server.ts';
import { temporaryFolder } from '../support.ts';
import { handlerFolder } from '../worker/host/hosting.ts';
import { KILLER_FILES, KILLERS } from '../worker/host/killers.ts';
import { type Server, startServer, startTroupeCommand } from './process.ts';

const FILES = {
  ...KILLER_FILES,
  works: 'export default async () => { await new Promise((done) => setTimeout(done, 30)); return 1; };',
};
const ORDINARY = 100;
const MAX_RETRIES = 1;

interface Listed {
  readonly id: string;
  readonly status: string;
}

interface Seen {
  readonly name: string;
  readonly status: string;
  readonly steps: readonly { readonly attempt: number; readonly error: object | null }[];
}

describe('handlers that kill their process, of one tenant, beside a hundred tasks of another', () => {
  let nats: TestNats;
  beforeAll(async () => {
    nats = await TestNats.start();
  });
  afterAll(() => nats?.stop());

  const serve = (...more: string[]): Promise<Server> =>
    startServer(['serve', '--db', join(temporaryFolder(), 'troupe.db'), '--port', '0', ...more]);

  it('fail alone where the server runs them', async () => {
    const server = await serve('--handlers', handlerFolder(FILES));
    await expectOnlyKillersFail(server);
    expect(server.child.exitCode).toBe(null);
  });

  it('fail alone where three workers run them over NATS, and all three workers go on', async () => {
    const { prefix } = await openSite(nats.url);
    const bus = ['--nats-url', nats.url, '--prefix', prefix];
    const server = await serve(...bus);
    const handlers = handlerFolder(FILES);
    const workers = [1, 2, 3].map(() => startTroupeCommand(['worker', '--handlers', handlers, ...bus]));
    for (const worker of workers) await worker.shows('serving');
    await expectOnlyKillersFail(server);
    expect(workers.map(({ child }) => child.exitCode)).toEqual([null, null, null]);
  });
});

async function expectOnlyKillersFail({ url }: Server): Promise<void> {
  const submit = (tenantId: string, names: readonly string[]) =>
    ask(`${url}/tasks/batch`, { tasks: names.map((name) => ({ name, tenantId, maxRetries: MAX_RETRIES })) });
  await submit('a', Object.keys(KILLERS));
  await submit(
    'b',
    Array.from({ length: ORDINARY }, () => 'works'),
  );
  const isOpen = ({ status }: Listed): boolean => status !== 'complete' && status !== 'failed';
  let seen: Listed[] = [];
  await expect
    .poll(async () => {
      await ask(`${url}/health/live`);
      const { tasks: listed } = (await ask(`${url}/tasks?limit=200`)) as { tasks: Listed[] };
      seen = listed;
      return listed.filter(isOpen);
    })
    .toEqual([]);
  expect(seen.length).toBe(Object.keys(KILLERS).length + ORDINARY);
  const whole = seen.map(({ id }) => ask(`${url}/tasks/${id}`) as Promise<Seen>);
  const tasks = await Promise.all(whole);
  const ordinary = tasks.filter(({ name }) => name === 'works');
  expect(ordinary.map(({ status, steps }) => [status, steps[0]?.attempt])).toEqual(
    Array(ORDINARY).fill(['complete', 1]),
  );
  for (const [name, { error }] of Object.entries(KILLERS)) {
    const killer = tasks.find((task) => task.name === name);
    expect(killer, name).toMatchObject({ status: 'failed', steps: [{ attempt: 1 + MAX_RETRIES, error }] });
  }
}

async function ask(url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  });
  expect(response.ok, url).toBe(true);
  return response.json();
}
