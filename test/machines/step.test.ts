import { describe, expect, it } from 'vitest';
import type { StepEvent } from '../../machines/index.ts';
import { MAX_LOSSES } from '../../machines/step-model.ts';
import { type StepLife, stepLife } from './life.ts';
import { backingOff, complete, error, fail, failed, lose, running, start, tell } from './step-events.ts';

describe('an attempt', () => {
  it('is queued when the step is born, and dispatched when a worker is found', () => {
    const step = stepLife();
    expect([step.state, step.effects]).toEqual(['pending.queued', ['enqueue']]);
    step.hears(start('t1', 5));
    expect([step.state, step.effects]).toEqual(['running', ['dequeue', 'dispatch']]);
    expect(step.context).toMatchObject({ attempt: 1, token: 't1', startedAt: 5, attemptAt: 5 });
  });

  it('completes the step with its output and lets its worker go', () => {
    const step = running().hears(complete('t1', 9));
    expect([step.state, step.effects, step.isOver]).toEqual(['complete', ['release'], true]);
    expect(step.context).toMatchObject({ output: { ok: 't1' }, finishedAt: 9 });
    expect(step.timers).toEqual({});
  });

  it('that fails is followed by another after the backoff, which is kept with the reason', () => {
    const step = running().hears(fail('t1', {}, 100));
    expect([step.state, step.effects]).toEqual(['retrying.backoff', ['release']]);
    expect(step.context).toMatchObject({ delayMs: 1_000, retryAt: 1_100, error: error() });
    expect(Object.values(step.timers)).toEqual([1_000]);
    step.rings(1_100);
    expect([step.state, step.effects]).toEqual(['retrying.queued', ['enqueue']]);
    step.hears(start('t2', 1_200));
    expect(step.context).toMatchObject({ attempt: 2, token: 't2', startedAt: 0, attemptAt: 1_200 });
  });

  it('waits longer after each failure', () => {
    const step = stepLife({
      maxAttempts: 9,
      backoff: { strategy: 'exponential', baseMs: 1_000, maxMs: 30_000, jitter: 'none' },
    });
    const delays = [1, 2, 3, 4, 5, 6].map((attempt) => {
      step.hears(start(`t${attempt}`), fail(`t${attempt}`));
      const { delayMs } = step.context;
      step.rings(0);
      return delayMs;
    });
    expect(delays).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('waits as long as the error asks', () => {
    expect(running().hears(fail('t1', { retryAfter: 90 })).context.delayMs).toBe(90_000);
  });

  it('is made at most maxAttempts times, the first included', () => {
    const step = stepLife({ maxAttempts: 2 }).hears(start('t1'), fail('t1')).rings(0);
    step.hears(start('t2'), fail('t2', {}, 7));
    expect([step.state, step.effects, step.isOver]).toEqual(['failed', ['release'], false]);
    expect(step.context).toMatchObject({ attempt: 2, error: error(), finishedAt: 7 });
    expect(running({ maxAttempts: 1 }).hears(fail('t1')).state).toBe('failed');
  });

  it('is made three times when nothing else is said', () => {
    const step = stepLife().hears(start('t1'), fail('t1')).rings(0).hears(start('t2'), fail('t2')).rings(0);
    expect(step.hears(start('t3'), fail('t3')).state).toBe('failed');
  });

  it('that fails for good is the last', () => {
    expect(failed().state).toBe('failed');
  });

  it('that takes too long has failed, retryably', () => {
    const step = running({ timeoutMs: 250, maxAttempts: 2 });
    expect(Object.values(step.timers)).toEqual([250]);
    step.rings(250);
    expect([step.state, step.effects]).toEqual(['retrying.backoff', ['release']]);
    expect(step.context.error).toMatchObject({ name: 'TimeoutError', code: 'TIMEOUT', retryable: true });
    step.rings(0).hears(start('t2')).rings(500);
    expect(step.state).toBe('failed');
  });

  it('has sixty seconds when nothing else is said', () => {
    expect(Object.values(running().timers)).toEqual([60_000]);
  });
});

describe('an outcome with an old token', () => {
  const outcomes: [string, StepEvent][] = [
    ['success', complete('t1')],
    ['failure', fail('t1')],
    ['loss', lose('t1')],
  ];

  it.each(outcomes)('changes nothing in the next attempt: %s', (_what, outcome) => {
    const step = backingOff().rings(0).hears(start('t2'));
    const before = step.context;
    step.hears(outcome);
    expect([step.state, step.effects, step.context]).toEqual(['running', ['stale'], before]);
  });

  it.each(outcomes)('changes nothing where no attempt runs: %s', (_what, outcome) => {
    const places = [
      stepLife(),
      stepLife().hears(tell('hold')),
      backingOff(),
      backingOff().rings(0),
      failed(),
      running().hears(complete('t1')),
      running().hears(tell('cancel')),
      running().hears({ type: 'step.skip', at: 0 }),
    ];
    for (const step of places) {
      const { state, context, timers } = step;
      step.hears(outcome);
      expect([step.state, step.effects, step.context, step.timers]).toEqual([
        state,
        ['stale'],
        context,
        timers,
      ]);
    }
  });
});

describe('a lost worker', () => {
  it('has the same attempt sent again, with a fresh timeout', () => {
    const step = running().hears(lose('t1'));
    expect([step.state, step.effects]).toEqual(['running', ['release', 'dispatch']]);
    expect(step.context).toMatchObject({ attempt: 1, token: 't1', losses: 1 });
    expect(Object.values(step.timers)).toEqual([60_000]);
  });

  it('counts as a failure of the attempt once too many workers have died of it', () => {
    const step = running();
    for (let death = 0; death < MAX_LOSSES; death++) step.hears(lose('t1'));
    expect(step.state).toBe('running');
    step.hears(lose('t1'));
    expect(step.state).toBe('retrying.backoff');
    expect(step.context.error).toMatchObject({
      code: 'WORKER_LOST',
      message: expect.stringContaining(`${MAX_LOSSES + 1} times`),
    });
    expect(step.rings(0).hears(start('t2')).context.losses).toBeUndefined();
  });
});

describe('a step nobody takes', () => {
  it('waits for ever when nothing else is said', () => {
    expect(stepLife().timers).toEqual({});
  });

  it('fails after its start timeout, before the first attempt as before a later one', () => {
    const policy = { startTimeoutMs: 400 };
    const first = stepLife(policy);
    expect(first.timers).toEqual({ 'step.startTimeout': 400 });
    const later = backingOff(policy).rings(0);
    for (const step of [first, later]) {
      step.rings(400);
      expect([step.state, step.effects]).toEqual(['failed', ['dequeue']]);
      expect(step.context).toMatchObject({ error: { code: 'START_TIMEOUT' }, finishedAt: 400 });
    }
  });

  it('is skipped instead when it is optional', () => {
    const policy = { startTimeoutMs: 400, optional: true };
    expect(stepLife(policy).rings(400).state).toBe('skipped');
    expect(backingOff(policy).rings(0).rings(400).state).toBe('skipped');
  });

  it('is not timed while it is held, and timed anew when released', () => {
    const step = stepLife({ startTimeoutMs: 400 }).hears(tell('hold'));
    expect(step.timers).toEqual({});
    expect(step.hears(tell('release')).timers).toEqual({ 'step.startTimeout': 400 });
    expect(step.hears(start('t1')).timers).not.toHaveProperty(['step.startTimeout']);
  });
});

describe('an optional step', () => {
  it.each([
    ['fails for good', running({ optional: true }).hears(fail('t1', { retryable: false }))],
    ['fails its last attempt', running({ optional: true, maxAttempts: 1 }).hears(fail('t1'))],
    ['takes too long', running({ optional: true, maxAttempts: 1 }).rings(0)],
    ['is halted between two attempts', backingOff({ optional: true }).hears(tell('halt'))],
  ])('is skipped when it %s, and says why', (_when, step) => {
    expect([step.state, step.isOver]).toEqual(['skipped', true]);
    expect(step.context.error).toBeDefined();
    expect(step.output).toBeNull();
  });

  it('is retried like any other before', () => {
    expect(backingOff({ optional: true }).state).toBe('retrying.backoff');
  });
});

describe('an attempt with a worker elsewhere', () => {
  const taken = (token: string, at: number): StepEvent => ({ type: 'attempt.taken', at, token });
  const remote = (): StepLife =>
    stepLife({ timeoutMs: 900 }).hears({ ...start('t1'), remote: true } as StepEvent);

  it('is known for it, and has its whole timeout again when its worker begins', () => {
    const step = remote().hears(taken('t1', 500));
    expect(step.context).toMatchObject({ remote: true, takenAt: 500, attempt: 1 });
    expect(step.effects).toEqual([]);
    expect(step.timers).toEqual({ 'xstate.after.timeout.step.running': 900 });
    expect(step.rings(900).context.error).toMatchObject({ code: 'TIMEOUT' });
  });

  it('begins once, and not by the word of another', () => {
    const step = remote().hears(taken('t1', 500));
    expect(step.hears(taken('t1', 600)).effects).toEqual(['ignored']);
    expect(step.hears(taken('t0', 600)).effects).toEqual(['stale']);
    expect(step.context.takenAt).toBe(500);
  });

  const fallen = (worker: string | null, more: object = {}): StepEvent =>
    ({ type: 'attempt.lost', at: 600, token: 't1', dice: 0, worker, ...more }) as StepEvent;

  it('waits for the next worker when one is gone, without being sent again', () => {
    const step = remote().hears(taken('t1', 500)).hears(fallen('w1'));
    expect([step.state, step.effects]).toEqual(['running', []]);
    expect(step.context).toMatchObject({ attempt: 1, silentWorkers: ['w1'] });
    expect(step.context.takenAt).toBeUndefined();
    expect(Object.values(step.timers)).toEqual([900]);
    expect(step.hears(taken('t1', 700)).context.takenAt).toBe(700);
  });

  it('fails with the third that falls silent, and names them; what was given back or resent does not count', () => {
    const step = remote().hears(lose('t1')).hears(lose('t1')).hears(lose('t1'));
    for (let time = 0; time < 5; time++) step.hears(fallen('w0', { returned: true }));
    step.hears(fallen('w1')).hears(fallen(null));
    expect(step.state).toBe('running');
    step.hears(fallen('w3'));
    expect(step.state).toBe('retrying.backoff');
    expect(step.context.error).toMatchObject({
      code: 'WORKER_DIED',
      message: '3 workers fell silent under this attempt: worker w1, a worker, worker w3',
    });
    expect(step.rings(0).hears(start('t2')).context.silentWorkers).toBeUndefined();
  });

  it('is forgotten with the attempt', () => {
    const step = remote().hears(taken('t1', 500)).hears(fail('t1')).rings(0).hears(start('t2'));
    expect([step.context.remote, step.context.takenAt]).toEqual([undefined, undefined]);
  });
});
