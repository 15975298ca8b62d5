import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support.ts';
import { runTroupe, type Server, startServer, startTroupeCommand } from './process.ts';

let folder: string;
let server: Server;

const serveArgs = (port: string) => ['dev', '--db', join(folder, 'troupe.db'), '--port', port];

beforeEach(async () => {
  folder = temporaryFolder();
  server = await startServer(serveArgs('0'));
});

async function submitted(...args: string[]): Promise<string> {
  const { stdout } = await server.troupe('submit', ...args);
  return stdout.trim();
}

const shown = async (id: string) => JSON.parse((await server.troupe('tasks', 'show', id, '--json')).stdout);

/** What is not tried here does not need a process of its own. */
async function over<Body>(path: string, body?: object): Promise<Body> {
  const headers = { 'content-type': 'application/json' };
  const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  return (await (await fetch(`${server.url}${path}`, init)).json()) as Body;
}

const given = async (more: object): Promise<string> =>
  (await over<{ id: string }>('/tasks', { name: 'ShipOrder', ...more })).id;

const seen = (id: string) => over<Record<string, unknown>>(`/tasks/${id}`);

describe('troupe submit', () => {
  it('prints the id on stdout and sends every flag', async () => {
    const blocker = await given({ name: 'CheckInventory', delaySeconds: 1_000 });
    const id = await submitted(
      ...['PackageOrder', '--payload', '{"orderId":"O1"}', '--delay', '900', '--max-retries', '7'],
      ...['--depends-on', blocker, '--depends-on', 'ShipOrder', '--allow-unresolved', '--tenant', 'default'],
      ...['--idempotency-key', 'k1', '--notify', 'http://127.0.0.1:9/hook', '--priority', '9'],
      ...['--correlation-id', 'c1', '--timeout', '5', '--tag', 'a', '--tag', 'b'],
      ...['--on-dependency-failure', 'fail'],
    );
    expect(await shown(id)).toMatchObject({
      id,
      name: 'PackageOrder',
      payload: { orderId: 'O1' },
      maxRetries: 7,
      dependencies: [{ taskId: blocker }, { name: 'ShipOrder', status: 'unresolved' }],
      idempotencyKey: 'k1',
      notificationUrl: 'http://127.0.0.1:9/hook',
      priority: 9,
      correlationId: 'c1',
      tags: ['a', 'b'],
    });
  });

  it('reads a payload from a file and from standard input', async () => {
    const file = join(folder, 'payload.json');
    writeFileSync(file, '{"orderId":"from-file"}');
    const fromFile = await submitted('ShipOrder', '--payload', `@${file}`);
    expect((await seen(fromFile))['payload']).toEqual({ orderId: 'from-file' });
    const env = { TROUPE_URL: server.url };
    const input = '{"orderId":"from-stdin"}';
    const piped = await runTroupe(['submit', 'ShipOrder', '--payload', '-', '--json'], { env, input });
    expect(JSON.parse(piped.stdout).payload).toEqual({ orderId: 'from-stdin' });
  });

  it('waits for the end: exit 0 with the result, 1 when it failed', async () => {
    const done = await server.troupe('submit', 'ShipOrder', '--payload', '{"orderId":"O1"}', '--wait');
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^complete\n/);
    expect(done.stdout).toContain('"orderId":"O1"');
    const args = ['submit', 'ShipOrder', '--payload', '{"fail":true}', '--max-retries', '0', '--wait'];
    const failed = await server.troupe(...args);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/^failed: step ShipOrder: RetryableError/);
  });

  it('prints every problem the server finds, and exits 1', async () => {
    const { code, stdout, stderr } = await server.troupe(
      'submit',
      'ShipOrder',
      '--priority',
      '99',
      '--delay=-1',
    );
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('INVALID_BODY');
    expect(stderr).toContain('/priority: ');
    expect(stderr).toContain('/delaySeconds: ');
  });
});

it('names the server it cannot reach, and how to start one', async () => {
  server.child.kill('SIGKILL');
  await server.exit;
  const { code, stderr } = await server.troupe('tasks', 'list');
  expect(code).toBe(1);
  expect(stderr).toContain(server.url);
  expect(stderr).toContain('troupe dev');
});

