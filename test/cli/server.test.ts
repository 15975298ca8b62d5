import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support.ts';
import { runTroupe, startServer } from './process.ts';

const storeIn = (folder: string) => ['--db', join(folder, 'troupe.db'), '--port', '0'];

describe('troupe dev', () => {
  it('serves the examples from an empty folder, and prints a curl line that works as it is', async () => {
    const cwd = temporaryFolder();
    const server = await startServer(['dev', '--port', '0'], { cwd });
    await server.shows('try it');
    const [, body = ''] = /try it .* -d '(.*)'/.exec(server.stderr()) ?? [];
    const [, url = ''] = /try it +curl -s (\S+)/.exec(server.stderr()) ?? [];
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(201);
    expect(server.stdout()).toBe(`troupe: listening on ${server.url}\n`);
    expect(server.stderr()).toContain('.troupe/troupe.db');
    expect(server.stderr()).toContain('in-process');
  });

  it("lets a handler of the user's own take the place of an example's", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'ShipOrder.mjs'), 'export default () => "own";');
    const server = await startServer(['dev', ...storeIn(folder), '--handlers', folder]);
    const { stdout } = await server.troupe('submit', 'ShipOrder', '--wait', '--json');
    expect(JSON.parse(stdout).result).toEqual({ ShipOrder: 'own' });
  });
});

describe('troupe serve', () => {
  it('assumes nothing, and tells everything that is wrong at once', async () => {
    const { code, stdout, stderr } = await runTroupe(['serve', '--port', 'x', '--host', '0.0.0.0']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('--port');
    expect(stderr).toContain('TROUPE_DB');
    expect(stderr).toContain('--insecure');
  });

  it('shows the settings in force, where each came from, and no secret', async () => {
    const args = ['serve', '--db', 'x.db', '--print-config', '--json'];
    const env = { TROUPE_WEBHOOK_SECRET: 'hush-hush', TROUPE_PORT: '8080' };
    const { code, stdout } = await runTroupe(args, { env });
    expect(code).toBe(0);
    expect(stdout).not.toContain('hush-hush');
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
    const refused = await server.troupe('tasks', 'list');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('TROUPE_API_KEY');
    const allowed = await server.troupe('tasks', 'list', '--api-key', 'k3y', '--json');
    expect(JSON.parse(allowed.stdout)).toEqual({ tasks: [], nextCursor: null });
  });

  it('says what to do when the port is in use', async () => {
    const first = await startServer(['serve', ...storeIn(temporaryFolder())]);
    const { port } = new URL(first.url);
    const args = ['serve', '--db', join(temporaryFolder(), 'troupe.db'), '--port', port];
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
    await server.troupe('submit', 'Slow');
    await server.shows('handler started');
    return server;
  }

  it.each(['SIGTERM', 'SIGINT'] as const)('%s closes an idle server', async (signal) => {
    const server = await startServer(['serve', ...storeIn(temporaryFolder())]);
    server.child.kill(signal);
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
