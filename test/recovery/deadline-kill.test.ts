/** A process is killed under a task with a deadline, which passes before another one opens the file. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { verifyStore } from '../../src/recovery/verify.ts';
import type { Fact } from '../../src/views/tasks.ts';
import { TroupeProcess } from '../harness/kill/process.ts';
import type { LogLine } from '../harness/kill/protocol.ts';
import { handlers, request, startTroupe, taskFact, temporaryFolder } from '../support.ts';
import { openStore } from './stores.ts';

const HOUR_MS = 3_600_000;
const HANDLERS = handlers({ Work: () => expect.fail('it began after the deadline'), Audit: () => 'audited' });

/** Resolves once the task runs in a process of its own, which is killed then. */
async function killed(folder: string, deadlineSeconds: number): Promise<string> {
  let found: (fact: Fact) => void = () => undefined;
  const runs = new Promise<Fact>((resolve) => {
    found = resolve;
  });
  const options = { db: join(folder, 'troupe.db'), log: join(folder, 'log'), after: '0-0' };
  const child = new TroupeProcess(options, ({ fact }) => {
    if (fact.actor === 'step:Work' && fact.fact === 'running') found(fact);
  });
  onTestFinished(() => void child.kill());
  await child.ready;
  const work = request('Work', { payload: { Work: { ms: HOUR_MS } }, deadlineSeconds });
  const { taskId } = await child.call('submit', work);
  expect((await runs).taskId).toBe(taskId);
  expect(await child.kill()).toBe('SIGKILL');
  return taskId;
}

it('R13: the next process fails it at once and starts nothing of it; a retry goes on', async () => {
  const folder = temporaryFolder();
  const db = join(folder, 'troupe.db');
  const taskId = await killed(folder, 3_600);
  const clock = new ManualClock(Date.now() + 2 * HOUR_MS);
  const after = await startTroupe({ db, clock, handlers: HANDLERS });
  await taskFact(after, taskId, 'failed');
  // Everything that is due by now has had its turn.
  const { taskId: other } = await after.submit(request('Audit'));
  await taskFact(after, other, 'complete');
  const { error, deadline } = after.getTask(null, taskId);
  expect(error).toMatchObject({ code: 'DEADLINE', step: null });
  expect(Date.parse(deadline ?? '')).toBeLessThan(clock.now());
  const told = [...after.history(null, taskId)].map(({ event }) => event);
  expect(told.filter((event) => event === 'task.deadline')).toHaveLength(1);
  const starts = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
  expect(starts.map((line) => (JSON.parse(line) as LogLine).event)).toEqual(['start']);
  await after.close({ graceMs: 0 });
  expect(verifyStore(openStore(db)).findings).toEqual([]);

  const last = await startTroupe({ db, clock, handlers: handlers({ Work: () => 'done' }) });
  const retried = await last.taskVerb(null, taskId, 'retry', { by: 'test', reason: null });
  expect(Date.parse(retried.deadline ?? '')).toBe(clock.now() + HOUR_MS);
  await taskFact(last, taskId, 'complete');
});

it('R13: one that is opened before the deadline goes on, and is in time', async () => {
  const folder = temporaryFolder();
  const taskId = await killed(folder, 3_600);
  const clock = new ManualClock(Date.now());
  const after = await startTroupe({
    db: join(folder, 'troupe.db'),
    clock,
    handlers: handlers({ Work: () => 'done' }),
  });
  await taskFact(after, taskId, 'complete');
  clock.advance(24 * HOUR_MS);
  expect(after.getTask(null, taskId)).toMatchObject({ status: 'complete', error: null });
  expect(after.health().backlog.timers).toBe(0);
});
