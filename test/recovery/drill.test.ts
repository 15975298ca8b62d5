/** The drill, with the real commands: a server killed under load, its tasks exported, restored elsewhere, and finished. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runInProcess } from '../cli/in-process.ts';
import { runTroupe, startServer } from '../cli/process.ts';
import { TestNats } from '../nats-server.ts';
import { temporaryFolder } from '../support.ts';

let folder: string;
let executed: string;
let handlers: string;
beforeEach(() => {
  folder = temporaryFolder();
  executed = join(folder, 'executed.log');
  handlers = join(folder, 'handlers');
  mkdirSync(handlers);
  writeFileSync(executed, '');
  const body = (work: string): string => `import { appendFileSync } from 'node:fs';
    export default async ({ taskId, step }) => {
      ${work}
      appendFileSync(${JSON.stringify(executed)}, taskId + ' ' + step + '\\n');
      return step;
    };`;
  writeFileSync(join(handlers, 'Quick.mjs'), body(''));
  // It ends only where the file that says so is: in the second life.
  const held = `const { existsSync } = await import('node:fs');
    while (!existsSync(${JSON.stringify(join(folder, 'go'))})) await new Promise((r) => setTimeout(r, 20));`;
  writeFileSync(join(handlers, 'Held.mjs'), body(held));
});

const linesDone = (): string[] => readFileSync(executed, 'utf8').trim().split('\n');

async function drill(run: typeof runTroupe, natsOf: () => Promise<readonly string[]>): Promise<void> {
  const db = join(folder, 'first.db');
  const first = await startServer([
    ...['serve', '--db', db, '--port', '0', '--handlers', handlers, '--log', 'silent'],
    ...(await natsOf()),
  ]);
  const post = async (body: unknown): Promise<void> => {
    const response = await fetch(`${first.url}/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
  };
  for (let n = 0; n < 20; n++) await post({ name: 'Quick', payload: { n } });
  const order = `order ${process.pid}`;
  await post({ name: 'Held', correlationId: order });
  await post({ name: 'Quick', dependencies: ['Held'], correlationId: order });
  await post({ name: 'Nobody' });
  // Killed while more comes in.
  const load = (async () => {
    for (;;) await post({ name: 'Quick' });
  })().catch(() => undefined);
  first.child.kill('SIGKILL');
  await first.exit;
  await load;

  const file = join(folder, 'tasks.jsonl');
  const { stdout, code } = await run(['snapshot', 'export', '--db', db]);
  expect(code).toBe(0);
  writeFileSync(file, stdout);
  expect(await run(['snapshot', 'verify', file])).toMatchObject({ code: 0 });
  const other = join(folder, 'second.db');
  expect(await run(['snapshot', 'restore', file, '--db', other])).toMatchObject({ code: 0 });

  const before = stdout.split('\n').slice(1, -1);
  const wasComplete = before
    .map((line) => JSON.parse(line))
    .filter(({ actors }) => actors[0].state === 'complete')
    .map(({ task }) => `${task.id} ${task.name}`);
  const timesBefore = countsOf(linesDone());
  writeFileSync(join(folder, 'go'), '');
  const args = ['--port', '0', '--handlers', handlers, '--log', 'silent', ...(await natsOf())];
  const second = await startServer(['serve', '--db', other, ...args]);
  const inState = async (status: string): Promise<number> => {
    const response = await fetch(`${second.url}/tasks?limit=100&status=${status}`);
    return ((await response.json()) as { tasks: unknown[] }).tasks.length;
  };
  const unfinished = async (): Promise<number[]> =>
    Promise.all(['pending', 'retrying', 'paused', 'failed', 'running'].map(inState));
  // The one that nobody serves.
  await expect.poll(unfinished, { timeout: 300_000 }).toEqual([0, 0, 0, 0, 1]);
  const timesAfter = countsOf(linesDone());
  for (const step of wasComplete) expect(timesAfter.get(step)).toBe(timesBefore.get(step));
  expect(await run(['snapshot', 'verify', '--db', other])).toMatchObject({ code: 0 });
  expect(await run(['doctor', '--db', other])).toMatchObject({ code: 0 });
}

function countsOf(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

describe('after SIGKILL, export and restore', () => {
  it('every task ends in the other store, and nothing that was complete is executed again', async () => {
    await drill(runTroupe, async () => []);
  });

  it('with NATS too, whose second server knows nothing of the first', async () => {
    await drill(runInProcess, async () => {
      const nats = await TestNats.start();
      onTestFinished(() => nats.stop());
      return ['--nats-url', nats.url];
    });
  });
});

describe('the commands', () => {
  it('say what is wrong and do nothing: exit 1 for a refusal, 2 for wrong usage', async () => {
    const db = join(folder, 'none.db');
    const cases: [string[], number][] = [
      [['snapshot', 'export', '--all', '--task', 'x', '--db', db], 2],
      [['snapshot', 'export', '--db', db], 1],
      [['snapshot', 'export', '--status', 'done', '--db', db], 2],
      [['snapshot', 'export', '--all', '--db', db], 1],
      [['snapshot', 'at', 'x', 'first', '--db', db], 2],
      [['prune', '--older-than', 'long', '--db', db], 2],
      [['prune', '--older-than', '1d', '--db', db], 1],
      [['backup', join(folder, 'b.db'), '--db', db], 1],
      [['doctor', '--db', db], 1],
    ];
    const ran = await Promise.all(cases.map(([args]) => runInProcess(args)));
    expect(ran.map(({ code }) => code)).toEqual(cases.map(([, code]) => code));
    for (const { stdout, stderr } of ran.slice(0, -1)) {
      expect(stdout).toBe('');
      expect(stderr).not.toContain('    at ');
    }
  });

  it('refuse to prune a store whose server runs, which backup and doctor do not mind', async () => {
    const db = join(folder, 'busy.db');
    await startServer(['serve', '--db', db, '--port', '0', '--log', 'silent']);
    const pruned = await runTroupe(['prune', '--older-than', '1d', '--db', db]);
    expect(pruned).toMatchObject({ code: 1, stderr: expect.stringContaining('is in use') });
    expect(await runTroupe(['backup', join(folder, 'b.db'), '--db', db])).toMatchObject({ code: 0 });
    expect((await runTroupe(['doctor', '--db', db])).stdout).toMatch(/open in (process \d+|another process)/);
  });
});
