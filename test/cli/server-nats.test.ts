import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openSite } from '../nats/site.ts';
import { TestNats } from '../nats-server.ts';
import { temporaryFolder } from '../support.ts';
import { runInProcess } from './in-process.ts';
import { runTroupe, type Server, startServer } from './process.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
});
afterAll(() => nats?.stop());

const canLimit = spawnSync('prlimit', ['--fsize']).status === 0;

const serve = (folder: string, ...args: string[]): Promise<Server> =>
  startServer(['serve', '--db', join(folder, 'troupe.db'), '--port', '0', ...args]);

const statusSchema = z.object({
  bus: z.string(),
  nats: z.object({ connected: z.boolean(), server: z.string().nullable() }).nullable(),
  tasks: z.record(z.string(), z.number()),
});
const statusOf = async ({ url }: Server) =>
  statusSchema.parse(await (await fetch(`${url}/health/status`)).json());
const count = async (server: Server): Promise<number> =>
  Object.values((await statusOf(server)).tasks).reduce((sum, tasks) => sum + tasks, 0);

describe('troupe serve with NATS', () => {
  it('says where it is connected, in words and in its health, and takes submissions', async () => {
    const site = await openSite(nats.url);
    await site.publish({ name: 'Nobody' });
    const server = await serve(temporaryFolder(), '--nats-url', nats.url, '--prefix', site.prefix);
    await server.shows(`NATS at ${nats.url}, subjects ${site.prefix}.>`);
    expect(await statusOf(server)).toMatchObject({
      bus: 'nats',
      nats: { connected: true, server: `127.0.0.1:${nats.port}` },
    });
    await site.settled();
    expect(await count(server)).toBe(1);
  });

  it('starts and works without the server, and connects when it is there', async () => {
    const own = await TestNats.start();
    try {
      await own.kill();
      const server = await serve(temporaryFolder(), '--nats-url', own.url);
      await server.shows('not reached yet');
      expect(await statusOf(server)).toMatchObject({ bus: 'nats', nats: { connected: false, server: null } });
      expect((await runInProcess(['submit', 'Nobody'], { env: { TROUPE_URL: server.url } })).code).toBe(0);
      await own.startAgain();
      await server.shows('connected to NATS');
      expect((await statusOf(server)).nats?.connected).toBe(true);
    } finally {
      await own.stop();
    }
  });

  it('ends with a sentence when the server can never be used', async () => {
    const own = await TestNats.start('--user', 'me', '--pass', 'secret');
    try {
      const args = ['serve', '--db', join(temporaryFolder(), 'x.db'), '--port', '0', '--nats-url', own.url];
      const { code, stderr } = await runTroupe(args);
      expect(code).toBe(1);
      expect(stderr).toContain('NATS_LOGIN');
    } finally {
      await own.stop();
    }
  });

  it('shows its settings without the password', async () => {
    const args = ['serve', '--db', 'x.db', '--print-config', '--json'];
    const { stdout } = await runInProcess(args, { env: { NATS_URL: 'nats://me:hush@a:1,b' } });
    expect(stdout).not.toContain('hush');
    expect(JSON.parse(stdout)).toMatchObject({
      natsUrl: { value: 'nats://***@a:1,nats://***@b:4222', from: 'env NATS_URL' },
      natsCreds: { value: null, from: 'default' },
      prefix: { value: 'troupe', from: 'default' },
    });
  });

  it('makes one task of each submission, however often it is killed', async () => {
    const site = await openSite(nats.url);
    const folder = temporaryFolder();
    const start = () => serve(folder, '--nats-url', nats.url, '--prefix', site.prefix, '--log', 'silent');
    const total = 1_200;
    const names = Array.from({ length: total }, (_, n) => `Task${n}`);
    const published = Promise.all(names.map((name) => site.publish({ name })));
    let server = await start();
    for (const _ of ['first', 'second']) {
      const before = await count(server);
      if (before < total) await expect.poll(() => count(server), { interval: 5 }).toBeGreaterThan(before);
      server.child.kill('SIGKILL');
      await server.exit;
      server = await start();
    }
    await published;
    await site.settled();
    expect(await count(server)).toBe(total);
    expect(site.rejected.seen).toEqual([]);
  });

  it.skipIf(!canLimit)('keeps submissions in the stream while its disk is full', async () => {
    const site = await openSite(nats.url);
    const server = await serve(temporaryFolder(), '--nats-url', nats.url, '--prefix', site.prefix);
    const limitFiles = (bytes: string) =>
      expect(spawnSync('prlimit', [`--pid=${server.child.pid}`, `--fsize=${bytes}`]).status).toBe(0);
    limitFiles('4096:');
    for (const name of ['One', 'Two', 'Three']) await site.publish({ name });
    await server.shows('a commit failed');
    expect(await count(server)).toBe(0);
    limitFiles('unlimited:');
    await site.settled();
    expect(await count(server)).toBe(3);
    expect(site.rejected.seen).toEqual([]);
  });

  it('on SIGTERM settles what it took, leaves the rest to others, and stops', async () => {
    const site = await openSite(nats.url);
    const server = await serve(temporaryFolder(), '--nats-url', nats.url, '--prefix', site.prefix);
    const names = Array.from({ length: 800 }, (_, n) => `Task${n}`);
    await Promise.all(names.map((name) => site.publish({ name })));
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    const folder = temporaryFolder();
    const next = await serve(folder, '--nats-url', nats.url, '--prefix', site.prefix);
    await site.settled();
    expect(await count(next)).toBeLessThanOrEqual(names.length);
  });
});

describe('troupe dev --nats', () => {
  it('runs a nats-server of its own beside the store, and stops it at the end', async () => {
    const cwd = temporaryFolder();
    const server = await startServer(['dev', '--nats', '--port', '0'], { cwd });
    await server.shows('NATS at');
    const [, url = ''] = /NATS at (nats:[^\s,]+),/.exec(server.stdout()) ?? [];
    const site = await openSite(url);
    await site.bus.publish('troupe.submit.default', Buffer.from('{"name":"CheckInventory"}'));
    await expect.poll(() => count(server)).toBe(1);
    expect(existsSync(join(cwd, '.troupe', 'nats', 'jetstream'))).toBe(true);
    await site.bus.close();
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    await expect(fetch(url.replace('nats:', 'http:'))).rejects.toThrow();
  });

  it('leaves alone the nats-server of another that runs beside the same store', async () => {
    const cwd = temporaryFolder();
    const first = await startServer(['dev', '--nats', '--port', '0'], { cwd });
    const { code, stderr } = await runTroupe(['dev', '--nats', '--port', '0'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain(`in use by process ${first.child.pid}`);
    expect((await statusOf(first)).nats?.connected).toBe(true);
    first.child.kill('SIGTERM');
    expect(await first.exit).toBe(0);
  });

  it('says how to get one where there is none', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'not-nats'), '');
    const { code, stderr } = await runTroupe(['dev', '--nats', '--port', '0'], {
      cwd: folder,
      env: { PATH: folder },
    });
    expect(code).toBe(1);
    expect(stderr).toContain('no nats-server is installed');
    expect(stderr).toContain('https://nats.io/download');
  });

  it('is not told of another server as well', async () => {
    const args = ['dev', '--nats', '--nats-url', 'nats://localhost'];
    expect((await runInProcess(args, { cwd: temporaryFolder() })).code).toBe(2);
  });
});
