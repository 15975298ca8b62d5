/**
 * A disk that fails a real server, handles that run out, a process that stands still: the server says so, keeps what
 * it acknowledged, does nothing twice, and goes on by itself when the fault is over.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ended, Load, submit, WORKFLOW } from '../harness/faults/load.ts';
import { type Answer, type Served, type ServerOptions, serve } from '../harness/faults/server.ts';
import { type Fault, hindrance, inflict } from '../harness/faults/strace.ts';
import { Findings } from '../harness/kill/findings.ts';
import { inspect } from '../harness/kill/inspect.ts';
import { temporaryFolder } from '../support.ts';

const hindered = hindrance();
const canLimit = spawnSync('prlimit', ['--nofile']).status === 0;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

async function start(options: Partial<ServerOptions> = {}): Promise<Served> {
  const server = await serve({ folder, ...options });
  onTestFinished(() => void server.stop('SIGKILL'));
  await server.post('/workflows', WORKFLOW);
  return server;
}

const task = (idempotencyKey: string, more: object = {}): object => ({
  name: 'Work',
  idempotencyKey,
  ...more,
});

/** How often each attempt was executed. */
function executions(taskId: string): Map<string, number> {
  const log = join(folder, 'executions.log');
  const times = new Map<string, number>();
  for (const line of existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []) {
    const found = JSON.parse(line) as { taskId: string; step: string; attempt: number };
    const what = `${found.step} ${found.attempt}`;
    if (found.taskId === taskId) times.set(what, (times.get(what) ?? 0) + 1);
  }
  return times;
}

