import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastTransition } from '../../../src/page/chart/last-transition.ts';
import {
  EMPTY_JOURNAL,
  extend,
  indexAt,
  isWhole,
  type Journal,
  lastOf,
  missingOf,
} from '../../../src/page/task/journal.ts';
import { whysOf } from '../../../src/page/task/why-text.ts';
import type { HistoryEvent } from '../../../src/views/tasks.ts';

const event = (seq: number, actor: string, to: string): HistoryEvent => ({
  ...{ seq, actor, to, at: new Date(seq).toISOString(), event: 'e', from: null, attempt: null, detail: {} },
});

describe('the journal of the page', () => {
  const journal = extend(EMPTY_JOURNAL, [event(1, 'task', 'running'), event(3, 'step:a', 'running')]);

  it('takes only what is new, whatever it is given again', () => {
    const more = extend(journal, [event(1, 'task', 'running'), event(4, 'step:a', 'complete')]);
    expect(more.events.map(({ seq }) => seq)).toEqual([1, 3, 4]);
    expect(extend(more, more.events)).toBe(more);
    expect(journal.byActor.get('step:a')).toHaveLength(1);
  });

  it('finds how an actor stood at any moment', () => {
    const more = extend(journal, [event(4, 'step:a', 'complete')]);
    expect(lastOf(more, 'step:a', 2)).toBeNull();
    expect(lastOf(more, 'step:a', 3)?.to).toBe('running');
    expect(lastOf(more, 'step:a', null)?.to).toBe('complete');
    expect(indexAt(more.events, 0)).toBe(-1);
    expect(indexAt(more.events, 2)).toBe(0);
  });
});

describe('the journal of the page, read in pieces', () => {
  const all = Array.from({ length: 60 }, (_, index) => event(index + 1, `step:${index % 7}`, `${index}`));
  const read = (journal: Journal, begin: number, end: number, most: number): [Journal, number[]] => {
    const limits: number[] = [];
    for (;;) {
      const piece = missingOf(journal, begin, end, most);
      if (piece === null) return [journal, limits];
      limits.push(piece.limit);
      journal = extend(journal, all.slice(piece.after, Math.min(piece.after + piece.limit, end)));
    }
  };

  it('begins with its end', () => {
    expect(missingOf(EMPTY_JOURNAL, 1, 60, 20)).toEqual({ after: 40, limit: 20 });
    const [end] = read(EMPTY_JOURNAL, 41, 60, 20);
    expect(end.events.map(({ seq }) => seq)).toEqual(all.slice(40).map(({ seq }) => seq));
    expect(isWhole(end)).toBe(false);
    expect(missingOf(end, 1, 60, 20)).toEqual({ after: 20, limit: 20 });
  });

  it('is the same in the end, whatever was looked at first and however it grew', () => {
    const looks = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 })));
    fc.assert(
      fc.property(looks, fc.integer({ min: 1, max: 25 }), (moments, most) => {
        let journal = EMPTY_JOURNAL;
        let end = 1;
        for (const [begin, grown] of [...moments, [1, 60] as const]) {
          end = Math.max(end, grown);
          const [next, limits] = read(journal, begin, end, most);
          expect(Math.max(0, ...limits)).toBeLessThanOrEqual(most);
          journal = next;
        }
        expect(journal).toEqual(extend(EMPTY_JOURNAL, all));
      }),
    );
  });
});

describe('why a task is not moving', () => {
  const timer = { kind: 'timer', step: 'mail', until: '2030-01-01T00:00:00.000Z', why: 'backoff' } as const;
  const failed = {
    kind: 'dependency',
    step: 'ship',
    on: 'charge',
    until: null,
    why: 'charge has failed',
  } as const;

  it('leads to the cause of each wait', () => {
    const [first, second] = whysOf({ status: 'retrying', error: null, waitingFor: [failed, timer] });
    expect(first).toMatchObject({ text: 'ship: charge has failed', step: 'charge' });
    expect(second).toMatchObject({ until: timer.until, atEnd: 'tries again' });
  });

  it('leads to the other task where that is the cause', () => {
    const waitingFor = [
      { kind: 'dependency', on: 'import', taskId: 't2', until: null, why: 'it runs' } as const,
    ];
    expect(whysOf({ status: 'pending', error: null, waitingFor })[0]).toMatchObject({
      taskId: 't2',
    });
  });
});

describe('the last transition', () => {
  const transitions = [
    { from: 'running', to: 'retrying', event: 'attempt.failed' },
    { from: 'retrying.backoff', to: 'retrying.held', event: 'xstate.after.backoff.step.retrying.backoff' },
    { from: 'retrying.backoff', to: 'retrying.queued', event: 'xstate.after.backoff.step.retrying.backoff' },
    { from: 'running', to: 'failed', event: '' },
  ];

  it('is told by the event and by where it led', () => {
    const last = (active: string, name: string, from: string | null) =>
      lastTransition(transitions, active, { event: name, from });
    expect(last('retrying.backoff', 'attempt.failed', 'running')).toBe(transitions[0]);
    expect(last('retrying.held', 'timer.backoff', 'retrying')).toBe(transitions[1]);
    expect(last('retrying.queued', 'timer.backoff', 'retrying')).toBe(transitions[2]);
    expect(last('failed', 'step.failed', 'running')).toBe(transitions[3]);
    expect(last('running', 'step.spawned', null)).toBeNull();
  });
});
