import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeAxis } from '../../../src/page/task/timeline/axis.ts';
import { criticalPath } from '../../../src/page/task/timeline/critical-path.ts';
import { stepSpans, taskSpans } from '../../../src/page/task/timeline/lanes.ts';
import type { HistoryEvent } from '../../../src/views/tasks.ts';

const T0 = Date.UTC(2030, 0, 1);

function event(seq: number, name: string, change: string, rest: Partial<HistoryEvent> = {}): HistoryEvent {
  const [from = null, to = ''] = change.split('>');
  const at = new Date(T0 + seq * 1_000).toISOString();
  return {
    seq,
    at,
    actor: 'step:pay',
    event: name,
    from: from || null,
    to,
    attempt: null,
    detail: {},
    ...rest,
  };
}

describe('the spans of a step', () => {
  it('tell queueing, attempts and backoff apart, each attempt with its own error', () => {
    const error = { name: 'BankError', message: 'no', code: null, retryable: true };
    const spans = stepSpans([
      event(1, 'step.spawned', '>pending'),
      event(2, 'step.start', 'pending>running', { attempt: 1 }),
      event(3, 'attempt.failed', 'running>retrying', { attempt: 1, detail: { error } }),
      event(4, 'timer.backoff', 'retrying>retrying'),
      event(5, 'step.start', 'retrying>running', { attempt: 2 }),
      event(6, 'attempt.complete', 'running>complete', { attempt: 2, detail: { output: 42 } }),
    ]);
    expect(spans.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['queued', null],
      ['running', 'failed'],
      ['backoff', null],
      ['queued', null],
      ['running', 'complete'],
    ]);
    expect(spans[1]).toMatchObject({ attempt: 1, error, from: T0 + 2_000, to: T0 + 3_000 });
    expect(spans[4]?.output).toBe(42);
  });

  it('show a step that was held before it started', () => {
    const spans = stepSpans([
      event(1, 'step.spawned', '>pending'),
      event(2, 'step.hold', 'pending>pending'),
      event(3, 'step.release', 'pending>pending'),
    ]);
    expect(spans.map(({ kind }) => kind)).toEqual(['queued', 'held', 'queued']);
    expect(spans.at(-1)?.to).toBeNull();
  });

  it('begin anew when the worker was lost, and ignore a stale outcome', () => {
    const spans = stepSpans([
      event(1, 'step.spawned', '>pending'),
      event(2, 'step.start', 'pending>running', { attempt: 1 }),
      event(3, 'attempt.lost', 'running>running', { attempt: 1 }),
      event(4, 'stale', 'running>running', { attempt: 1 }),
    ]);
    expect(spans.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['queued', null],
      ['running', 'lost'],
      ['running', null],
    ]);
  });

  it('tell waiting from being held within a wait', () => {
    const spans = stepSpans([
      event(1, 'step.spawned', '>pending'),
      event(2, 'wait.begin', 'pending>waiting', { attempt: 1 }),
      event(3, 'step.hold', 'waiting>waiting'),
      event(4, 'step.extend', 'waiting>waiting'),
      event(5, 'step.release', 'waiting>waiting'),
      event(6, 'step.deadline', 'waiting>failed', { attempt: 1 }),
      event(7, 'step.retry', 'failed>pending'),
      event(8, 'wait.begin', 'pending>waiting', { attempt: 2 }),
    ]);
    expect(spans.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['queued', null],
      ['waiting', null],
      ['held', null],
      ['waiting', 'failed'],
      ['queued', null],
      ['waiting', null],
    ]);
    expect(spans[2]).toMatchObject({ from: T0 + 3_000, to: T0 + 5_000 });
    expect(spans.at(-1)?.to).toBeNull();
  });

  it('of a task show when it was paused, and when it waited', () => {
    const spans = taskSpans([
      event(1, 'task.submitted', '>pending'),
      event(2, 'timer.delay', 'pending>running'),
      event(3, 'task.pause', 'running>paused'),
      event(4, 'task.resume', 'paused>running'),
      event(5, 'step.waiting', 'running>waiting'),
      event(6, 'step.complete', 'waiting>complete'),
    ]);
    expect(spans.map(({ kind }) => kind)).toEqual(['queued', 'running', 'paused', 'running', 'waiting']);
    expect(spans.at(-1)?.to).toBe(T0 + 6_000);
  });
});

describe('the axis', () => {
  it('compresses a night in which nothing ran', () => {
    const night = 8 * 3_600_000;
    const axis = makeAxis(
      [],
      [
        { from: 0, to: 1_000 },
        { from: 1_000 + night, to: 2_000 + night },
      ],
    );
    expect(axis.gaps).toHaveLength(1);
    expect(axis.place(1_000)).toBeGreaterThan(0.4);
    expect(axis.place(1_000 + night)).toBeLessThan(0.6);
  });

  it('never places a later moment further left, and finds the moment of a place', () => {
    const stretch = fc.tuple(fc.nat(1e7), fc.nat(1e6)).map(([from, length]) => ({ from, to: from + length }));
    fc.assert(
      fc.property(fc.array(fc.nat(1e7)), fc.array(stretch), (moments, busy) => {
        const axis = makeAxis(moments, busy);
        const marks = [...moments, ...busy.flatMap(({ from, to }) => [from, to])].sort((a, b) => a - b);
        let before = 0;
        for (const mark of marks) {
          const place = axis.place(mark);
          expect(place).toBeGreaterThanOrEqual(before);
          expect(place).toBeLessThanOrEqual(1);
          expect(Math.abs(axis.moment(place) - mark)).toBeLessThan(1);
          before = place;
        }
      }),
    );
  });
});

it('the critical path goes back from the last end along the dependency that ended last', () => {
  const steps = [
    { name: 'a', dependsOn: [], finishedAt: 1 },
    { name: 'slow', dependsOn: ['a'], finishedAt: 9 },
    { name: 'quick', dependsOn: ['a'], finishedAt: 2 },
    { name: 'join', dependsOn: ['quick', 'slow'], finishedAt: 10 },
    { name: 'open', dependsOn: ['join'], finishedAt: null },
  ];
  expect(criticalPath(steps)).toEqual(['a', 'slow', 'join']);
});
