// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** A step that runs something for each element of a list, so many at once. */

import { describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import type { Troupe } from '../../src/troupe.ts';
import type { TaskView } from '../../src/views/tasks.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { fact, gate, request, startTroupe, taskFact } from '../support.ts';
import { asked } from './one-task.ts';

type Each = Parameters<typeof defineWorkflow>[0]['steps'][string];

async function mapping(
  items: unknown,
  each: Partial<Each> = {},
  work: (job: HandlerContext) => unknown = doubled,
) {
  const workflow = defineWorkflow({
    name: 'lines',
    steps: {
      cart: { handler: () => ({ items }) },
      ship: { dependsOn: ['cart'], forEach: '${steps.cart.output.items}', handler: work, ...each } as never,
    },
  });
  const troupe = await startTroupe({ workflows: [workflow], concurrency: 10_000 });
  const { taskId: id } = await troupe.submit(request('lines'));
  return { troupe, id };
}

const doubled = ({ payload }: HandlerContext): number => Number(payload['item']) * 2;
const outputOf = (troupe: Troupe, id: string): unknown => troupe.getStep(null, id, 'ship').output;
const childrenOf = (troupe: Troupe, id: string, status?: TaskView['status']): readonly TaskView[] =>
  troupe.listTasks({ tenantId: null, limit: 200, parentId: id, ...(status === undefined ? {} : { status }) })
    .tasks;
const failsOn = (...odd: readonly unknown[]) => {
  const bad = new Set(odd);
  const run = (job: HandlerContext): number => {
    if (bad.has(job.payload['item'])) throw new PermanentError('no such street');
    return doubled(job);
  };
  return { run, mend: () => bad.clear() };
};

describe('a step for each element of a list', () => {
  it('gives its children their element and its place, and has their outputs in the order of the list', async () => {
    const { troupe, id } = await mapping([5, 6, 7], {}, ({ payload }) => payload);
    await taskFact(troupe, id, 'complete');
    expect(outputOf(troupe, id)).toEqual([
      { item: 5, index: 0 },
      { item: 6, index: 1 },
      { item: 7, index: 2 },
    ]);
    expect(troupe.getStep(null, id, 'ship').children).toEqual({
      total: 3,
      next: 3,
      open: 0,
      done: 3,
      lost: 0,
    });
  });

  it('R22: an empty list is complete with no child', async () => {
    const { troupe, id } = await mapping([]);
    await taskFact(troupe, id, 'complete');
    expect(outputOf(troupe, id)).toEqual([]);
    expect(childrenOf(troupe, id)).toEqual([]);
  });

  it.each([
    [{ a: 1 }, 'MAP_INVALID', 'for_each: {"a":1} is no list'],
    [null, 'MAP_INVALID', 'is no list'],
    [Array.from({ length: 10_001 }, () => 0), 'MAP_TOO_LARGE', 'the list has 10001 elements; at most 10000'],
  ])('R23: what is no list, or too long a one, fails for good: %#', async (items, code, message) => {
    const { troupe, id } = await mapping(items);
    await taskFact(troupe, id, 'failed');
    const { error } = troupe.getStep(null, id, 'ship');
    expect(error).toMatchObject({
      code,
      retryable: false,
      message: expect.stringContaining(message) as string,
    });
    expect(childrenOf(troupe, id)).toEqual([]);
  });

  it('R24: never more children are unfinished than may be at once, through pause and retry too', async () => {
    let now = 0;
    let most = 0;
    const { run, mend } = failsOn(3, 8);
    const { troupe, id } = await mapping(
      Array.from({ length: 20 }, (_, index) => index),
      { concurrency: 4 },
      async (job) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now--;
        return run(job);
      },
    );
    await troupe.taskVerb(null, id, 'pause', asked).catch(() => undefined);
    expect(childrenOf(troupe, id).length).toBeLessThanOrEqual(4);
    await troupe.taskVerb(null, id, 'resume', asked).catch(() => undefined);
    await taskFact(troupe, id, 'failed');
    mend();
    await troupe.taskVerb(null, id, 'retry', asked);
    await taskFact(troupe, id, 'complete');
    expect(most).toBeLessThanOrEqual(4);
    expect(outputOf(troupe, id)).toEqual(Array.from({ length: 20 }, (_, index) => index * 2));
  });

  it('R24: lost children are retried in their order, as many at once as may be, and before new ones', async () => {
    const executed: unknown[] = [];
    let most = 0;
    const { run, mend } = failsOn(0, 1, 2, 3);
    const open = (troupe: Troupe, id: string): number =>
      childrenOf(troupe, id).filter(({ status }) => status !== 'complete' && status !== 'failed').length;
    const { troupe, id } = await mapping(
      [0, 1, 2, 3, 4, 5],
      { concurrency: 1, tolerate: 3 },
      (job): number => {
        executed.push(job.payload['item']);
        most = Math.max(most, open(started.troupe, started.id));
        return run(job);
      },
    );
    const started = { troupe, id };
    await taskFact(troupe, id, 'failed');
    mend();
    executed.length = 0;
    await troupe.taskVerb(null, id, 'retry', asked);
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(1);
    expect(outputOf(troupe, id)).toEqual([0, 2, 4, 6, 8, 10]);
  });

  it('R24: a child that a person has retried first is not retried once more', async () => {
    const executed: unknown[] = [];
    const { run, mend } = failsOn(0, 1, 2);
    const { promise, open } = gate();
    let isHeld = false;
    const { troupe, id } = await mapping([0, 1, 2], { concurrency: 1, tolerate: 2 }, async (job) => {
      executed.push(job.payload['item']);
      if (isHeld) await promise;
      return run(job);
    });
    await taskFact(troupe, id, 'failed');
    mend();
    isHeld = true;
    executed.length = 0;
    await troupe.taskVerb(null, id, 'retry', asked);
    const last = childrenOf(troupe, id).find(({ parent }) => parent?.index === 2);
    await troupe.taskVerb(null, last?.id ?? '', 'retry', asked);
    expect(troupe.getStep(null, id, 'ship').children).toMatchObject({ open: 2, lost: 1 });
    open();
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual([0, 2, 1]);
    expect(outputOf(troupe, id)).toEqual([0, 2, 4]);
  });

  it('has its whole time again when it is retried', async () => {
    const clock = new ManualClock();
    const { promise, open } = gate();
    const workflow = defineWorkflow({
      name: 'timed',
      steps: { ship: { forEach: '${payload.items}', handler: () => promise, within: '1s' } },
    });
    const troupe = await startTroupe({ workflows: [workflow], clock });
    const { taskId: id } = await troupe.submit(request('timed', { payload: { items: [1] } }));
    await fact(troupe, ({ fact: name, taskId }) => taskId !== id && name === 'running');
    clock.advance(1_000);
    await taskFact(troupe, id, 'failed');
    expect(troupe.getStep(null, id, 'ship').error).toMatchObject({ code: 'WAIT_TIMEOUT' });
    await troupe.taskVerb(null, id, 'retry', asked);
    clock.advance(999);
    open();
    await taskFact(troupe, id, 'complete');
  });

  it('has its whole time again when a person retries a child of it', async () => {
    const clock = new ManualClock();
    const { promise, open } = gate();
    let isMended = false;
    const work = () => {
      if (!isMended) throw new PermanentError('no such street');
      return promise;
    };
    const workflow = defineWorkflow({
      name: 'timed',
      steps: { ship: { forEach: '${payload.items}', handler: work, within: '1s' } },
    });
    const troupe = await startTroupe({ workflows: [workflow], clock });
    const { taskId: id } = await troupe.submit(request('timed', { payload: { items: [1] } }));
    await taskFact(troupe, id, 'failed');
    isMended = true;
    clock.advance(5_000);
    await troupe.taskVerb(null, childrenOf(troupe, id)[0]?.id ?? '', 'retry', asked);
    clock.advance(999);
    open();
    await taskFact(troupe, id, 'complete');
  });

  it.each([
    ['retried', (troupe: Troupe, id: string) => troupe.taskVerb(null, id, 'retry', asked)],
    [
      'ended by hand',
      (troupe: Troupe, id: string) =>
        troupe.stepVerb(null, id, 'lines/ship', 'complete', { ...asked, output: 1 }),
    ],
  ])('has gone on without a lost child, which is not %s any more', async (_, revive) => {
    const { run } = failsOn(1);
    const { troupe, id } = await mapping([0, 1], { tolerate: 1 }, run);
    await taskFact(troupe, id, 'complete');
    const [lost] = childrenOf(troupe, id, 'failed');
    await expect(revive(troupe, lost?.id ?? '')).rejects.toMatchObject({ code: 'PARENT_WENT_ON' });
    expect(childrenOf(troupe, id, 'failed')).toHaveLength(1);
    expect(outputOf(troupe, id)).toEqual([0, null]);
  });

  it('spawns nothing new once too many are lost, and says how many', async () => {
    const { run } = failsOn(0, 1);
    const { troupe, id } = await mapping([0, 1, 2, 3, 4, 5], { concurrency: 1, tolerate: 1 }, run);
    await taskFact(troupe, id, 'failed');
    expect(troupe.getStep(null, id, 'ship')).toMatchObject({
      children: { total: 6, next: 2, open: 0, done: 0, lost: 2 },
      error: {
        code: 'CHILD_FAILED',
        message: expect.stringContaining('2 of 6 child tasks did not complete') as string,
      },
    });
  });

  it.each([
    [2, [null, 2, null]],
    ['67%', [null, 2, null]],
  ])('takes null for those that are lost where %s may be', async (tolerate, output) => {
    const { run } = failsOn(0, 2);
    const { troupe, id } = await mapping([0, 1, 2], { tolerate }, run);
    await taskFact(troupe, id, 'complete');
    expect(outputOf(troupe, id)).toEqual(output);
  });

  it('R27: the last two children that end in one batch are one completion', async () => {
    const { promise, open } = gate();
    const { troupe, id } = await mapping([1, 2], {}, async (job) => {
      await promise;
      return doubled(job);
    });
    await expect.poll(() => childrenOf(troupe, id, 'running').length).toBe(2);
    open();
    await taskFact(troupe, id, 'complete');
    const ends = [...troupe.history(null, id)].filter(
      ({ actor, to }) => actor === 'step:ship' && to === 'complete',
    );
    expect(ends).toHaveLength(1);
    const last = [...troupe.history(null, id)].length;
    for (let seq = 1; seq <= last; seq++) expect(troupe.moment(null, id, seq).differs).toBe(false);
  });

  it('R28: a retry runs only what was lost or never spawned', async () => {
    const executed: unknown[] = [];
    const { run, mend } = failsOn(1);
    const { troupe, id } = await mapping([0, 1, 2, 3], { concurrency: 1 }, (job) => {
      executed.push(job.payload['item']);
      return run(job);
    });
    await taskFact(troupe, id, 'failed');
    mend();
    await troupe.taskVerb(null, id, 'retry', asked);
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual([0, 1, 1, 2, 3]);
    expect(childrenOf(troupe, id)).toHaveLength(4);
  });

  it('counts instead of collecting where it is asked to, and says so where the outputs are too large', async () => {
    const large = (): string => 'x'.repeat(100_000);
    const counted = await mapping([1, 2, 3], { collect: 'counts' }, large);
    await taskFact(counted.troupe, counted.id, 'complete');
    expect(outputOf(counted.troupe, counted.id)).toEqual({ total: 3, done: 3, lost: 0 });
    const collected = await mapping([1, 2, 3], {}, large);
    await taskFact(collected.troupe, collected.id, 'failed');
    expect(collected.troupe.getStep(null, collected.id, 'ship').error).toMatchObject({
      code: 'OUTPUT_TOO_LARGE',
      message: expect.stringContaining('say "collect: counts"') as string,
    });
  });

  it('runs a workflow for each, whose result is the element', async () => {
    const child = defineWorkflow({
      name: 'line',
      steps: { pack: { handler: ({ payload }) => `${String(payload['to'])} ${String(payload['item'])}` } },
    });
    const top = defineWorkflow({
      name: 'top',
      steps: {
        ship: {
          forEach: '${payload.items}',
          run: { workflow: 'line', payload: { to: '${payload.to}' } },
          concurrency: 2,
        },
      },
    });
    const troupe = await startTroupe({ workflows: [child, top] });
    const { taskId: id } = await troupe.submit(
      request('top', { payload: { items: ['a', 'b', 'c'], to: 'Rome' } }),
    );
    await taskFact(troupe, id, 'complete');
    expect(outputOf(troupe, id)).toEqual([{ pack: 'Rome a' }, { pack: 'Rome b' }, { pack: 'Rome c' }]);
  });

  it('R25: a thousand children are born, work and end in commits of at most 500 actors', async () => {
    const changed: number[] = [];
    const { commit } = SqliteStore.prototype;
    const spy = vi.spyOn(SqliteStore.prototype, 'commit').mockImplementation(function (
      this: SqliteStore,
      value,
    ) {
      changed.push((value.actors?.length ?? 0) + (value.newActors?.length ?? 0));
      return commit.call(this, value);
    });
    const { troupe, id } = await mapping(
      Array.from({ length: 1_000 }, (_, index) => index),
      { concurrency: 500, collect: 'counts' },
    );
    await taskFact(troupe, id, 'complete');
    spy.mockRestore();
    expect(Math.max(...changed)).toBeLessThanOrEqual(500);
    expect(outputOf(troupe, id)).toEqual({ total: 1_000, done: 1_000, lost: 0 });
  });

  it('has as many children at work as it may at once, though none of them ends', async () => {
    const { promise, open } = gate();
    let now = 0;
    const { troupe, id } = await mapping(
      Array.from({ length: 300 }, () => 0),
      { concurrency: 250, collect: 'counts' },
      () => {
        now++;
        return promise;
      },
    );
    await vi.waitFor(() => expect(now).toBe(250), 30_000);
    expect(troupe.getStep(null, id, 'ship').children).toMatchObject({ next: 250, open: 250 });
    open();
    await taskFact(troupe, id, 'complete');
    expect(now).toBe(300);
  });
});
