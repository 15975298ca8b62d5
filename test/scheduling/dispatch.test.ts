/** Which waiting step the next free worker gets, and how many run at once. */

import { describe, expect, it } from 'vitest';
import type { Troupe } from '../../src/troupe.ts';
import type { Handler } from '../../src/worker/job.ts';
import type { TaskRequest } from '../../src/workflow/task-request.ts';
import { gate, handlers, request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';

/** Records the runs in order, behind a first task that holds the only slot until the test lets go. */
async function startBusy(options: { concurrency?: number } = {}) {
  const ran: string[] = [];
  const first = gate();
  const print: Handler = ({ payload }) => void ran.push(String(payload.name));
  const troupe = await startTroupe({
    concurrency: 1,
    ...options,
    handlers: handlers({ hold: () => first.promise, print }),
  });
  const { task } = await troupe.submit(request('hold'));
  await stepFact(troupe, task.id, 'hold', 'running');
  const submit = async (name: string, more: Partial<TaskRequest> = {}): Promise<string> =>
    (await troupe.submit(request('print', { payload: { name }, ...more }))).task.id;
  return { troupe, ran, release: first.open, submit };
}

async function allDone(troupe: Troupe, ids: readonly string[]): Promise<void> {
  for (const id of ids) await taskFact(troupe, id, 'complete');
}

/** Handlers that count how many of them run, and end when told. */
function countRunning(names: readonly string[]) {
  const running = new Map<string, number>();
  const most = new Map<string, number>();
  const note = (key: string, by: number): void => {
    const now = (running.get(key) ?? 0) + by;
    running.set(key, now);
    most.set(key, Math.max(most.get(key) ?? 0, now));
  };
  const run: Handler = async ({ handler, tenantId }) => {
    for (const key of ['all', handler, tenantId]) note(key, 1);
    // A few turns of the event loop, so that whatever else may start does.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    for (const key of ['all', handler, tenantId]) note(key, -1);
  };
  return { most, byName: Object.fromEntries(names.map((name) => [name, run])) };
}

describe('the order', () => {
  it('is by priority, higher first, then by age', async () => {
    const { troupe, ran, release, submit } = await startBusy();
    const ids = [
      await submit('low', { priority: 1 }),
      await submit('middle'),
      await submit('high', { priority: 10 }),
      await submit('middle too'),
    ];
    release();
    await allDone(troupe, ids);
    expect(ran).toEqual(['high', 'middle', 'middle too', 'low']);
  });

  it('takes tenants in turn, so that one with many tasks delays another by little', async () => {
    const { troupe, ran, release, submit } = await startBusy();
    const ids: string[] = [];
    for (let n = 1; n <= 20; n++) ids.push(await submit(`big ${n}`, { tenantId: 'big' }));
    for (let n = 1; n <= 2; n++) ids.push(await submit(`small ${n}`, { tenantId: 'small' }));
    release();
    await allDone(troupe, ids);
    expect(ran.slice(0, 5)).toEqual(['big 1', 'small 1', 'big 2', 'small 2', 'big 3']);
  });

  it('is not held up by an older step that nobody can run', async () => {
    const { troupe, ran, release, submit } = await startBusy();
    const { task: unserved } = await troupe.submit(request('unserved', { priority: 10 }));
    const id = await submit('served');
    release();
    await allDone(troupe, [id]);
    expect(ran).toEqual(['served']);
    const view = troupe.getTask(null, unserved.id);
    expect(view).toMatchObject({ status: 'running', steps: [{ status: 'pending', attempt: 0 }] });
    expect(view.waitingFor).toMatchObject([
      { kind: 'worker', why: expect.stringMatching(/^no worker serves handler unserved; put unserved\.ts /) },
    ]);
  });

  it('is kept when more than a thousand wait, and none is forgotten', async () => {
    const { troupe, ran, release, submit } = await startBusy();
    const count = 2_600;
    const names = Array.from({ length: count }, (_, index) => String(index));
    for (let from = 0; from < count; from += 650) {
      const batch = names.slice(from, from + 650).map((name) => request('print', { payload: { name } }));
      await troupe.submitBatch(batch);
    }
    const urgent = await submit('urgent', { priority: 9 });
    expect(troupe.health().backlog.queued).toBe(count + 1);
    const cancelled = troupe.listTasks({ tenantId: null, limit: 200, name: 'print' }).tasks.at(-1)?.id ?? '';
    await troupe.taskVerb(null, cancelled, 'cancel', { by: 'ann', reason: null });
    const last = await submit('last');
    release();
    await allDone(troupe, [urgent, last]);
    const gone = troupe.getTask(null, cancelled).payload.name;
    expect(ran).toEqual(['urgent', ...names.filter((name) => name !== gone), 'last']);
    expect(troupe.health().backlog.queued).toBe(0);
  });
});

describe('at once', () => {
  const twenty = Array.from({ length: 20 }, (_, index) => index);

  it('never run more than the limit of all', async () => {
    const { most, byName } = countRunning(['a', 'b']);
    const troupe = await startTroupe({ concurrency: 3, handlers: handlers(byName) });
    const { tasks } = await troupe.submitBatch(twenty.map((n) => request(n % 2 === 0 ? 'a' : 'b')));
    await allDone(
      troupe,
      tasks.map(({ id }) => id),
    );
    expect(most.get('all')).toBe(3);
  });

  it('never run more than the limit of a handler, while others do', async () => {
    const { most, byName } = countRunning(['a', 'b']);
    const entries = handlers(byName).map((entry) =>
      entry.name === 'a' ? { ...entry, concurrency: 2 } : entry,
    );
    const troupe = await startTroupe({ handlers: entries });
    const { tasks } = await troupe.submitBatch(twenty.map((n) => request(n % 2 === 0 ? 'a' : 'b')));
    await allDone(
      troupe,
      tasks.map(({ id }) => id),
    );
    expect([most.get('a'), most.get('b')]).toEqual([2, 10]);
  });

  it('never run more than the limit of a tenant, while others do', async () => {
    const { most, byName } = countRunning(['a']);
    const troupe = await startTroupe({ tenantConcurrency: 2, handlers: handlers(byName) });
    const { tasks } = await troupe.submitBatch(
      twenty.map((n) => request('a', { tenantId: n % 2 === 0 ? 'x' : 'y' })),
    );
    await allDone(
      troupe,
      tasks.map(({ id }) => id),
    );
    expect([most.get('x'), most.get('y'), most.get('all')]).toEqual([2, 2, 4]);
  });

  it('runs another when one is cancelled, times out or backs off', async () => {
    let count = 0;
    const troupe = await startTroupe({
      concurrency: 1,
      workflows: [workflow('w', [step('stuck', [], { timeoutMs: 20 })])],
      handlers: handlers({
        stuck: () => gate().promise,
        broken: () => {
          count++;
          throw new Error('out of paper');
        },
        good: () => 'done',
      }),
    });
    const { task: stuck } = await troupe.submit(request('stuck'));
    const { task: slow } = await troupe.submit(request('w'));
    const { task: broken } = await troupe.submit(request('broken'));
    const { task: good } = await troupe.submit(request('good'));
    await stepFact(troupe, stuck.id, 'stuck', 'running');
    await troupe.taskVerb(null, stuck.id, 'cancel', { by: 'ann', reason: null });
    await stepFact(troupe, slow.id, 'stuck', 'retrying');
    await stepFact(troupe, broken.id, 'broken', 'retrying');
    await taskFact(troupe, good.id, 'complete');
    expect(count).toBe(1);
  });
});
