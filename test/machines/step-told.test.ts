import { describe, expect, it } from 'vitest';
import type { StepEvent } from '../../machines/index.ts';
import { type StepLife, stepLife } from './life.ts';
import { backingOff, complete, error, fail, failed, running, start, tell } from './step-events.ts';

/** A step in every state that is not final. */
const unfinished: Record<string, () => StepLife> = {
  'pending.queued': () => stepLife(),
  'pending.held': () => stepLife().hears(tell('hold')),
  running: () => running(),
  'retrying.backoff': () => backingOff(),
  'retrying.queued': () => backingOff().rings(0),
  'retrying.held': () => backingOff().hears(tell('hold')).rings(0),
  failed: () => failed(),
};

const ended: Record<string, () => StepLife> = {
  complete: () => running().hears(complete('t1')),
  skipped: () => stepLife().hears({ type: 'step.skip', at: 0 }),
  cancelled: () => stepLife().hears(tell('cancel')),
};

describe('a held step', () => {
  it('leaves the queue until it is released', () => {
    const step = stepLife().hears(tell('hold'));
    expect([step.state, step.effects]).toEqual(['pending.held', ['dequeue']]);
    step.hears(tell('release', 8));
    expect([step.state, step.effects, step.context.queuedAt]).toEqual(['pending.queued', ['enqueue'], 8]);
  });

  it('leaves the queue of retries and comes back to it', () => {
    const step = backingOff().rings(0).hears(tell('hold'));
    expect([step.state, step.effects]).toEqual(['retrying.held', ['dequeue']]);
    expect(step.hears(tell('release')).state).toBe('retrying.queued');
  });

  it('lets its backoff end but does not start', () => {
    const step = backingOff().hears(tell('hold'));
    expect(step.state).toBe('retrying.backoff');
    expect(step.rings(0).state).toBe('retrying.held');
    expect(step.hears(tell('release')).state).toBe('retrying.queued');
  });

  it('goes on as if nothing had been when it is released before its backoff ends', () => {
    expect(backingOff().hears(tell('hold'), tell('release')).rings(0).state).toBe('retrying.queued');
  });

  it('finishes the attempt it runs, and holds the next', () => {
    expect(running().hears(tell('hold'), complete('t1')).state).toBe('complete');
    expect(running().hears(tell('hold'), fail('t1')).rings(0).state).toBe('retrying.held');
    expect(running().hears(tell('hold'), tell('release'), fail('t1')).rings(0).state).toBe('retrying.queued');
  });
});

describe('a halted step', () => {
  it('starts no attempt', () => {
    expect(stepLife().hears(tell('halt')).state).toBe('pending.held');
    expect(stepLife().hears(tell('hold'), tell('halt')).state).toBe('pending.held');
  });

  it('finishes the attempt it runs, and has no other', () => {
    expect(running().hears(tell('halt'), complete('t1')).state).toBe('complete');
    expect(running().hears(tell('halt'), fail('t1')).state).toBe('failed');
    expect(running().hears(tell('halt'), tell('release'), fail('t1')).state).toBe('retrying.backoff');
  });

  it.each([
    ['backing off', backingOff()],
    ['queued', backingOff().rings(0)],
    ['held', backingOff().hears(tell('hold')).rings(0)],
  ])('that waits for another attempt fails with the last error: %s', (_where, step) => {
    step.hears(tell('halt', 6));
    expect([step.state, step.timers]).toEqual(['failed', {}]);
    expect(step.context).toMatchObject({ error: error(), finishedAt: 6 });
  });
});

