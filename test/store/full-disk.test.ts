/**
 * A disk that takes no more: the kernel refuses a real process's writes beyond a file size, which needs no
 * privileges and can be lifted again while the process lives.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Fact } from '../../src/views/tasks.ts';
import { TroupeProcess } from '../harness/kill/process.ts';
import type { LogLine } from '../harness/kill/protocol.ts';
import { request, temporaryFolder } from '../support.ts';

/** The log of executions stays far below it; the write-ahead log is beyond it from the start. */
const FULL_BYTES = 16_384;

const canLimit = spawnSync('prlimit', ['--fsize']).status === 0;

const limitFiles = (troupe: TroupeProcess, bytes: number | 'unlimited'): void => {
  const { status, stderr } = spawnSync('prlimit', [`--pid=${troupe.pid}`, `--fsize=${bytes}:`]);
  expect(status, String(stderr)).toBe(0);
};

describe.skipIf(!canLimit)('while the disk is full', () => {
  let folder: string;
  let facts: Fact[];
  beforeEach(() => {
    folder = temporaryFolder();
    facts = [];
  });

  const start = async (): Promise<TroupeProcess> => {
    const options = { db: join(folder, 'troupe.db'), log: join(folder, 'log'), after: '0-0' };
    const troupe = new TroupeProcess(options, ({ fact }) => facts.push(fact));
    onTestFinished(() => void troupe.kill());
    await troupe.ready;
    return troupe;
  };

  const log = (): LogLine[] =>
    readFileSync(join(folder, 'log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LogLine);

  const executions = (taskId: string, event: LogLine['event']): number =>
    log().filter((line) => line.taskId === taskId && line.event === event).length;

  const heard = (taskId: string, name: Fact['fact']): Promise<void> =>
    expect
      .poll(
        () => facts.some((fact) => fact.taskId === taskId && fact.actor === 'task' && fact.fact === name),
        {
          timeout: 300_000,
        },
      )
      .toBe(true);

  const refused = { name: 'RemoteError', code: 'COMMIT_FAILED', kind: 'unavailable' };

  it('submissions are refused and leave nothing behind, reads go on, and it says it is not ready', async () => {
    const troupe = await start();
    const { taskId } = await troupe.call('submit', request('Nobody'));
    await heard(taskId, 'running');
    limitFiles(troupe, FULL_BYTES);
    const keyed = request('Work', { idempotencyKey: 'k' });
    for (const _ of ['first', 'again']) {
      await expect(troupe.call('submit', keyed)).rejects.toMatchObject(refused);
      await expect(
        troupe.call('taskVerb', null, taskId, 'cancel', { by: 'test', reason: null }),
      ).rejects.toMatchObject(refused);
      expect(await troupe.call('getTask', null, taskId)).toMatchObject({ status: 'running' });
      expect(await troupe.call('health')).toMatchObject({ ready: false, reason: expect.any(String) });
    }
    expect(facts.map((fact) => fact.taskId)).toEqual(facts.map(() => taskId));

    limitFiles(troupe, 'unlimited');
    const { replayed, taskId: taken } = await troupe.call('submit', keyed);
    expect(replayed).toBe(false);
    await heard(taken, 'complete');
    expect(await troupe.call('health')).toMatchObject({ ready: true, reason: null });
  });

  it('it does not take itself for well again before it is', async () => {
    const troupe = await start();
    limitFiles(troupe, FULL_BYTES);
    await expect(troupe.call('submit', request('Work'))).rejects.toMatchObject(refused);
    const health = async (): Promise<{ ready: boolean; failures: number }> => {
      const { text } = await troupe.call('metrics');
      const failures = Number(/^troupe_commit_failures(?:_total)? (\d+)/m.exec(text)?.[1]);
      return { ready: (await troupe.call('health')).ready, failures };
    };
    // It tries again by itself; only failures may come of that.
    await expect.poll(async () => (await health()).failures, { timeout: 300_000 }).toBeGreaterThan(2);
    expect(await health()).toMatchObject({ ready: false });

    limitFiles(troupe, 'unlimited');
    await expect.poll(async () => (await health()).ready, { timeout: 300_000 }).toBe(true);
  });

  it('what was acknowledged waits, and goes on by itself when there is room, nothing of it done twice', async () => {
    const troupe = await start();
    const submit = async (...args: Parameters<typeof request>): Promise<string> =>
      (await troupe.call('submit', request(...args))).taskId;
    const running = await submit('Work', { payload: { Work: { ms: 1_000 } } });
    const delayed = await submit('Later', { delaySeconds: 0.3 });
    const waiting = await submit('Audit', { dependencies: [running, delayed] });
    await heard(running, 'running');
    limitFiles(troupe, FULL_BYTES);
    // The attempt ends, and the delay with it, while nothing can be stored.
    await expect.poll(() => executions(running, 'complete'), { timeout: 300_000 }).toBe(1);
    await expect(troupe.call('submit', request('Work'))).rejects.toMatchObject(refused);
    expect(await troupe.call('getTask', null, running)).toMatchObject({ status: 'running' });
    expect(await troupe.call('getTask', null, delayed)).toMatchObject({ status: 'pending' });

    limitFiles(troupe, 'unlimited');
    await heard(waiting, 'complete');
    for (const id of [running, delayed, waiting]) expect(executions(id, 'start')).toBe(1);
    expect(log()).toHaveLength(6);
  });

  it('being killed loses nothing that was acknowledged', async () => {
    const before = await start();
    const { taskId } = await before.call('submit', request('Work', { payload: { Work: { ms: 1_000 } } }));
    await heard(taskId, 'running');
    limitFiles(before, FULL_BYTES);
    await expect(before.call('submit', request('Work'))).rejects.toMatchObject(refused);
    await expect.poll(() => executions(taskId, 'complete'), { timeout: 300_000 }).toBe(1);
    await before.kill();

    const after = await start();
    await heard(taskId, 'complete');
    // Its first outcome was never stored: the same attempt is executed again.
    expect(log().map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1]);
    expect(await after.call('getTask', null, taskId)).toMatchObject({ status: 'complete', retryCount: 0 });
  });
});
