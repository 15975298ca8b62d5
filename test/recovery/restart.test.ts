/** Whatever a task was doing when its process stopped, it goes on with when another opens the same file. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import type { PublishedFact } from '../../src/views/orchestrator.ts';
import type { Fact, TaskView } from '../../src/views/tasks.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import type { TaskRequest } from '../../src/workflow/task-request.ts';
import { TroupeProcess } from '../harness/kill/process.ts';
import type { LogLine } from '../harness/kill/protocol.ts';
import {
  gate,
  handlers,
  request,
  startTroupe,
  step,
  stepFact,
  taskFact,
  temporaryFolder,
  workflow,
} from '../support.ts';

const by = { by: 'test', reason: null };

/** A handler that keeps its jobs. */
const keep =
  (jobs: HandlerContext[], result: unknown): ((job: HandlerContext) => unknown) =>
  (job) => {
    jobs.push(job);
    return result;
  };

describe('after close() and a start on the same file', () => {
  let db: string;
  let clock: ManualClock;
  beforeEach(() => {
    db = join(temporaryFolder(), 'troupe.db');
    clock = new ManualClock();
  });

  const start = (
    byName: Parameters<typeof handlers>[0] = {},
    more: Partial<TroupeOptions> = {},
  ): Promise<Troupe> => startTroupe({ db, clock, handlers: handlers(byName), ...more });

  const submit = async (troupe: Troupe, name: string, more: Partial<TaskRequest> = {}): Promise<string> =>
    (await troupe.submit(request(name, more))).taskId;

  it('a task in backoff keeps the moment of its next attempt', async () => {
    let fails = true;
    const Charge = (): string => {
      if (fails) throw new Error('declined');
      return 'charged';
    };
    const before = await start({ Charge });
    const id = await submit(before, 'Charge');
    await stepFact(before, id, 'Charge', 'retrying');
    const at = before.getTask(null, id).steps[0]?.nextAttemptAt ?? '';
    await before.close();

    fails = false;
    clock.moveTo(Date.parse(at) - 1);
    const after = await start({ Charge });
    expect(after.getTask(null, id)).toMatchObject({
      status: 'retrying',
      steps: [{ attempt: 1, nextAttemptAt: at }],
    });
    clock.advance(1);
    await taskFact(after, id, 'complete');
    expect(after.getStep(null, id, 'Charge').attempts.map(({ status }) => status)).toEqual([
      'failed',
      'complete',
    ]);
  });

  it('a delayed task starts when it was to start', async () => {
    const before = await start();
    const id = await submit(before, 'Remind', { delaySeconds: 3_600 });
    const startAt = clock.now() + 3_600_000;
    await before.close();

    clock.moveTo(startAt - 1);
    const after = await start({ Remind: () => 'reminded' });
    const waits = [{ kind: 'delay', until: new Date(startAt).toISOString() }];
    expect(after.getTask(null, id)).toMatchObject({ status: 'pending', waitingFor: waits });
    clock.advance(1);
    await taskFact(after, id, 'complete');
    expect(after.getTask(null, id).startedAt).toBe(new Date(startAt).toISOString());
  });

  it('what fell due while nothing ran happens at once, and once', async () => {
    const before = await start();
    const ids = [];
    for (const delaySeconds of [60, 120, 180]) ids.push(await submit(before, 'Remind', { delaySeconds }));
    await before.close();

    clock.advance(86_400_000);
    const reminded: string[] = [];
    const after = await start({ Remind: ({ taskId }) => void reminded.push(taskId) });
    for (const id of ids) await taskFact(after, id, 'complete');
    expect(reminded).toEqual(ids);
  });

  it('an attempt whose worker was stopped is sent again: the same attempt, not another', async () => {
    const never = gate();
    const jobs: HandlerContext[] = [];
    const before = await start({ Charge: keep(jobs, never.promise) });
    const id = await submit(before, 'Charge', { maxRetries: 0 });
    await stepFact(before, id, 'Charge', 'running');
    await before.close({ graceMs: 0 });

    const after = await start({ Charge: keep(jobs, 'charged') });
    await taskFact(after, id, 'complete');
    expect(jobs.map(({ attempt, token }) => [attempt, token])).toEqual([
      [1, jobs[0]?.token],
      [1, jobs[0]?.token],
    ]);
    expect(after.getTask(null, id)).toMatchObject({
      retryCount: 0,
      steps: [{ attempt: 1, output: 'charged' }],
    });
  });

  it('an attempt that ended while closing is not executed again', async () => {
    const work = gate<string>();
    const before = await start({ Charge: () => work.promise });
    const id = await submit(before, 'Charge');
    await stepFact(before, id, 'Charge', 'running');
    const closed = before.close();
    work.open('charged');
    await closed;

    const after = await start({ Charge: () => expect.fail('it was executed again') });
    await taskFact(after, id, 'complete');
    expect(after.getTask(null, id).result).toEqual({ Charge: 'charged' });
  });

  it('completed steps stay so, and the rest of the workflow goes on from them', async () => {
    const never = gate();
    const order = workflow('Order', [step('Receive'), step('Pay', ['Receive']), step('Ship', ['Pay'])]);
    const before = await start({ Receive: () => 'cart', Pay: () => never.promise }, { workflows: [order] });
    const id = await submit(before, 'Order');
    await stepFact(before, id, 'Pay', 'running');
    await before.close({ graceMs: 0 });

    const jobs: HandlerContext[] = [];
    const run = keep(jobs, 'done');
    const after = await start({ Receive: run, Pay: run, Ship: run }, { workflows: [order] });
    await taskFact(after, id, 'complete');
    expect(jobs.map(({ step: name, dependencies }) => [name, dependencies])).toEqual([
      ['Pay', { Receive: 'cart' }],
      ['Ship', { Pay: 'done' }],
    ]);
  });

  it('a paused task is paused until somebody resumes it', async () => {
    const before = await start();
    const id = await submit(before, 'Charge', { delaySeconds: 60 });
    await before.taskVerb(null, id, 'pause', by);
    await before.close();

    clock.advance(120_000);
    const after = await start({ Charge: () => 'charged' });
    await taskFact(after, await submit(after, 'Charge'), 'complete');
    expect(after.getTask(null, id)).toMatchObject({ status: 'paused', waitingFor: [{ kind: 'paused' }] });
    await after.taskVerb(null, id, 'resume', by);
    await taskFact(after, id, 'complete');
  });

  it('a task blocked by a failed one is blocked until that is retried', async () => {
    const CheckStock = (): never => {
      throw new PermanentError('out of stock');
    };
    const before = await start({ CheckStock });
    const stock = await submit(before, 'CheckStock');
    const charge = await submit(before, 'Charge', { dependencies: [stock] });
    await taskFact(before, charge, 'blocked');
    await before.close();

    const after = await start({ CheckStock: () => 'in stock', Charge: () => 'charged' });
    expect(after.getTask(null, charge)).toMatchObject({ status: 'pending', waitingFor: [{ taskId: stock }] });
    await after.taskVerb(null, stock, 'retry', by);
    await taskFact(after, charge, 'complete');
  });

  it('a task waiting for one that nobody has submitted is answered by it', async () => {
    const before = await start();
    const charge = await submit(before, 'Charge', { dependencies: ['CheckStock'], allowUnresolved: true });
    await before.close();

    const after = await start({ CheckStock: () => 'in stock', Charge: () => 'charged' });
    await submit(after, 'CheckStock');
    await taskFact(after, charge, 'complete');
  });

  it('queued steps find the worker that serves them, the highest priority first, then in order', async () => {
    const before = await start();
    const ids = [];
    for (const priority of [5, 5, 9, 1]) ids.push(await submit(before, 'Charge', { priority }));
    await before.close();

    const order: string[] = [];
    const after = await start({ Charge: ({ taskId }) => void order.push(taskId) }, { concurrency: 1 });
    for (const id of ids) await taskFact(after, id, 'complete');
    expect(order).toEqual([ids[2], ids[0], ids[1], ids[3]]);
  });

  it('who follows the facts goes on where he stopped, without a gap or a repeat', async () => {
    const facts = async (
      troupe: Troupe,
      after: string,
      until: (fact: Fact) => boolean,
    ): Promise<PublishedFact[]> => {
      const seen: PublishedFact[] = [];
      const { signal } = new AbortController();
      for await (const published of troupe.events({ tenantId: null, after, signal })) {
        seen.push(published);
        if (until(published.fact)) break;
      }
      return seen;
    };
    const before = await start();
    const id = await submit(before, 'Charge');
    const first = await facts(before, '0-0', ({ fact }) => fact === 'running');
    await before.close();

    const after = await start({ Charge: () => 'charged' });
    const isEnd = ({ actor, fact }: Fact): boolean => actor === 'task' && fact === 'complete';
    await taskFact(after, id, 'complete');
    const rest = await facts(after, first.at(-1)?.id ?? '', isEnd);
    const all = await facts(after, '0-0', isEnd);
    expect([...first, ...rest]).toEqual(all);
  });
});

