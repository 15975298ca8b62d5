// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support.ts';
import { runInProcess } from './in-process.ts';
import {
  type Ran,
  runTroupe,
  type Server,
  startServer,
  startSharedServer,
  startTroupeCommand,
} from './process.ts';

let server: Server;
beforeAll(async () => {
  const shared = await startSharedServer((folder) => [
    'dev',
    '--examples',
    '--db',
    join(folder, 'troupe.db'),
    '--port',
    '0',
  ]);
  server = shared.server;
  return shared.end;
});

const troupe = (...args: string[]): Promise<Ran> => runInProcess(args, { env: { TROUPE_URL: server.url } });

async function submitted(...args: string[]): Promise<string> {
  const { stdout } = await troupe('submit', ...args);
  return stdout.trim();
}

const shown = async (id: string) => JSON.parse((await troupe('tasks', 'show', id, '--json')).stdout);

/** The tests do over HTTP whatever they do not try. */
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
      ...['--correlation-id', 'c1', '--timeout', '5s', '--tag', 'a', '--tag', 'b', '--deadline', '3d'],
      ...[
        '--on-dependency-failure',
        'fail',
        '--notify-type',
        'task.waiting',
        '--notify-type',
        'task.cancelled',
      ],
    );
    expect(await shown(id)).toMatchObject({
      id,
      name: 'PackageOrder',
      payload: { orderId: 'O1' },
      maxRetries: 7,
      dependencies: [{ taskId: blocker }, { name: 'ShipOrder', status: 'unresolved' }],
      idempotencyKey: 'k1',
      notificationUrl: 'http://127.0.0.1:9/hook',
      notificationTypes: ['task.waiting', 'task.cancelled'],
      priority: 9,
      correlationId: 'c1',
      tags: ['a', 'b'],
    });
    const { createdAt, deadline } = await shown(id);
    expect(Date.parse(deadline) - Date.parse(createdAt)).toBe((900 + 3 * 86_400) * 1_000);
  });

  it('takes lengths of time in seconds or with a unit, and leaves it to the server what is too short', async () => {
    const id = await submitted('Nobody', '--deadline', '90.5', '--delay', '0');
    const { createdAt, deadline } = await shown(id);
    expect(Date.parse(deadline) - Date.parse(createdAt)).toBe(90_500);
    const refused = await troupe('submit', 'Nobody', '--deadline', '0');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('/deadlineSeconds') });
    const wrong = await troupe('submit', 'Nobody', '--deadline', 'soon');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('2h') });
  });

  it('reads a payload from a file and from standard input', async () => {
    const file = join(temporaryFolder(), 'payload.json');
    writeFileSync(file, '{"orderId":"from-file"}');
    const fromFile = await submitted('ShipOrder', '--payload', `@${file}`);
    expect((await seen(fromFile))['payload']).toEqual({ orderId: 'from-file' });
    const env = { TROUPE_URL: server.url };
    const input = '{"orderId":"from-stdin"}';
    const piped = await runTroupe(['submit', 'ShipOrder', '--payload', '-', '--json'], { env, input });
    expect(JSON.parse(piped.stdout).payload).toEqual({ orderId: 'from-stdin' });
  });

  it('waits for the end: exit 0 with the result, 1 when it failed', async () => {
    const done = await troupe('submit', 'ShipOrder', '--payload', '{"orderId":"O1"}', '--wait');
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^complete\n/);
    expect(done.stdout).toContain('"orderId":"O1"');
    const args = ['submit', 'ShipOrder', '--payload', '{"fail":true}', '--max-retries', '0', '--wait'];
    const failed = await troupe(...args);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/^failed: step ShipOrder: RetryableError/);
  });

  it('prints every problem the server finds, and exits 1', async () => {
    const { code, stdout, stderr } = await troupe('submit', 'ShipOrder', '--priority', '99', '--delay=-1');
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('INVALID_BODY');
    expect(stderr).toContain('/priority: ');
    expect(stderr).toContain('/delaySeconds: ');
  });
});

it('names the server it cannot reach, and how to start one', async () => {
  const url = 'http://127.0.0.1:1';
  const { code, stderr } = await runTroupe(['tasks', 'list'], { env: { TROUPE_URL: url } });
  expect(code).toBe(1);
  expect(stderr).toContain(url);
  expect(stderr).toContain('troupe dev');
});

