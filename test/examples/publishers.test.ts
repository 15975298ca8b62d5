/** The ways to publish that the examples show, run as a user runs them, against a real nats-server. */

import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startRpc } from '../../src/nats/requests/rpc.ts';
import { openSite, type Site, silent } from '../nats/site.ts';
import { TestNats } from '../nats-server.ts';

const ROOT = join(import.meta.dirname, '../..');
const PYTHON = join(ROOT, 'examples/publishers/publish.py');
const SCRIPT = ['--import', 'tsx', join(ROOT, 'scripts/publish.ts')];
const all = { tenantId: null, limit: 100 } as const;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(program: string, args: readonly string[], env: Record<string, string>): Promise<Ran> {
  try {
    const ran = await promisify(execFile)(program, args, { cwd: ROOT, env: { ...process.env, ...env } });
    return { code: 0, ...ran };
  } catch (error) {
    return error as Ran;
  }
}

/** A server of its own: publishers know one prefix unless told otherwise. */
async function start(): Promise<{ nats: TestNats; site: () => Promise<Site> }> {
  const nats = await TestNats.start();
  onTestFinished(() => nats.stop());
  return { nats, site: () => openSite(nats.url, 'troupe') };
}

describe.skipIf(spawnSync('python3', ['--version']).status !== 0)('publish.py', () => {
  it('publishes a task that is kept, once for the same message id', async () => {
    const { nats, site: open } = await start();
    const env = { NATS_URL: nats.url, MESSAGE_ID: 'order-123' };
    const args = [PYTHON, 'echo', '{"orderId":"ORD123"}'];
    const tooEarly = await run('python3', args, env);
    expect(tooEarly).toMatchObject({ code: 1, stderr: expect.stringContaining('no stream') });
    const site = await open();
    expect(JSON.parse((await run('python3', args, env)).stdout)).toMatchObject({ stream: 'TROUPE_SUBMIT' });
    expect(JSON.parse((await run('python3', args, env)).stdout)).toMatchObject({ duplicate: true });
    const { troupe } = await site.orchestrate();
    await site.settled();
    expect(troupe.listTasks(all).tasks).toMatchObject([{ name: 'echo', payload: { orderId: 'ORD123' } }]);
  });
});

describe('scripts/publish.ts', () => {
  it('publishes to the stream, and says that it is kept', async () => {
    const { nats, site: open } = await start();
    const args = [...SCRIPT, 'echo', '--payload', '{"n":1}', '--tenant', 'a.b', '--nats-url', nats.url];
    const { code, stdout } = await run(process.execPath, args, {});
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { subject: 'troupe.submit.a%2Eb', duplicate: false },
    ]);
    const site = await open();
    const { troupe } = await site.orchestrate();
    await site.settled();
    expect(troupe.listTasks(all).tasks).toMatchObject([{ tenantId: 'a.b', payload: { n: 1 } }]);
  });

  it('with --wait follows the task to its end', async () => {
    const { nats, site: open } = await start();
    const site = await open();
    const { troupe } = await site.orchestrate();
    const rpc = await startRpc(troupe, { version: '1.0.0', log: silent });
    onTestFinished(() => rpc.close());
    const args = [...SCRIPT, '--wait', '--nats-url', nats.url];
    const { code, stdout } = await run(process.execPath, [...args, 'echo', '--payload', '{"n":2}'], {});
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { status: 'complete', result: { echo: { n: 2 } } }]);
    const refused = await run(process.execPath, [...args, 'x'.repeat(256)], {});
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('INVALID_BODY') });
  });
});
