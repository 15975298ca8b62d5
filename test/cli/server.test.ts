import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support.ts';
import { runInProcess } from './in-process.ts';
import { type Ran, runTroupe, type Server, startServer } from './process.ts';

/** A client command, in this process. */
const to = ({ url }: Server, ...args: string[]): Promise<Ran> =>
  runInProcess(args, { env: { TROUPE_URL: url } });

const storeIn = (folder: string) => ['--db', join(folder, 'troupe.db'), '--port', '0'];

describe('troupe dev', () => {
  it('serves the examples only when it is asked to, except in the checkout of Troupe itself', async () => {
    const cwd = temporaryFolder();
    const without = await startServer(['dev', '--port', '0'], { cwd });
    expect(JSON.parse(without.stdout())).toMatchObject({ handlers: [] });
    const db = join(cwd, 'own.db');
    const own = await startServer(['dev', '--port', '0', '--db', db], { cwd: process.cwd() });
    expect(JSON.parse(own.stdout()).handlers).toContain('CheckInventory');
  });

  it("serves the examples from an empty folder, a handler of the user's own in place of theirs, and gives a curl line", async () => {
    const cwd = temporaryFolder();
    const handlers = temporaryFolder();
    writeFileSync(join(handlers, 'ShipOrder.mjs'), 'export default () => "own";');
    const server = await startServer(['dev', '--examples', '--port', '0', '--handlers', handlers], { cwd });
    const told = JSON.parse(server.stdout());
    expect(told).toMatchObject({
      url: server.url,
      msg: `troupe: listening on ${server.url}`,
      bus: 'in-process',
      pid: server.child.pid,
    });
    expect(told.data).toContain('.troupe/troupe.db');
    const [, url = '', body = ''] = /^curl -s (\S+) .* -d '(.*)'$/.exec(told.tryIt) ?? [];
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(201);
    const { stdout } = await to(server, 'submit', 'ShipOrder', '--wait', '--json');
    expect(JSON.parse(stdout).result).toEqual({ ShipOrder: 'own' });
  });

  it('writes nothing but JSON lines where nobody reads along, a failure with its stack', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'Typo.mjs'), 'export default (job) => {\n  return job.order.id;\n};\n');
    const server = await startServer(['dev', ...storeIn(folder), '--handlers', folder]);
    await to(server, 'submit', 'Typo', '--max-retries', '0', '--wait');
    await server.shows('task Typo failed');
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    const lines = (server.stdout() + server.stderr()).trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line));
    expect(records.at(-1)).toMatchObject({ msg: 'Stopped.' });
    const failures = records.filter(({ level }) => level >= 40);
    expect(failures).toMatchObject([
      { level: 40, step: 'Typo', attempt: 1, err: { type: 'TypeError' } },
      { level: 50, name: 'Typo', err: { type: 'TypeError' } },
    ]);
    for (const { err } of failures) expect(err.stack).toContain('Typo.mjs:2');
  });
});

describe('troupe serve', () => {
  it('assumes nothing, and tells everything that is wrong at once', async () => {
    const { code, stdout, stderr } = await runInProcess(['serve', '--port', 'x', '--host', '0.0.0.0']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('--port');
    expect(stderr).toContain('TROUPE_DB');
    expect(stderr).toContain('--insecure');
  });

  it('shows the settings in force, where each came from, and no secret', async () => {
    const args = ['serve', '--db', 'x.db', '--print-config', '--json'];
    const env = { TROUPE_WEBHOOK_SECRET: 'whsec_aHVzaC1odXNoLWh1c2gtaHVzaC1odXNo', TROUPE_PORT: '8080' };
    const { code, stdout } = await runInProcess(args, { env });
    expect(code).toBe(0);
    expect(stdout).not.toContain('aHVzaC1odXNo');
    expect(JSON.parse(stdout)).toMatchObject({
      db: { value: 'x.db', from: 'flag' },
      port: { value: 8080, from: 'env TROUPE_PORT' },
      host: { value: '127.0.0.1', from: 'default' },
      webhookSecret: { value: 'set', from: 'env TROUPE_WEBHOOK_SECRET' },
    });
  });

  it('lets only callers with a key in, when there are keys', async () => {
    const folder = temporaryFolder();
    const keys = join(folder, 'keys.json');
    writeFileSync(keys, JSON.stringify({ keys: [{ name: 'me', key: 'k3y', tenant: 'acme' }] }));
    const server = await startServer(['serve', ...storeIn(folder), '--api-keys', keys]);
    const refused = await to(server, 'tasks', 'list');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('TROUPE_API_KEY');
    const allowed = await to(server, 'tasks', 'list', '--api-key', 'k3y', '--json');
    expect(JSON.parse(allowed.stdout)).toEqual({ tasks: [], nextCursor: null });
  });

  it('says what to do when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const args = ['serve', '--db', join(temporaryFolder(), 'troupe.db'), '--port', String(port)];
    const { code, stderr } = await runTroupe(args);
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} is in use`);
  });

  it('refuses handlers that cannot be loaded, naming the file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'broken.mjs'), 'export default () => {');
    const { code, stderr } = await runTroupe(['serve', ...storeIn(folder), '--handlers', folder]);
    expect(code).toBe(2);
    expect(stderr).toContain('broken.mjs: cannot be loaded');
  });
});

describe('on a signal', () => {
  const slow = `export default async ({ signal }) => {
    console.error('handler started');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  };`;

  async function serverWithRunningAttempt() {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'Slow.mjs'), slow);
    const server = await startServer(['serve', ...storeIn(folder), '--handlers', folder]);
    await to(server, 'submit', 'Slow');
    await server.shows('handler started');
    return server;
  }

  it('an idle server closes', async () => {
    const server = await startServer(['serve', ...storeIn(temporaryFolder())]);
    server.child.kill('SIGINT');
    expect(await server.exit).toBe(0);
    expect(server.stderr()).toContain('Stopped.');
  });

  it('it stops being ready while attempts finish, and a second signal ends it at once', async () => {
    const server = await serverWithRunningAttempt();
    server.child.kill('SIGTERM');
    await server.shows('SIGTERM: stopping');
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(1);
    expect(server.stderr()).not.toContain('Stopped.');
  });
});
