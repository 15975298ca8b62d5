/** Attempts that workers elsewhere do, as machines: what happens to one, step by step, and all that can happen. */

import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AnyEventObject, type AnyMachineSnapshot, initialTransition } from 'xstate';
import { getStateNodes } from 'xstate/graph';
import { remoteAttemptMachine } from '../../machines/remote-attempt.ts';
import type { RemoteContext, RemoteEvent, RemoteInput } from '../../machines/remote-events.ts';
import { CompiledMachine } from '../../src/kernel/compiled-machine.ts';
import {
  canReach,
  declaredTransitions,
  type Edge,
  explore,
  keyOf,
  nodeIdsOf,
  type Retaken,
  retake,
  snapshotsOf,
} from './explore.ts';
import { Life, stateOf } from './life.ts';

const INPUT: RemoteInput = {
  timeoutMs: 60_000,
  silenceMs: 30_000,
  isTimed: true,
  isTaken: false,
  worker: null,
  delivery: 0,
};
const begin = (input: Partial<RemoteInput> = {}): Life<RemoteContext, RemoteEvent> =>
  new Life(remoteAttemptMachine, { ...INPUT, ...input });

const AT = 1_000;
const error = { name: 'Error', message: 'no luck', code: null, retryable: true };
const kept = (isServed = true, at = AT): RemoteEvent => ({ type: 'job.kept', at, id: 'j1', isServed });
const unsent: RemoteEvent = { type: 'job.unsent' };
const again: RemoteEvent = { type: 'publish.again' };
const lost: RemoteEvent = { type: 'stream.lost' };
const answered: RemoteEvent = { type: 'worker.answered', at: AT };
const released = (isPulled = true): RemoteEvent => ({ type: 'attempt.released', isPulled });
const beat = (delivery: number | null = null, worker: string | null = null, at = AT): RemoteEvent => ({
  type: 'worker.beat',
  at,
  worker,
  delivery,
  progress: null,
});
const returned = (delivery: number | null = null): RemoteEvent => ({
  type: 'worker.returned',
  at: AT,
  worker: 'w1',
  delivery,
});
const silence = (canHear = true): RemoteEvent => ({
  type: 'xstate.after.silence.remote.taken.watched',
  at: AT,
  canHear,
});

