import { describe, expect, it } from 'vitest';
import type { TaskInput } from '../../machines/index.ts';
import { type TaskLife, taskLife } from './life.ts';
import { complete, dependency, failed, running, tell } from './task-events.ts';

/** It depends on tasks, and the timer for its delay of nothing has fired. */
const waiting = (unmet: number, input: Partial<TaskInput> = {}): TaskLife =>
  taskLife({ unmet, ...input }).rings(0);

describe('a delayed task', () => {
  it('starts when its delay is over', () => {
    const task = taskLife({ startAt: 500 });
    expect([task.state, Object.values(task.timers)]).toEqual(['pending', [500]]);
    expect(task.rings(500).state).toBe('running');
  });

  it('that depends on tasks starts when both are over, whichever is last', () => {
    const delayLast = taskLife({ startAt: 500, unmet: 1 }).hears(dependency('complete'));
    expect(delayLast.state).toBe('pending');
    expect(delayLast.rings(500).state).toBe('running');
    const dependencyLast = taskLife({ startAt: 500, unmet: 1 }).rings(500);
    expect(dependencyLast.state).toBe('pending');
    expect(dependencyLast.hears(dependency('complete', 600)).state).toBe('running');
  });

  it('starts with its last dependency even if the clock has been set back since the delay was over', () => {
    expect(taskLife({ startAt: 500, unmet: 1 }).rings(500).hears(dependency('complete', 100)).state).toBe(
      'running',
    );
  });

  it('does not wait again when it is paused and resumed after its delay, whatever the clock says', () => {
    const task = taskLife({ startAt: 500, unmet: 1 })
      .rings(500)
      .hears(tell('pause', 600), tell('resume', 100));
    expect(Object.values(task.timers)).toEqual([0]);
  });
});

describe('a task that depends on tasks', () => {
  it('starts with the last of them', () => {
    const task = waiting(2).hears(dependency('complete'));
    expect([task.state, task.effects]).toEqual(['pending', []]);
    task.hears(dependency('complete', 7));
    expect([task.state, task.effects, task.context.startedAt]).toEqual(['running', ['spawn'], 7]);
  });

  it('waits for those added later too', () => {
    const task = waiting(1).hears({ type: 'dependency.added', at: 0, count: 2 });
    task.hears(dependency('complete'), dependency('complete'));
    expect(task.state).toBe('pending');
    expect(task.hears(dependency('complete')).state).toBe('running');
  });

  it('hears which task a name became without a change', () => {
    const task = waiting(1).hears({ type: 'dependency.resolved', at: 0, name: 'Other', taskId: 'other' });
    expect([task.state, task.effects, task.context.unmet]).toEqual(['pending', [], 1]);
  });

  it('hears of them while it is paused, and starts with the resume', () => {
    const task = waiting(1).hears(tell('pause'), dependency('complete'), tell('resume'));
    expect(task.rings(0).state).toBe('running');
  });

  it.each(['failed', 'cancelled'] as const)(
    'stays pending, and says it is blocked, when one is %s',
    (news) => {
      const task = waiting(1).hears(dependency(news));
      expect([task.state, task.effects, task.context.lost]).toEqual(['pending', ['blocked'], 1]);
      task.hears(dependency('revived'), dependency('complete'));
      expect([task.state, task.context.lost]).toEqual(['running', 0]);
    },
  );

  it('says it is blocked also while it is paused', () => {
    expect(waiting(1).hears(tell('pause'), dependency('failed')).effects).toEqual(['blocked']);
  });
});

describe('a task that fails with its dependencies', () => {
  const failing = { onDependencyFailure: 'fail' } as const;

  it.each([
    ['failed', 'Other, which it depends on, failed'],
    ['cancelled', 'Other, which it depends on, was cancelled'],
  ] as const)('has failed as soon as one is %s', (news, message) => {
    for (const task of [waiting(1, failing), waiting(1, failing).hears(tell('pause'))]) {
      task.hears(dependency(news, 5));
      expect([task.state, task.effects, task.context.finishedAt]).toEqual(['failed', ['ended'], 5]);
      expect(task.context.error).toMatchObject({ code: 'DEPENDENCY_FAILED', step: null, message });
    }
  });

  it('is pending again when it is retried, and starts when the dependency is complete after all', () => {
    const task = waiting(1, failing).hears(dependency('failed'), tell('retry'));
    expect([task.state, task.context.error, task.context.finishedAt]).toEqual([
      'pending',
      undefined,
      undefined,
    ]);
    expect(task.rings(0).hears(dependency('revived'), dependency('complete')).state).toBe('running');
  });

  it('keeps count of its dependencies while it is failed', () => {
    const task = waiting(3, failing).hears(dependency('failed'));
    task.hears(dependency('revived'), dependency('complete'), dependency('cancelled'), dependency('failed'));
    expect([task.state, task.context.unmet, task.context.lost]).toEqual(['failed', 2, 2]);
    task.hears(dependency('revived'), dependency('revived'), dependency('complete'), dependency('complete'));
    expect(task.hears(tell('retry')).rings(0).state).toBe('running');
  });
});

describe('a task that has started', () => {
  it('is failed by its steps only', () => {
    const task = running(2, { onDependencyFailure: 'fail' }).hears(dependency('failed'));
    expect([task.state, task.effects]).toEqual(['running', ['ignored']]);
    expect(task.hears(failed('a'), complete('b')).context.error?.step).toBe('a');
  });
});