function expectRefused({ status, headers, body }: Answer): void {
  expect([status, body]).toMatchObject([503, { code: 'COMMIT_FAILED' }]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
}

const isReady = async (server: Served): Promise<boolean> =>
  (await server.get('/health/ready')).status === 200;

const ready = (server: Served): Promise<void> =>
  expect.poll(() => isReady(server), { timeout: 300_000 }).toBe(true);

/** The store as a dead server left it: all of it acknowledged, and what it says of itself is one. */
function expectKept(server: Served, acknowledged: readonly string[]): ReadonlyMap<string, string> {
  const findings = new Findings();
  const { statuses } = inspect(
    server.db,
    { acknowledged, facts: [], log: [], dueTimes: new Map() },
    findings,
  );
  expect(findings.violations).toEqual([]);
  return statuses;
}

const SYNC = 'inject=fsync,fdatasync';

describe.skipIf(hindered !== null)('a disk that fails', () => {
  const onStore = (server: Served, ...injections: string[]): Promise<Fault> =>
    inflict(server.pid, injections, [server.db, `${server.db}-wal`]);

  it.each([
    ['to sync', `${SYNC}:error=EIO`],
    ['to write', 'inject=pwrite64:error=EIO'],
    ['for want of room', 'inject=pwrite64,ftruncate:error=ENOSPC'],
    ['to read as well', `inject=pwrite64,pread64,fsync,fdatasync:error=EIO`],
  ])('%s: nothing is acknowledged or lost, and it goes on when the disk does', async (_, injection) => {
    const server = await start();
    const before = await submit(server, new Load(1), 12);
    const fault = await onStore(server, injection);
    for (const _ of ['first', 'again']) expectRefused(await server.post('/tasks', task('k')));
    expect(await isReady(server)).toBe(false);
    const seen = await server.get(`/tasks/${before[0]}`);
    if (seen.status === 503) expect(seen.headers.has('retry-after')).toBe(true);
    else expect(seen.body).toMatchObject({ id: before[0] });
    expect(fault.calls()).toContain('INJECTED');
    await fault.end();

    await ready(server);
    const { status, body } = await server.post('/tasks', task('k'));
    expect(status).toBe(201);
    await ended(server, before.length + 1);
    await server.stop('SIGKILL');
    const acknowledged = [...before, String(body['id'])];
    const statuses = expectKept(server, acknowledged);
    expect([...statuses.keys()].sort()).toEqual(acknowledged.sort());
    expect(new Set(statuses.values())).toEqual(new Set(['complete']));
  });

  it('and then the machine with it: what was refused is stored once, if at all', async () => {
    const server = await start();
    const before = await submit(server, new Load(2), 8);
    await ended(server, 8);
    const fault = await onStore(server, `${SYNC}:error=EIO`);
    expectRefused(await server.post('/tasks', task('k')));
    await server.stop('SIGKILL');
    await fault.end();
    const left = expectKept(server, before);
    expect(left.size).toBeLessThanOrEqual(before.length + 1);

    const again = await start();
    const { status, body } = await again.post('/tasks', task('k'));
    expect([200, 201]).toContain(status);
    await ended(again, 9);
    expect([...executions(String(body['id'])).values()]).toEqual([1]);
  });

  it('to be quick: commits are shared, and all is done', async () => {
    const server = await start();
    const fault = await onStore(server, `${SYNC}:delay_enter=100000`);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => server.post('/tasks', task(`slow-${n}`))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const syncs = fault
      .calls()
      .split('\n')
      .filter((line) => line.includes('INJECTED')).length;
    expect(syncs).toBeLessThan(10);
    await fault.end();
    await ended(server, 30);
  });
});

describe.skipIf(!canLimit)('handles that run out', () => {
  it('keep new clients out, and lose nothing of those that are in', async () => {
    const server = await start();
    const limit = (files: string): void => {
      expect(spawnSync('prlimit', [`--pid=${server.pid}`, `--nofile=${files}:`]).status).toBe(0);
    };
    const before = await submit(server, new Load(3), 8);
    // Open files stay open; no more can be opened.
    limit('10');
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        fetch(`${server.url}/tasks`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(task(`handle-${n}`)),
          signal: AbortSignal.timeout(1_000),
        }),
      ),
    );
    const taken = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.status] : []));
    expect(new Set(taken)).toEqual(new Set([201]));
    expect(taken.length).toBeLessThan(answers.length);
    limit('4096');
    await ready(server);
    for (let n = 0; n < 20; n++) {
      expect([200, 201]).toContain((await server.post('/tasks', task(`handle-${n}`))).status);
    }
    await ended(server, before.length + 20);
    await server.stop('SIGKILL');
    expect(expectKept(server, before).size).toBe(before.length + 20);
  });
});

describe('a server that stands still for five seconds', () => {
  it('goes on with everything that fell due meanwhile, once', async () => {
    const calls: string[] = [];
    const receiver = createServer((request, response) => {
      calls.push(String(request.headers['webhook-id']));
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void receiver.close());
    const notificationUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const server = await start({ args: ['--webhook-allow', '127.0.0.1'] });
    const ids: string[] = [];
    for (let n = 0; n < 30; n++) {
      const work = { payload: { Work: { ms: n * 20 } }, delaySeconds: (n % 6) * 0.6, notificationUrl };
      const { status, body } = await server.post('/tasks', task(`still-${n}`, work));
      expect(status).toBe(201);
      ids.push(String(body['id']));
    }
    process.kill(server.pid, 'SIGSTOP');
    // Time itself is what is tried here: the monotonic clock goes on while the process does not.
    await pause(5_200);
    process.kill(server.pid, 'SIGCONT');
    await ended(server, ids.length);
    await expect.poll(() => calls.length, { timeout: 300_000 }).toBeGreaterThanOrEqual(ids.length);
    expect(new Set(calls).size).toBe(calls.length);
    expect(calls).toHaveLength(ids.length);
    for (const id of ids) expect([...executions(id)]).toEqual([['Work 1', 1]]);
    await server.stop('SIGKILL');
    expect(new Set(expectKept(server, ids).values())).toEqual(new Set(['complete']));
  });
});