describe('a person', () => {
  it.each(Object.entries(unfinished))('completes a step by hand that is %s', (state, make) => {
    const step = make();
    expect(step.state).toBe(state);
    step.hears({ type: 'step.complete', at: 9, output: { by: 'hand' }, by: 'ann', reason: null });
    expect([step.state, step.isOver, step.output]).toEqual(['complete', true, { by: 'hand' }]);
    expect(step.context).toMatchObject({ resolvedBy: 'ann', finishedAt: 9 });
    expect(step.context.error).toBeUndefined();
    expect(step.timers).toEqual({});
  });

  it.each(Object.entries(unfinished))(
    'skips a step that is %s, with an output or with none',
    (_state, make) => {
      const plain = make().hears({ type: 'step.skip', at: 9, by: 'ann' });
      expect([plain.state, plain.isOver, plain.output]).toEqual(['skipped', true, null]);
      expect(make().hears({ type: 'step.skip', at: 9, output: 7, by: 'ann' }).output).toBe(7);
    },
  );

  it('who resolves a running step has its worker stopped, and its outcome is stale', () => {
    const step = running().hears({ type: 'step.skip', at: 1, by: 'ann' });
    expect(step.effects).toEqual(['release']);
    expect(step.hears(complete('t1')).effects).toEqual(['stale']);
    expect(step.output).toBeNull();
  });

  it('gives a failed step a fresh set of attempts', () => {
    const step = running({ maxAttempts: 2 }).hears(fail('t1')).rings(0).hears(start('t2'), fail('t2'));
    expect([step.state, step.context.attempt]).toEqual(['failed', 2]);
    step.hears(tell('retry', 50));
    expect([step.state, step.effects]).toEqual(['pending.queued', ['enqueue']]);
    expect(step.context).toMatchObject({ attempt: 2, base: 2, queuedAt: 50, startedAt: 0 });
    expect(step.context.error).toBeUndefined();
    expect(step.context.finishedAt).toBeUndefined();
    step.hears(start('t3'), fail('t3'));
    expect([step.state, step.context.attempt, step.context.delayMs]).toEqual(['retrying.backoff', 3, 1_000]);
    expect(step.rings(0).hears(start('t4'), fail('t4')).state).toBe('failed');
  });

  it('who retries a step of a paused task has it wait for the resume', () => {
    const step = failed().hears({ type: 'step.retry', at: 1, held: true });
    expect(step.state).toBe('pending.held');
    expect(step.hears(tell('release')).state).toBe('pending.queued');
  });

  it('may retry a step that was halted, and it is tried like any other again', () => {
    const step = running().hears(tell('hold'), tell('halt'), fail('t1'), tell('retry'));
    expect(step.hears(start('t2'), fail('t2')).rings(0).state).toBe('retrying.queued');
  });

  it.each(Object.entries({ ...unfinished, ...ended }).filter(([state]) => state !== 'failed'))(
    'does not retry a step that is %s',
    (state, make) => {
      const step = make().hears(tell('retry'));
      expect([step.state, step.effects]).toEqual([state, ['ignored']]);
    },
  );
});

describe('a cancel', () => {
  it.each(Object.entries(unfinished).filter(([state]) => state !== 'failed'))(
    'ends a step that is %s',
    (state, make) => {
      const step = make().hears(tell('cancel', 3));
      expect([step.state, step.isOver, step.timers, step.context.finishedAt]).toEqual([
        'cancelled',
        true,
        {},
        3,
      ]);
      expect(step.effects).toEqual(
        state === 'running' ? ['release'] : state.endsWith('queued') ? ['dequeue'] : [],
      );
    },
  );

  it.each(['failed', 'complete', 'skipped', 'cancelled'])('leaves a step alone that is %s', (state) => {
    const step = { ...unfinished, ...ended }[state]?.().hears(tell('cancel'));
    expect([step?.state, step?.effects]).toEqual([state, ['ignored']]);
  });
});

describe('an ended step', () => {
  const verbs: StepEvent[] = [
    { type: 'step.complete', at: 0, output: 1, by: 'ann' },
    { type: 'step.skip', at: 0 },
    start('t9'),
    { type: 'step.startTimeout', at: 0 },
    { type: 'xstate.after.timeout.step.running', at: 0, dice: 0 },
    { type: 'xstate.after.backoff.step.retrying.backoff', at: 0 },
  ];

  it.each(Object.entries(ended))('that is %s says so of whatever it is told, and stays', (state, make) => {
    const step = make();
    const { context } = step;
    for (const event of verbs) {
      step.hears(event);
      expect([step.state, step.effects, step.context]).toEqual([state, ['ignored'], context]);
    }
  });

  it.each(Object.entries(ended))(
    'that is %s takes a hold, a release and a halt for what does not concern it',
    (state, make) => {
      const step = make().hears(tell('hold'), tell('release'), tell('halt'));
      expect([step.state, step.effects]).toEqual([state, []]);
    },
  );
});