describe('after SIGKILL and a start on the same file', () => {
  const open = async (folder: string, facts: PublishedFact[]): Promise<TroupeProcess> => {
    const options = {
      db: join(folder, 'troupe.db'),
      log: join(folder, 'log'),
      after: facts.at(-1)?.id ?? '0-0',
    };
    const troupe = new TroupeProcess(options, (published) => {
      facts.push(published);
      for (const wake of [...waiting]) wake();
    });
    onTestFinished(() => void troupe.kill());
    await troupe.ready;
    return troupe;
  };
  let waiting = new Set<() => void>();
  beforeEach(() => {
    waiting = new Set();
  });

  const heard = (
    facts: readonly PublishedFact[],
    taskId: string,
    actor: string,
    name: Fact['fact'],
  ): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!facts.some(({ fact }) => fact.taskId === taskId && fact.actor === actor && fact.fact === name))
          return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });

  it('each task goes on from where it was', async () => {
    const folder = temporaryFolder();
    const facts: PublishedFact[] = [];
    const before = await open(folder, facts);
    const submit = async (name: string, more: Partial<TaskRequest> = {}): Promise<string> =>
      (await before.call('submit', request(name, more))).taskId;

    const done = await submit('Work');
    const running = await submit('Work', { payload: { Work: { ms: 1_000 } }, maxRetries: 0 });
    const retrying = await submit('Work', { payload: { Work: { failures: 1 } } });
    const delayed = await submit('Later', { delaySeconds: 2 });
    const paused = await submit('Audit', { dependencies: [delayed] });
    await before.call('taskVerb', null, paused, 'pause', by);
    const failed = await submit('Doomed', { payload: { Doomed: { failures: 1 } }, maxRetries: 0 });
    const blocked = await submit('Audit', { dependencies: [failed] });
    const queued = await submit('Nobody');
    await heard(facts, done, 'task', 'complete');
    await heard(facts, retrying, 'task', 'retrying');
    await heard(facts, blocked, 'task', 'blocked');
    await heard(facts, running, 'step:Work', 'running');
    const ids = [done, retrying, delayed, paused, failed, blocked, queued];
    const views = async (troupe: TroupeProcess): Promise<TaskView[]> =>
      Promise.all(ids.map((id) => troupe.call('getTask', null, id)));
    const was = await views(before);
    expect(was.map(({ status }) => status)).toEqual([
      'complete',
      'retrying',
      'pending',
      'paused',
      'failed',
      'pending',
      'running',
    ]);
    expect(await before.kill()).toBe('SIGKILL');

    const after = await open(folder, facts);
    const isFixed = ({ id }: TaskView): boolean => id !== retrying && id !== delayed;
    // The delay goes on meanwhile, and may be over by now.
    const fixed = (tasks: TaskView[]) =>
      tasks.filter(isFixed).map(({ dependencies, ...task }) => ({
        ...task,
        dependencies: dependencies.filter(({ taskId }) => taskId !== delayed),
      }));
    expect(fixed(await views(after))).toEqual(fixed(was));
    await Promise.all([running, retrying, delayed].map((id) => heard(facts, id, 'task', 'complete')));
    const startAt = Date.parse(was[2]?.createdAt ?? '') + 2_000;
    const { startedAt } = await after.call('getTask', null, delayed);
    expect(Date.parse(startedAt ?? '')).toBeGreaterThanOrEqual(startAt);

    await after.call('taskVerb', null, paused, 'resume', by);
    await after.call('taskVerb', null, failed, 'retry', by);
    await Promise.all([paused, blocked].map((id) => heard(facts, id, 'task', 'complete')));

    const log = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
    const starts = log.map((line) => JSON.parse(line) as LogLine).filter(({ event }) => event === 'start');
    const attempts = (id: string): number[] =>
      starts.filter(({ taskId }) => taskId === id).map(({ attempt }) => attempt);
    expect([done, running, retrying, failed].map(attempts)).toEqual([[1], [1, 1], [1, 2], [1, 2]]);
  });

  it('the file is free at once for the next process', async () => {
    const folder = temporaryFolder();
    const first = await open(folder, []);
    await first.kill();
    const second = await open(folder, []);
    expect(await second.call('health')).toMatchObject({ ready: true });
  });
});