describe('an attempt for a worker elsewhere', () => {
  it('is published, kept, taken, answered and over', () => {
    const attempt = begin();
    expect([attempt.state, attempt.effects]).toEqual(['unsent.timed', ['publish']]);
    attempt.hears(kept(true, 10));
    expect([attempt.state, attempt.effects]).toEqual(['sent', []]);
    attempt.hears(beat(1, 'w1', 25));
    expect([attempt.state, attempt.effects]).toEqual(['taken.watched', ['took', 'tellTaken']]);
    expect(attempt.paramsOf('took')).toEqual({ waitedMs: 15 });
    expect(attempt.paramsOf('tellTaken')).toEqual({ lost: [], worker: 'w1', delivery: 1 });
    expect(attempt.hears(answered).effects).toEqual([]);
    attempt.hears(released());
    expect([attempt.state, attempt.timers]).toEqual(['over', {}]);
    expect(attempt.paramsOf('release')).toEqual({ tells: false, id: null });
  });

  it('has its time stand still from the first vain publication until its job is kept and served', () => {
    const attempt = begin().hears(unsent);
    expect([attempt.state, attempt.effects]).toEqual(['unsent.untimed', ['tellHindered']]);
    expect(attempt.hears(again).effects).toEqual(['publish']);
    expect(attempt.hears(again).effects).toEqual(['ignored']);
    expect(attempt.hears(unsent).effects).toEqual([]);
    attempt.hears(again, kept());
    expect([attempt.state, attempt.effects]).toEqual(['sent', ['tellSent']]);
  });

  it('is offered again and again while nobody is seen to serve it', () => {
    const attempt = begin({ isTimed: false }).hears(kept(false));
    expect([attempt.state, Object.values(attempt.timers)]).toEqual(['offered', [60_000]]);
    for (let time = 0; time < 3; time++) {
      attempt.rings(AT);
      expect([attempt.state, attempt.effects, Object.values(attempt.timers)]).toEqual([
        'offered',
        ['offerAgain'],
        [60_000],
      ]);
    }
    attempt.hears({ type: 'worker.seen' });
    expect([attempt.state, attempt.effects, attempt.timers]).toEqual(['sent', ['tellSent'], {}]);
  });

  it('is not offered again sooner than every 30 seconds', () => {
    expect(Object.values(begin({ isTimed: false, timeoutMs: 10 }).hears(kept(false)).timers)).toEqual([
      30_000,
    ]);
  });

  it('says nothing of how long jobs wait when it was only offered', () => {
    const offered = begin({ isTimed: false }).hears(kept(false), beat());
    expect([offered.state, offered.paramsOf('took')]).toEqual(['taken.watched', { waitedMs: null }]);
  });

  it('is published anew when the stream is lost, but not once a worker has it', () => {
    expect(begin().hears(lost).effects).toEqual(['ignored']);
    const sent = begin().hears(kept(), lost);
    expect([sent.state, sent.effects]).toEqual(['sent', ['publish']]);
    expect(begin().hears(kept(), beat(), lost).effects).toEqual(['ignored']);
  });

  it('tells its step when its worker is silent for a third three times, and could have been heard', () => {
    const attempt = begin().hears(kept(), beat(1, 'w1'));
    expect(Object.values(attempt.timers)).toEqual([10_000]);
    attempt.hears(silence(), silence(), silence(false), silence(), silence());
    expect(attempt.state).toBe('taken.watched');
    attempt.hears(beat(1, 'w1'), silence(), silence());
    expect(attempt.state).toBe('taken.watched');
    attempt.hears(silence());
    expect([attempt.state, attempt.paramsOf('tellSilent'), attempt.timers]).toEqual([
      'taken.silent',
      { worker: 'w1', silentMs: 30_000 },
      {},
    ]);
    expect(attempt.hears(beat(1, 'w1')).state).toBe('taken.watched');
  });

  it('tells who has left it by the number of the delivery', () => {
    const attempt = begin().hears(kept(), beat(3, 'w3'));
    expect(attempt.paramsOf('tellTaken')).toEqual({ lost: [null, null], worker: 'w3', delivery: 3 });
    expect(attempt.hears(beat(3, 'w3'), beat(2, 'w2')).effects).toEqual(['heard']);
    expect(attempt.context.worker).toBe('w3');
    attempt.hears(beat(5, 'w5'));
    expect(attempt.paramsOf('tellTaken')).toEqual({ lost: ['w3', null], worker: 'w5', delivery: 5 });
  });

  it('waits for the next worker when the one that has it gives it back, and for no other', () => {
    const attempt = begin().hears(kept(true, 10), beat(2, 'w2'));
    expect([attempt.hears(returned(1)).state, attempt.effects]).toEqual(['taken.watched', ['ignored']]);
    attempt.hears(returned(2));
    expect([attempt.state, attempt.paramsOf('tellReturned'), attempt.timers]).toEqual([
      'sent',
      { worker: 'w1', delivery: 2 },
      {},
    ]);
    attempt.hears(beat(3, 'w3', AT + 7));
    expect(attempt.paramsOf('tellTaken')).toEqual({ lost: [], worker: 'w3', delivery: 3 });
    expect(attempt.paramsOf('took')).toEqual({ waitedMs: 7 });
  });

  it('goes on with the worker that had it before this process began', () => {
    const attempt = begin({ isTaken: true, worker: 'w1', delivery: 1 });
    expect([attempt.state, attempt.effects, Object.values(attempt.timers)]).toEqual([
      'taken.watched',
      [],
      [10_000],
    ]);
    expect(attempt.hears(released()).paramsOf('release')).toEqual({ tells: true, id: null });
  });

  it('has its job taken out of the stream when nobody acknowledges it, also if it is kept too late', () => {
    expect(begin().hears(kept(), answered, released(false)).paramsOf('release')).toEqual({
      tells: false,
      id: 'j1',
    });
    const late = begin().hears(released());
    expect([late.state, late.paramsOf('release')]).toEqual(['withdrawn', { tells: true, id: null }]);
    late.hears(kept());
    expect([late.state, late.paramsOf('discard')]).toEqual(['over', { id: 'j1' }]);
    expect(begin().hears(released(), unsent).state).toBe('over');
  });

  it('fails when no bus ever takes its job, or it cannot be made', () => {
    expect(begin().hears({ type: 'job.refused', error }).paramsOf('tellFailed')).toEqual({ error });
    const offered = begin({ isTimed: false }).hears(kept(false), { type: 'job.unmade', error });
    expect(offered.paramsOf('tellFailed')).toEqual({ error });
  });
});