describe('troupe tasks', () => {
  it('show says first what state it is in and why it does not move', async () => {
    const id = await given({ delaySeconds: 1_000 });
    const { stdout } = await server.troupe('tasks', 'show', id);
    expect(stdout).toMatch(/^pending: delayed until .*\(in \d+ min\)\n/);
    expect(stdout).toMatch(/STEP +STATUS +ATTEMPTS/);
  });

  it('strips terminal escapes from what users stored', async () => {
    const id = await given({ payload: { orderId: '\u001b[31mred' }, correlationId: 'a\u202eb' });
    for (const command of ['show', 'history']) {
      const { stdout } = await server.troupe('tasks', command, id);
      expect(stdout).not.toContain('\u001b');
      expect(stdout).not.toContain('\u202e');
    }
  });

  it('list filters and pages', async () => {
    for (const tag of ['a', 'b', 'a']) await given({ tags: [tag], delaySeconds: 1_000 });
    const first = await server.troupe('tasks', 'list', '--tag', 'a', '--limit', '1', '--json');
    const { tasks, nextCursor } = JSON.parse(first.stdout);
    const next = await server.troupe('tasks', 'list', '--tag', 'a', '--cursor', nextCursor, '--json');
    const found = [...tasks, ...JSON.parse(next.stdout).tasks];
    expect(found).toHaveLength(2);
    expect(found.every((task) => task.tags.includes('a'))).toBe(true);
    const text = await server.troupe('tasks', 'list', '--limit', '2');
    expect(text.stdout.trim().split('\n')).toHaveLength(3);
    expect(text.stderr).toContain('--cursor');
  });

  it('steers: pause, resume, cancel, each kept in the history with its reason', async () => {
    const id = await given({ delaySeconds: 1_000 });
    expect((await server.troupe('tasks', 'pause', id, '--reason', 'stock-taking')).stdout).toContain(
      'paused',
    );
    expect((await server.troupe('tasks', 'resume', id)).stdout).toContain('pending');
    expect((await server.troupe('tasks', 'cancel', id)).stdout).toContain('cancelled');
    const again = await server.troupe('tasks', 'cancel', id);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('WRONG_STATE');
    const history = await server.troupe('tasks', 'history', id, '--json');
    const { events } = JSON.parse(history.stdout);
    const pause = events.find((event: { event: string }) => event.event === 'task.pause');
    expect(pause.detail).toMatchObject({ reason: 'stock-taking' });
  });

  it('retries, skips and completes steps', async () => {
    const failed = async (): Promise<string> => {
      const id = await given({ payload: { fail: true }, maxRetries: 0 });
      await expect.poll(() => seen(id)).toMatchObject({ status: 'failed' });
      return id;
    };
    const retried = await failed();
    await server.troupe('tasks', 'retry', retried, 'ShipOrder');
    expect((await server.troupe('tasks', 'watch', retried)).code).toBe(1);
    expect(await seen(retried)).toMatchObject({ steps: [{ attempt: 2 }] });
    const skipped = await failed();
    await server.troupe('tasks', 'skip', skipped, 'ShipOrder');
    expect(await seen(skipped)).toMatchObject({ status: 'complete', steps: [{ status: 'skipped' }] });
    const resolved = await failed();
    const args = ['tasks', 'complete', resolved, 'ShipOrder', '--output', '{"by":"hand"}'];
    expect((await server.troupe(...args)).code).toBe(0);
    expect(await seen(resolved)).toMatchObject({ result: { ShipOrder: { by: 'hand' } } });
  });

  it('watch goes on where it stopped after the server was killed', async () => {
    const id = await given({ delaySeconds: 1_000 });
    const watch = startTroupeCommand(['tasks', 'watch', id], { env: { TROUPE_URL: server.url } });
    await watch.shows('pending');
    await server.troupe('tasks', 'pause', id);
    await watch.shows(/task {2}paused/);
    server.child.kill('SIGKILL');
    await watch.shows('Interrupted');
    server = await startServer(serveArgs(new URL(server.url).port));
    await server.troupe('tasks', 'cancel', id);
    expect(await watch.exit).toBe(1);
    expect(watch.stdout().match(/task {2}paused/g)).toHaveLength(1);
    expect(watch.stdout().match(/task {2}cancelled/g)).toHaveLength(1);
  });
});
