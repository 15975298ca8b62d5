import { describe, expect, it } from 'vitest';
import { taskLife } from './life.ts';
import {
  complete,
  error,
  failed,
  held,
  ready,
  retrying,
  running,
  skipped,
  spawnedAhead,
} from './task-events.ts';

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a failed task that goes on', () => {
  const handler = { onFailure: 1 };
  const stuck = () =>
    running(2, { failureHandlerCount: 1 })
      .hears(failed('bad'), complete('good'))
      .hears({ ...complete('tidy'), ...handler });

  it('counts its failure handlers anew when it is stuck again', () => {
    const task = stuck();
    expect([task.state, task.context.stepCount]).toEqual(['failed', 3]);
    task.hears(ready('bad', 'failed'));
    expect(task.state).toBe('running');
    expect(task.context).toMatchObject({
      stepCount: 2,
      failureHandlerCount: 1,
      counts: { active: 1, complete: 1 },
    });
    expect(task.context.handled).toBeUndefined();
    task.hears(failed('bad'));
    expect(task.state).toBe('running');
    expect(task.effects).toContain('spawnFailureHandlers');
    task.hears({ ...complete('tidy'), ...handler });
    expect([task.state, task.context.error?.step]).toEqual(['failed', 'bad']);
  });

  it('does not when it is one of them that goes on, or one has not ended', () => {
    const alone = running(1, { failureHandlerCount: 1 })
      .hears(skipped('try'), { ...failed('report'), ...handler })
      .hears({ ...ready('report', 'failed'), ...handler });
    expect(alone.context).toMatchObject({ stepCount: 2, counts: { active: 1, skipped: 1 } });
    expect(alone.hears({ ...complete('report'), ...handler }).state).toBe('complete');
  });

  it('goes on as it always did when the reports come from a journal of before', () => {
    const task = running(1, { failureHandlerCount: 1 }).hears(failed('bad'), complete('tidy'));
    task.hears(ready('bad', 'failed'), failed('bad'));
    expect([task.state, task.context.stepCount, 'handled' in task.context]).toEqual(['failed', 2, false]);
  });
});

describe('a task', () => {
  it('starts its first steps when nothing keeps it', () => {
    const task = taskLife({ rootCount: 2 }).rings(3);
    expect([task.state, task.effects]).toEqual(['running', ['spawn']]);
    expect(task.paramsOf('spawn')).toEqual({ steps: 'roots', held: false });
    expect(task.context).toMatchObject({ startedAt: 3, counts: { active: 2 } });
  });

  it('is complete when every step is complete or skipped', () => {
    const task = running(3).hears(complete('a'), skipped('b'));
    expect(task.state).toBe('running');
    task.hears({ ...complete('c'), at: 8 });
    expect([task.state, task.isOver, task.effects]).toEqual([
      'complete',
      true,
      ['spawn', 'releaseSteps', 'ended'],
    ]);
    expect(task.context.finishedAt).toBe(8);
  });

  it('is retrying while every step that could run is backing off, and only then', () => {
    const task = running(2).hears(retrying('a'));
    expect([task.state, task.context.retryCount]).toEqual(['running', 1]);
    expect(task.hears(retrying('b')).state).toBe('retrying');
    expect(task.hears(ready('a', 'backoff')).state).toBe('running');
    expect(task.hears(retrying('a')).state).toBe('retrying');
    expect(task.context.retryCount).toBe(3);
  });

  it.each([
    ['complete', complete('b', [], { from: 'backoff' })],
    ['failed', failed('b', { from: 'backoff' })],
  ])('goes from retrying to %s with its last step', (end, report) => {
    const first = end === 'complete' ? complete('a') : failed('a');
    expect(running(2).hears(first, retrying('b'), report).state).toBe(end);
  });
});