const isOver = (snapshot: AnyMachineSnapshot): boolean => snapshot.status === 'done';
const describeEdge = ({ from, event }: Edge): string => `${keyOf(from)} on ${JSON.stringify(event)}`;

const starts = [{}, { isTimed: false }, { isTaken: true }].map(
  (input) => initialTransition(remoteAttemptMachine, { ...INPUT, ...input })[0],
);

/** The world sends these; at most two publications are under way, and at most two deliveries are counted. */
function eventsOf(snapshot: AnyMachineSnapshot): AnyEventObject[] {
  if (isOver(snapshot)) return [];
  const { publishing, delivery } = snapshot.context as RemoteContext;
  const state = stateOf(snapshot);
  const ofBus = publishing === 0 ? [] : [kept(true), kept(false), unsent, { type: 'job.refused', error }];
  return [
    ...ofBus,
    ...(publishing > 1 ? [] : [again, lost]),
    ...[true, false].map(released),
    ...[null, 1, Math.min(2, delivery + 1)].map((number) => beat(number, 'w')),
    ...[null, 0].map(returned),
    ...(state === 'taken.watched' ? [true, false].map(silence) : []),
    ...(state === 'offered' ? [{ type: 'xstate.after.offer.remote.offered', at: AT, canHear: true }] : []),
    { type: 'job.unmade', error },
    { type: 'worker.seen' },
    answered,
    { type: 'no.such.event' },
  ];
}

describe('the machine of a remote attempt, explored', () => {
  const compiled = new CompiledMachine(remoteAttemptMachine);
  let edges: readonly Edge[] = [];
  let snapshots = new Map<string, AnyMachineSnapshot>();
  let again: Retaken;
  const wrongTurns: string[] = [];

  beforeAll(() => {
    edges = explore(remoteAttemptMachine, starts, eventsOf, (edge) => {
      const { from, event, to, asked } = edge;
      const turn = compiled.take(stateOf(from), from.context, event);
      if (!isDeepStrictEqual([turn.state, turn.context, turn.effects], [stateOf(to), to.context, asked]))
        wrongTurns.push(describeEdge(edge));
    });
    snapshots = snapshotsOf(edges);
    again = retake(remoteAttemptMachine, edges);
  });

  it('begins unsent or with its worker', () => {
    expect(starts.map(stateOf)).toEqual(['unsent.timed', 'unsent.untimed', 'taken.watched']);
  });

  it('reaches every state but the one it leaves at once', () => {
    const reached = new Set([...snapshots.values()].flatMap(nodeIdsOf));
    const states = getStateNodes(remoteAttemptMachine).map(({ id }) => id);
    expect(states.filter((id) => !reached.has(id))).toEqual(['remote.new']);
  });

  it('takes every transition it declares', () => {
    const missing = [...declaredTransitions(remoteAttemptMachine)].filter(
      ([transition, name]) => !again.taken.has(transition) && !name.startsWith('remote.new on always'),
    );
    expect(missing.map(([, name]) => name)).toEqual([]);
  });

  it('is compiled into the same turns, with the same effects', () => {
    expect(wrongTurns).toEqual([]);
  });

  it('goes on from any snapshot in plain XState, after a round trip through JSON', () => {
    expect(again.differing.map(describeEdge)).toEqual([]);
  });

  it('has a way to its end from everything, with no publication left under way', () => {
    const withWay = canReach(edges, isOver);
    expect([...snapshots.keys()].filter((key) => !withWay.has(key))).toEqual([]);
    const ends = [...snapshots.values()].filter(isOver);
    expect(
      ends.map(({ context }) => (context as RemoteContext).publishing).filter((count) => count !== 0),
    ).toEqual([]);
  });

  it('has its step told at most one thing a turn', () => {
    const many = edges.filter(({ effects }) => effects.filter((type) => type.startsWith('tell')).length > 1);
    expect(many.map(describeEdge)).toEqual([]);
  });

  it('loses no event in silence', () => {
    const silent = edges.filter(
      ({ from, to, effects }) => !isOver(from) && keyOf(from) === keyOf(to) && effects.length === 0,
    );
    expect(silent.map(describeEdge)).toEqual([]);
  });
});
