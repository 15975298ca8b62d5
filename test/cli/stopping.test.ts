/** A server that is asked to stop ends, whatever its handlers do, and nothing of it runs on beside the next one. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { natsServerProgram } from '../nats-server/program.ts';
import { temporaryFolder } from '../support.ts';
import { runInProcess } from './in-process.ts';
import { type Running, runTroupe, startServer, startTroupeCommand } from './process.ts';

beforeAll(async () => {
  await natsServerProgram();
});

/** Heeds no signal and never ends; writes down who runs it, and who of those that ran it before still lives. */
const STUBBORN = `
  import { appendFileSync, existsSync, readFileSync } from 'node:fs';
  const isAlive = (pid) => { try { return process.kill(pid, 0); } catch { return false; } };
  export default async ({ payload }) => {
    const before = existsSync(payload.file) ? readFileSync(payload.file, 'utf8').trim().split('\\n') : [];
    const beside = before.map((line) => Number(line.split(' ')[0])).filter(isAlive);
    appendFileSync(payload.file, process.pid + ' ' + JSON.stringify(beside) + '\\n');
    console.error('handler started');
    setInterval(() => undefined, 1_000);
    await new Promise(() => undefined);
  };`;

describe('troupe serve with a handler that ignores its signal', () => {
  it('ends after "Stopped.", and the next server runs the attempt only then', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'runs.txt');
    writeFileSync(join(folder, 'Stubborn.mjs'), STUBBORN);
    const db = join(folder, 'troupe.db');
    const args = ['serve', '--db', db, '--port', '0', '--handlers', folder, '--stop-within', '8s'];
    const first = await startServer(args);
    const submit = ['submit', 'Stubborn', '--payload', JSON.stringify({ file })];
    expect((await runInProcess(submit, { env: { TROUPE_URL: first.url } })).code).toBe(0);
    await first.shows('handler started');
    first.child.kill('SIGTERM');
    await first.shows('SIGTERM: stopping');

    // Again and again from the moment the first is asked to stop: the earliest that can be had.
    let next: Running;
    do {
      next = startTroupeCommand(args);
      await next.shows(/listening on|STORE_UNUSABLE/);
    } while (next.stderr().includes('another process has it open'));
    expect(await first.exit).toBe(0);
    expect(first.stderr()).toContain('Stopped.');
    await next.shows('handler started');
    const runs = readFileSync(file, 'utf8').trim().split('\n');
    expect(runs).toHaveLength(2);
    expect(runs[1]).toMatch(/^\d+ \[\]$/);
    next.child.kill('SIGTERM');
    next.child.kill('SIGTERM');
    await next.exit;
  });

  it('ends though it cannot listen, when an attempt of before has begun again', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'Stubborn.mjs'), STUBBORN);
    const args = ['serve', '--db', join(folder, 'troupe.db'), '--handlers', folder];
    const first = await startServer([...args, '--port', '0']);
    const submit = ['submit', 'Stubborn', '--payload', JSON.stringify({ file: join(folder, 'runs.txt') })];
    await runInProcess(submit, { env: { TROUPE_URL: first.url } });
    await first.shows('handler started');
    first.child.kill('SIGKILL');
    await first.exit;
    const other = await startServer(['serve', '--db', join(folder, 'other.db'), '--port', '0']);
    const taken = await runTroupe([...args, '--port', new URL(other.url).port]);
    expect(taken.code).toBe(1);
    expect(taken.stderr).toContain('is in use');
  });
});

/** The nats-servers whose streams are in this folder. */
function natsServersOf(folder: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => /nats-server/.test(line) && line.includes(`-sd ${folder}`));
}

type Moment = (running: Running, nats: string) => Promise<void>;

const whenThere = (...names: string[]): Moment => {
  return async (_, nats) => {
    const isThere = () => names.some((name) => existsSync(join(nats, name)));
    await expect.poll(isThere, { timeout: 300_000, interval: 2 }).toBe(true);
  };
};

const whenLogged = (text: string): Moment => {
  return async (_, nats) => {
    const log = join(nats, 'nats-server.log');
    const isLogged = () => existsSync(log) && readFileSync(log, 'utf8').includes(text);
    await expect.poll(isLogged, { timeout: 300_000, interval: 2 }).toBe(true);
  };
};

const MOMENTS: readonly (readonly [string, Moment])[] = [
  ['before its nats-server is started', whenThere('owner.pid')],
  ['when it has just been started', whenThere('nats-server.pid')],
  ['while it starts', whenLogged('Starting nats-server')],
  ['when it is ready, and nothing listens yet', whenLogged('Server is ready')],
  ['when all of it listens', (running) => running.shows('listening on')],
];

/** Every moment is tried with the usual signal; the others go the same way, which a moment or two show. */
const SIGNALS: readonly (readonly NodeJS.Signals[])[] = [
  ['SIGINT'],
  ['SIGINT', 'SIGKILL', 'SIGHUP'],
  ['SIGINT', 'SIGTERM'],
  ['SIGINT'],
  ['SIGINT', 'SIGKILL'],
];

describe('troupe dev --nats', () => {
  it.each(
    MOMENTS.flatMap(([name, moment], at) => (SIGNALS[at] ?? []).map((signal) => ({ name, moment, signal }))),
  )('leaves no nats-server behind after $signal $name', async ({ moment, signal }) => {
    const cwd = temporaryFolder();
    // As the process that is started sees it, and says it to nats-server.
    const nats = join('.troupe', 'nats');
    onTestFinished(() => {
      for (const line of natsServersOf(join(cwd, nats)))
        process.kill(Number(line.trim().split(' ')[0]), 'SIGKILL');
    });
    const db = join(cwd, '.troupe', 'troupe.db');
    const running = startTroupeCommand(['dev', '--nats', '--port', '0', '--db', db], { cwd });
    await moment(running, join(cwd, nats));
    running.child.kill(signal);
    await running.exit;
    if (signal === 'SIGKILL') {
      await expect.poll(() => natsServersOf(join(cwd, nats)), { timeout: 300_000 }).toEqual([]);
    } else expect(natsServersOf(join(cwd, nats)), running.stderr()).toEqual([]);
  });

  it('serves the steps of every agent, as dev does', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'Greet.mjs'), 'export default () => "hello";');
    const workflow =
      'name: greeting\nversion: 1.0.0\nsteps:\n  - { name: greet, handler: Greet, agent: shop }\n';
    const server = await startServer(['dev', '--nats', '--port', '0', '--handlers', '.'], { cwd });
    const registered = await fetch(`${server.url}/workflows`, {
      method: 'POST',
      headers: { 'content-type': 'application/yaml' },
      body: workflow,
    });
    expect(registered.status, await registered.text()).toBe(201);
    const submit = ['submit', 'greeting', '--wait', '--json'];
    const { stdout } = await runInProcess(submit, { env: { TROUPE_URL: server.url } });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'complete', result: { greet: 'hello' } });
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
  });
});
