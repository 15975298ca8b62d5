import { describe, expect, it } from 'vitest';
import { type TaskLife, taskLife } from './life.ts';
import {
  complete,
  failed,
  held,
  paused,
  ready,
  retrying,
  running,
  skipped,
  spawnedAhead,
  tell,
} from './task-events.ts';

const unfinished: Record<string, () => TaskLife> = {
  pending: () => taskLife({ unmet: 1 }),
  running: () => running(2),
  retrying: () => running(1).hears(retrying('a')),
  paused: () => paused(),
  failed: () => running(1).hears(failed('a')),
};

const ended: Record<string, () => TaskLife> = {
  complete: () => running(1).hears(complete('a')),
  cancelled: () => running(1).hears(tell('cancel')),
};

describe('a cancel', () => {
  it.each(Object.entries(unfinished))('ends a task that is %s, and its steps', (state, make) => {
    const task = make();
    expect(task.state).toBe(state);
    task.hears(tell('cancel', 9));
    expect([task.state, task.isOver, task.timers, task.context.finishedAt]).toEqual([
      'cancelled',
      true,
      {},
      9,
    ]);
    expect(task.effects).toEqual([...(state === 'failed' ? ['revived'] : []), 'cancelSteps', 'ended']);
  });
});

describe('a pause', () => {
  it.each(['running', 'retrying'])('of a %s task holds its steps', (state) => {
    const task = unfinished[state]?.().hears(tell('pause'));
    expect([task?.state, task?.effects]).toEqual(['paused', ['holdSteps']]);
  });

  it('of a pending task stops its delay', () => {
    const task = taskLife({ startAt: 500 }).hears(tell('pause'));
    expect([task.state, task.effects, task.timers]).toEqual(['paused', [], {}]);
  });

  it.each(['failed', 'paused'])('means nothing to a %s task', (state) => {
    const task = unfinished[state]?.().hears(tell('pause'));
    expect([task?.state, task?.effects]).toEqual([state, ['ignored']]);
  });

  it('lets what runs finish, and holds what that would have started', () => {
    for (const end of [complete('a', [[1, 1]]), skipped('a', [[1, 1]])]) {
      const task = running(2, { rootCount: 1 }).hears(tell('pause'), end);
      expect([task.state, task.paramsOf('spawn')]).toEqual(['paused', { steps: [1], held: true }]);
    }
  });

  it('keeps count of what its steps report, and ends nothing by itself', () => {
    const task = running(4).hears(
      retrying('a'),
      tell('pause'),
      retrying('b'),
      ready('a', 'backoff'),
      held('a'),
    );
    task.hears(failed('c'), complete('d'), held('b', 'backoff'));
    expect(task.context).toMatchObject({
      counts: { active: 0, backoff: 0, held: 2, failed: 1, complete: 1 },
    });
    expect([task.state, task.context.error?.step]).toEqual(['paused', 'c']);
  });

  it('passes a critical failure on', () => {
    const task = running(2).hears(tell('pause'), failed('a', { critical: true }));
    expect([task.state, task.effects]).toEqual(['paused', ['haltSteps']]);
  });

  it('counts steps resolved by hand before their turn', () => {
    const task = running(2, { rootCount: 1 }).hears(
      tell('pause'),
      spawnedAhead(1),
      complete('b'),
      complete('a', [[1, 1]]),
    );
    expect(task.paramsOf('spawn')).toEqual({ steps: [], held: true });
    expect(task.hears(tell('resume')).state).toBe('complete');
  });
});

describe('a resume', () => {
  it('releases the steps, running ones too, since they were told to hold the next attempt', () => {
    for (const task of [paused(), running(2).hears(tell('pause'))]) {
      task.hears(tell('resume'));
      expect([task.state, task.paramsOf('releaseSteps')]).toEqual(['running', { asked: true }]);
    }
  });

  it('finds the task where it was', () => {
    expect(running(1).hears(retrying('a'), tell('pause'), tell('resume')).state).toBe('retrying');
    expect(running(1).hears(tell('pause'), complete('a'), tell('resume')).state).toBe('complete');
    expect(running(1).hears(tell('pause'), failed('a'), tell('resume')).state).toBe('failed');
    expect(taskLife({ unmet: 1 }).hears(tell('pause'), tell('resume')).state).toBe('pending');
  });

  it('releases nothing while a critical failure stands', () => {
    const task = running(3).hears(failed('a', { critical: true }), tell('pause'), held('b'), tell('resume'));
    expect([task.state, task.paramsOf('releaseSteps')]).toEqual(['running', { asked: false }]);
    expect(task.hears(complete('c')).state).toBe('failed');
  });

  it('waits for what is left of the delay', () => {
    const task = taskLife({ startAt: 500 }).hears(tell('pause', 100), tell('resume', 200));
    expect(Object.values(task.timers)).toEqual([300]);
    expect(task.hears(tell('pause', 300), tell('resume', 900)).rings(900).state).toBe('running');
  });

  it.each(['pending', 'running', 'retrying', 'failed'])('means nothing to a %s task', (state) => {
    const task = unfinished[state]?.().hears(tell('resume'));
    expect([task?.state, task?.effects]).toEqual([state, ['ignored']]);
  });
});

describe('a retry', () => {
  it('of a failed task is passed on to its failed steps, and the first that is ready revives it', () => {
    const task = running(2).hears(complete('a'), failed('b'), tell('retry'));
    expect([task.state, task.effects]).toEqual(['failed', ['retrySteps']]);
    task.hears(ready('b', 'failed'));
    expect([task.state, task.context.error, task.context.finishedAt]).toEqual([
      'running',
      undefined,
      undefined,
    ]);
    expect(task.effects).toContain('revived');
    expect(task.hears(complete('b')).state).toBe('complete');
  });

  it('can fail again, and the task ends again', () => {
    const task = running(1).hears(failed('a'), ready('a', 'failed'), failed('a'));
    expect([task.state, task.effects]).toEqual(['failed', ['ended']]);
  });

  it.each(['pending', 'running', 'retrying', 'paused'])('means nothing to a %s task', (state) => {
    const task = unfinished[state]?.().hears(tell('retry'));
    expect([task?.state, task?.effects]).toEqual([state, ['ignored']]);
  });
});

describe('a failed task', () => {
  it('is not over again, and says nothing, when a step is resolved that frees nothing', () => {
    const task = running(3, { rootCount: 2 }).hears(failed('a'), failed('b'));
    expect(task.state).toBe('failed');
    task.hears(skipped('a', [], { from: 'failed' }));
    expect([task.state, task.effects]).toEqual(['failed', ['spawn', 'releaseSteps']]);
  });

  it('goes on with what a step resolved by hand frees', () => {
    const task = running(2, { rootCount: 1 }).hears(failed('a'), complete('a', [[1, 1]], { from: 'failed' }));
    expect([task.state, task.paramsOf('spawn')]).toEqual(['running', { steps: [1], held: false }]);
  });

  it('is complete when its last step is resolved by hand', () => {
    expect(running(1).hears(failed('a'), skipped('a', [], { from: 'failed' })).state).toBe('complete');
  });
});

describe('an ended task', () => {
  it.each(Object.entries(ended))('that is %s says so of whatever it is told, and stays', (state, make) => {
    const task = make();
    const { context } = task;
    for (const event of [
      tell('cancel'),
      tell('pause'),
      tell('resume'),
      tell('retry'),
      complete('a'),
      failed('a'),
    ]) {
      task.hears(event);
      expect([task.state, task.effects, task.context]).toEqual([state, ['ignored'], context]);
    }
  });
});