describe('troupe tasks', () => {
  it('show says first what state it is in and why it does not move', async () => {
    const id = await given({ delaySeconds: 1_000 });
    const { stdout } = await troupe('tasks', 'show', id);
    expect(stdout).toMatch(/^pending: delayed until .*\(in \d+ min\)\n/);
    expect(stdout).toMatch(/STEP +STATUS +ATTEMPTS/);
  });

  it('show has the arguments of steps as they are written, and only the beginning of what is long', async () => {
    const steps = [
      { name: 'mail', handler: 'ShipOrder', with: { to: '${payload.orderId}', red: '\u001b[31m' } },
      { name: 'long', handler: 'ShipOrder', with: { text: 'x'.repeat(1_000) } },
    ];
    await over('/workflows', { name: 'News', steps });
    const { stdout } = await troupe('tasks', 'show', await given({ name: 'News', delaySeconds: 1_000 }));
    expect(stdout).toContain('\n\nwith of mail: {"to":"${payload.orderId}","red":"');
    expect(stdout).toMatch(/\nwith of long: \{"text":"x{175,190}…\n/);
    expect(stdout).not.toContain('\u001b');
  });

  it('strips terminal escapes from what users stored', async () => {
    const id = await given({ payload: { orderId: '\u001b[31mred' }, correlationId: 'a\u202eb' });
    for (const command of ['show', 'history']) {
      const { stdout } = await troupe('tasks', command, id);
      expect(stdout).not.toContain('\u001b');
      expect(stdout).not.toContain('\u202e');
    }
  });

  it('list filters and pages', async () => {
    for (const tag of ['listed', 'other', 'listed']) await given({ tags: [tag], delaySeconds: 1_000 });
    const first = await troupe('tasks', 'list', '--tag', 'listed', '--limit', '1', '--json');
    const { tasks, nextCursor } = JSON.parse(first.stdout);
    const next = await troupe('tasks', 'list', '--tag', 'listed', '--cursor', nextCursor, '--json');
    const found = [...tasks, ...JSON.parse(next.stdout).tasks];
    expect(found).toHaveLength(2);
    expect(found.every((task) => task.tags.includes('listed'))).toBe(true);
    const text = await troupe('tasks', 'list', '--limit', '2');
    expect(text.stdout.trim().split('\n')).toHaveLength(3);
    expect(text.stderr).toContain('--cursor');
  });

  it('steers: pause, resume, cancel, each kept in the history with its reason', async () => {
    const id = await given({ delaySeconds: 1_000 });
    expect((await troupe('tasks', 'pause', id, '--reason', 'stock-taking')).stdout).toContain('paused');
    expect((await troupe('tasks', 'resume', id)).stdout).toContain('pending');
    expect((await troupe('tasks', 'cancel', id)).stdout).toContain('cancelled');
    const again = await troupe('tasks', 'cancel', id);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('WRONG_STATE');
    const history = await troupe('tasks', 'history', id, '--json');
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
    await troupe('tasks', 'retry', retried, 'ShipOrder');
    expect((await troupe('tasks', 'watch', retried)).code).toBe(1);
    expect(await seen(retried)).toMatchObject({ steps: [{ attempt: 2 }] });
    const skipped = await failed();
    await troupe('tasks', 'skip', skipped, 'ShipOrder');
    expect(await seen(skipped)).toMatchObject({ status: 'complete', steps: [{ status: 'skipped' }] });
    const resolved = await failed();
    const args = ['tasks', 'complete', resolved, 'ShipOrder', '--output', '{"by":"hand"}'];
    expect((await troupe(...args)).code).toBe(0);
    expect(await seen(resolved)).toMatchObject({ result: { ShipOrder: { by: 'hand' } } });
  });

  it('R11: retries with another deadline, which is for the task alone', async () => {
    const id = await given({ name: 'Nobody', deadlineSeconds: 0.001 });
    await expect.poll(() => seen(id)).toMatchObject({ status: 'failed', error: { code: 'DEADLINE' } });
    const ofStep = await troupe('tasks', 'retry', id, 'Nobody', '--deadline', '2h');
    expect(ofStep).toMatchObject({ code: 2, stderr: expect.stringContaining('leave out the step') });
    const before = Date.now();
    expect((await troupe('tasks', 'retry', id, '--deadline', '2h')).code).toBe(0);
    const { deadline } = await shown(id);
    expect(Date.parse(deadline)).toBeGreaterThanOrEqual(before + 7_200_000);
    const text = (await troupe('tasks', 'show', id)).stdout;
    expect(text).toContain(`and all of it until ${deadline}`);
    expect(text).toContain(`deadline ${deadline}`);
  });

  it('watch goes on where it stopped after the server was killed', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const serve = (port: string) => startServer(['serve', '--db', db, '--port', port]);
    const first = await serve('0');
    const id = (await first.troupe('submit', 'ShipOrder', '--delay', '1000')).stdout.trim();
    const watch = startTroupeCommand(['tasks', 'watch', id], { env: { TROUPE_URL: first.url } });
    await watch.shows('pending');
    await first.troupe('tasks', 'pause', id);
    await watch.shows(/task {2}paused/);
    first.child.kill('SIGKILL');
    await watch.shows('Interrupted');
    const second = await serve(new URL(first.url).port);
    await second.troupe('tasks', 'cancel', id);
    expect(await watch.exit).toBe(1);
    expect(watch.stdout().match(/task {2}paused/g)).toHaveLength(1);
    expect(watch.stdout().match(/task {2}cancelled/g)).toHaveLength(1);
  });
});
