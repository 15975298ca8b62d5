import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findNatsServer, startNatsServer } from '../../src/cli/nats-server.ts';
import { natsServerProgram } from '../nats-server/program.ts';
import { temporaryFolder } from '../support.ts';

let program: string;
beforeAll(async () => {
  program = await natsServerProgram();
});

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    // No such process.
    return false;
  }
};

/** Resolves with its first words once somebody there greets. */
async function greeted(url: string): Promise<string> {
  const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
  const [greeting] = await once(socket, 'data');
  socket.destroy();
  return String(greeting);
}

describe('a nats-server of our own', () => {
  it('is found on a search path, or not', () => {
    expect(findNatsServer('')).toBeNull();
    expect(findNatsServer('/nowhere')).toBeNull();
  });

  it('serves with JetStream on loopback until it is stopped', async () => {
    const server = await startNatsServer({ program, folder: temporaryFolder() });
    expect(server.url).toMatch(/^nats:\/\/127\.0\.0\.1:\d+$/);
    expect(await greeted(server.url)).toMatch(/^INFO .*"jetstream":true/);
    await server.stop();
    expect(isRunning(server.pid)).toBe(false);
  });

  it('ends when the process that started it was killed', async () => {
    const folder = temporaryFolder();
    const script = `
      import { startNatsServer } from './dist/src/cli/nats-server.js';
      const { pid } = await startNatsServer(${JSON.stringify({ program, folder })});
      console.log(pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const [written] = await once(parent.stdout, 'data');
    const orphan = Number(written);
    expect(isRunning(orphan)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isRunning(orphan), { timeout: 300_000 }).toBe(false);
  });

  it('that was left behind is stopped before the next one takes its folder', async () => {
    const folder = temporaryFolder();
    const flags = [
      '-a',
      '127.0.0.1',
      '-p',
      '-1',
      '-js',
      '-sd',
      folder,
      '-P',
      join(folder, 'nats-server.pid'),
    ];
    const left = spawn(program, flags, { stdio: 'ignore' });
    onTestFinished(() => void left.kill('SIGKILL'));
    const gone = once(left, 'exit');
    await expect.poll(() => existsSync(join(folder, 'nats-server.pid')), { timeout: 300_000 }).toBe(true);
    const next = await startNatsServer({ program, folder });
    onTestFinished(() => next.stop());
    await gone;
    expect(await greeted(next.url)).toMatch(/^INFO /);
  });

  it('that cannot start says why, in its own words', async () => {
    const started = startNatsServer({ program, folder: temporaryFolder(), flags: ['-c', '/no/such.conf'] });
    await expect(started).rejects.toMatchObject({
      name: 'Failure',
      notes: expect.arrayContaining([expect.stringContaining('/no/such.conf')]),
    });
  });
});
