/** The check of machines by their drawing: ours keep their promises, and each way of breaking one is told. */

import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import {
  checkMachine,
  type Promises,
  STEP_PROMISES,
  stepMachine,
  TASK_PROMISES,
  taskMachine,
  WAIT_PROMISES,
  waitMachine,
} from '../../machines/index.ts';
import { REMOTE_PROMISES } from '../../machines/promises.ts';
import { remoteAttemptMachine } from '../../machines/remote-attempt.ts';

const promises: Promises = {
  cancel: { event: 'cancel', target: 'over', worksIn: ['waiting', 'working'] },
  senders: { done: 'the worker', go: 'a person' },
  bounds: ['again'],
  mayPass: [],
};

const sound = {
  initial: 'waiting',
  on: { '*': { actions: 'ignored' } },
  states: {
    waiting: { on: { go: { target: 'working' }, cancel: { target: 'over' } } },
    working: { on: { done: { target: 'over' }, again: { target: 'waiting' }, cancel: { target: 'over' } } },
    over: { type: 'final' },
  },
} as const;

const faultsOf = (config: object): readonly string[] => checkMachine(createMachine(config), promises).faults;
const withWaiting = (waiting: object): object => ({ ...sound, states: { ...sound.states, waiting } });

it.each([
  ['step', checkMachine(stepMachine, STEP_PROMISES)],
  ['wait', checkMachine(waitMachine, WAIT_PROMISES)],
  ['task', checkMachine(taskMachine, TASK_PROMISES)],
  ['remote attempt', checkMachine(remoteAttemptMachine, REMOTE_PROMISES)],
] as const)('the %s machine keeps its promises, and names who ends each wait', (_, { waits, faults }) => {
  expect(faults).toEqual([]);
  expect(waits.filter(({ endedBy }) => endedBy.length === 0)).toEqual([]);
});

describe('a machine', () => {
  it('that keeps its promises has no faults', () => {
    expect(faultsOf(sound)).toEqual([]);
  });

  it('is told of a state that nothing leads to', () => {
    const lonely = { on: { go: { target: 'over' }, cancel: { target: 'over' } } };
    expect(faultsOf({ ...sound, states: { ...sound.states, lonely } })).toEqual(['nothing leads to lonely']);
  });

  it('is told of a wait that only a cancel would end', () => {
    const [fault] = faultsOf(withWaiting({ on: { cancel: { target: 'over' } } }));
    expect(fault).toContain('working');
    expect(faultsOf(withWaiting({ on: { cancel: { target: 'over' } } })).join()).toContain(
      'nobody ends the wait in waiting',
    );
  });

  it('may wait for its cancel alone where that is sure to come, and not elsewhere', () => {
    const config = withWaiting({ on: { cancel: { target: 'over' } } });
    const { cancel, senders, ...others } = promises;
    const sure = { cancel: { ...cancel, sureIn: ['waiting'] }, senders: { ...senders, cancel: 'its owner' } };
    const { faults, waits } = checkMachine(createMachine(config), { ...others, ...sure });
    expect(faults.join()).not.toContain('waiting');
    expect(waits).toContainEqual({ state: 'waiting', endedBy: ['its owner'] });
    expect(faultsOf(config).join()).toContain('nobody ends the wait in waiting');
  });

  it('is told of a wait whose end nobody is known to send', () => {
    const waiting = { on: { 'moon.full': { target: 'working' }, cancel: { target: 'over' } } };
    expect(faultsOf(withWaiting(waiting)).join()).toContain('nobody ends the wait in waiting');
  });

  it('is told of a cancel that does not work where it was promised, or only sometimes', () => {
    const told = 'cancel does not lead from waiting to over';
    expect(faultsOf(withWaiting({ on: { go: { target: 'working' } } }))).toEqual([told]);
    const guarded = { on: { go: { target: 'working' }, cancel: { guard: 'isMonday', target: 'over' } } };
    expect(faultsOf(withWaiting(guarded))).toContain(told);
  });

  it('is told of a circle without a bound', () => {
    const unbounded = { ...promises, bounds: [] };
    const { faults } = checkMachine(createMachine(sound), unbounded);
    expect(faults).toEqual([
      'waiting can come back to itself without end',
      'working can come back to itself without end',
    ]);
  });

  it('is told of an event that vanishes: unknown, guarded away, or taken without a trace', () => {
    expect(faultsOf({ ...sound, on: {} })).toContain(
      'done is lost in waiting: handle it, or let it be ignored on purpose',
    );
    const silent = { on: { go: { target: 'working' }, cancel: { target: 'over' }, done: {} } };
    expect(faultsOf(withWaiting(silent)).join()).toContain('done is lost in waiting');
    const { on: _, ...deaf } = sound;
    const guarded = { on: { go: { guard: 'isMonday', target: 'working' }, cancel: { target: 'over' } } };
    expect(faultsOf({ ...deaf, states: { ...sound.states, waiting: guarded } }).join()).toContain(
      'go is lost in waiting',
    );
  });
});