describe('a step', () => {
  it('is spawned when the last of its dependencies has reported, whichever that is', () => {
    const joined = [[2, 2]] as const;
    for (const [first, last] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const task = running(3, { rootCount: 2 }).hears(complete(first, joined));
      expect(task.paramsOf('spawn')).toEqual({ steps: [], held: false });
      expect(asJson(task.context.met)).toEqual({ 2: 1 });
      task.hears(skipped(last, joined));
      expect(task.paramsOf('spawn')).toEqual({ steps: [2], held: false });
      expect(asJson(task.context.met)).toEqual({});
      expect(task.context.counts.active).toBe(1);
    }
  });

  it('is spawned at once when it has one dependency, with all its kin', () => {
    const task = running(4, { rootCount: 1 }).hears(
      complete('a', [
        [1, 1],
        [2, 1],
        [3, 2],
      ]),
    );
    expect(task.paramsOf('spawn')).toEqual({ steps: [1, 2], held: false });
    expect(asJson(task.context)).toMatchObject({ counts: { active: 2, complete: 1 }, met: { 3: 1 } });
  });

  it('is not spawned again when it was resolved by hand before its turn', () => {
    const task = running(2, { rootCount: 1 }).hears(spawnedAhead(1), complete('b', [], { from: 'active' }));
    task.hears(complete('a', [[1, 1]]));
    expect(task.paramsOf('spawn')).toEqual({ steps: [], held: false });
    expect(task.state).toBe('complete');
  });
});

describe('a failed step', () => {
  it('shows in the task at once, while the other branches run on', () => {
    const task = running(3).hears(failed('a'));
    expect([task.state, task.effects]).toEqual(['running', []]);
    expect(task.context.error).toEqual({ ...error('a'), step: 'a' });
    task.hears(complete('b'));
    expect(task.state).toBe('running');
    task.hears(complete('c'));
    expect([task.state, task.isOver]).toEqual(['failed', false]);
  });

  it('fails the task once nothing else can run, blocked steps left as they are', () => {
    const task = running(2, { rootCount: 1 }).hears({ ...failed('a'), at: 4 });
    expect([task.state, task.effects]).toEqual(['failed', ['ended']]);
    expect(task.context.finishedAt).toBe(4);
  });

  it('waits for those that back off', () => {
    const task = running(2).hears(failed('a'), retrying('b'));
    expect(task.state).toBe('retrying');
    expect(task.hears(ready('b', 'backoff')).state).toBe('running');
  });

  it('is the one to blame until it is mended, also when others fail later', () => {
    const task = running(3).hears(failed('a'), failed('b'));
    expect(task.context.error?.step).toBe('a');
    expect(task.hears(ready('a', 'failed')).context.error).toBeUndefined();
    expect(task.context.counts).toMatchObject({ active: 2, failed: 1 });
  });

  it('is forgiven when it is resolved by hand', () => {
    expect(running(2).hears(failed('a'), skipped('a', [], { from: 'failed' })).context.error).toBeUndefined();
  });
});

describe('a critical step that fails', () => {
  const critical = { critical: true };

  it('halts the others; the task fails when those that run have finished', () => {
    const task = running(3).hears(failed('a', critical));
    expect([task.state, task.effects]).toEqual(['running', ['haltSteps']]);
    task.hears(held('b'));
    expect(task.state).toBe('running');
    expect(task.hears(complete('c')).state).toBe('failed');
  });

  it('keeps later steps from starting', () => {
    const task = running(3, { rootCount: 2 }).hears(failed('a', critical), complete('b', [[2, 1]]));
    expect(task.paramsOf('spawn')).toEqual({ steps: [2], held: true });
    expect(task.state).toBe('running');
    expect(task.hears(held('c')).state).toBe('failed');
  });

  it.each([
    ['retried', ready('a', 'failed', critical)],
    ['skipped', skipped('a', [], { from: 'failed', ...critical })],
    ['completed by hand', complete('a', [], { from: 'failed', ...critical })],
  ])('lets the others go on when it is %s', (_how, report) => {
    const task = running(2).hears(failed('a', critical), held('b'));
    expect(task.state).toBe('failed');
    task.hears(report);
    expect([task.state, task.context.finishedAt]).toEqual(['running', undefined]);
    expect(task.effects).toContain('revived');
    expect(task.paramsOf('releaseSteps')).toEqual({ asked: true });
  });

  it('keeps the task halted while another critical failure stands', () => {
    const task = running(3).hears(failed('a', critical), failed('b', critical), held('c'));
    task.hears(ready('a', 'failed', critical));
    expect([task.state, task.paramsOf('releaseSteps')]).toEqual(['running', { asked: false }]);
    task.hears(ready('b', 'failed', critical));
    expect([task.state, task.paramsOf('releaseSteps')]).toEqual(['running', { asked: true }]);
  });

  it('lets nobody go that a person holds: mending another step asks for no release', () => {
    const task = running(2).hears(failed('a'), skipped('a', [], { from: 'failed' }));
    expect(task.paramsOf('releaseSteps')).toEqual({ asked: false });
  });
});
