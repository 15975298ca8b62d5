/** The scenarios of the crash matrix: what users of such systems have seen go wrong, each as small as it can be. */

import type { StepDefinition } from '../../../src/workflow/definition.ts';
import { COMPENSATION_SCENARIOS } from './compensation-scenarios.ts';
import { FAMILY_SCENARIOS } from './family-scenarios.ts';
import {
  NO_ATTEMPTS,
  outcome,
  release,
  type Scenario,
  signal,
  signalAll,
  stepIs,
  submit,
  taskIs,
  tell,
  tellStep,
  workflow,
} from './scenario.ts';

const two = workflow('Two', { First: {}, Second: { dependsOn: ['First'] } });
const join = workflow('Join', {
  Split: {},
  Left: { dependsOn: ['Split'] },
  Right: { dependsOn: ['Split'] },
  Join: { dependsOn: ['Left', 'Right'] },
});
/** Its middle step is a wait. */
const waiting = (name: string, wait: Partial<StepDefinition>) =>
  workflow(name, {
    First: {},
    Wait: { dependsOn: ['First'], ...NO_ATTEMPTS, ...wait },
    Last: { dependsOn: ['Wait'] },
  });
const sleeping = waiting('Sleeping', { handler: 'troupe.sleep', sleep: 20_000 });
const signalled = waiting('Signalled', {
  handler: 'troupe.wait',
  waitFor: { signal: 'go', withinMs: 60_000 },
});
const keyed = waiting('Keyed', { handler: 'troupe.wait', waitFor: { signal: 'go', key: 'k' } });
const approved = waiting('Approved', {
  handler: 'troupe.wait',
  waitFor: { approval: 'Go on?', withinMs: 60_000 },
});
const twice = workflow('Twice', {
  One: { ...NO_ATTEMPTS, handler: 'troupe.wait', waitFor: { signal: 'go' } },
  Other: {
    ...NO_ATTEMPTS,
    dependsOn: ['One'],
    handler: 'troupe.wait',
    waitFor: { signal: 'go', withinMs: 9_000 },
  },
});
const one = workflow('One', { Only: {} });

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'retry',
    workflows: [two],
    moves: [submit({ key: 'a', name: 'Two', plan: { First: ['fail', 'fail'], Second: ['fail'] } })],
    ends: { a: 'complete' },
  },
  {
    name: 'failure for good, then retry by hand',
    workflows: [two],
    moves: [
      submit({ key: 'a', name: 'Two', plan: { Second: ['fail', 'permanent'] } }),
      tell('retry', 'a', taskIs('a', 'failed')),
    ],
    ends: { a: 'complete' },
  },
  {
    name: 'parallel join',
    workflows: [join],
    moves: [submit({ key: 'a', name: 'Join', plan: { Left: ['fail'] } })],
    ends: { a: 'complete' },
  },
  {
    name: 'two last parents finish together',
    workflows: [join],
    moves: [
      submit({ key: 'a', name: 'Join', plan: { Left: ['hold'], Right: ['hold'] } }),
      release('a', ['Left', 'Right'], (see) =>
        ['Left', 'Right'].every((name) => stepIs('a', name, 'running')?.(see)),
      ),
    ],
    ends: { a: 'complete' },
  },
  {
    name: 'timeout',
    workflows: [two],
    moves: [submit({ key: 'a', name: 'Two', plan: { First: ['hang', 'hang'] } })],
    ends: { a: 'complete' },
  },
  {
    name: 'late outcome',
    workflows: [two],
    moves: [
      submit({ key: 'a', name: 'Two', plan: { First: ['hang', 'hold'] } }),
      outcome('a', 'First', 1, { when: stepIs('a', 'First', 'running', 2) }),
      release('a', ['First']),
    ],
    ends: { a: 'complete' },
  },
  {
    name: 'duplicate outcome',
    workflows: [two],
    moves: [
      submit({ key: 'a', name: 'Two', plan: { First: ['hold'] } }),
      outcome('a', 'First', 1, { times: 3, when: stepIs('a', 'First', 'running') }),
    ],
    ends: { a: 'complete' },
  },
  {
    name: 'pause and resume',
    workflows: [two],
    moves: [
      submit({ key: 'a', name: 'Two', plan: { First: ['hold'], Second: ['fail'] } }),
      tell('pause', 'a', stepIs('a', 'First', 'running')),
      release('a', ['First']),
      tell('resume', 'a', stepIs('a', 'First', 'complete')),
      tell('pause', 'a', stepIs('a', 'Second', 'retrying')),
      tell('resume', 'a', taskIs('a', 'paused')),
    ],
    ends: { a: 'complete' },
  },
  {
    name: 'cancel',
    workflows: [join],
    moves: [
      submit({ key: 'a', name: 'Join', plan: { Left: ['hang'], Right: ['fail', 'fail'] } }),
      tell('cancel', 'a', stepIs('a', 'Right', 'retrying')),
      outcome('a', 'Left', 1, { when: taskIs('a', 'cancelled') }),
    ],
    ends: { a: 'cancelled' },
  },
  {
    name: 'failure handler',
    workflows: [
      workflow('Handled', {
        Work: {},
        After: { dependsOn: ['Work'] },
        Report: { failuresAs: 'failures' },
      }),
    ],
    moves: [
      submit({ key: 'bad', name: 'Handled', plan: { Work: ['permanent'], Report: ['fail'] } }),
      submit({ key: 'good', name: 'Handled' }),
    ],
    ends: { bad: 'failed', good: 'complete' },
  },
  {
    name: 'critical and optional',
    workflows: [
      workflow('Halted', {
        Guard: { critical: true },
        Slow: {},
        Rest: { dependsOn: ['Slow'] },
      }),
      workflow('Lenient', { Try: { optional: true }, Then: { dependsOn: ['Try'] } }),
    ],
    moves: [
      submit({ key: 'halted', name: 'Halted', plan: { Guard: ['permanent'], Slow: ['hold'] } }),
      release('halted', ['Slow'], stepIs('halted', 'Guard', 'failed')),
      submit({ key: 'lenient', name: 'Lenient', plan: { Try: ['fail', 'permanent'] } }),
    ],
    ends: { halted: 'failed', lenient: 'complete' },
  },
  {
    name: 'condition',
    workflows: [
      workflow('Chosen', {
        Look: {},
        Yes: {
          dependsOn: ['Look'],
          condition: { op: 'is', value: { step: null, path: ['wanted'] } },
        },
        No: {
          dependsOn: ['Look'],
          condition: { op: 'not', of: { op: 'is', value: { step: null, path: ['wanted'] } } },
        },
        AfterNo: { dependsOn: ['No'] },
        End: { dependsOn: ['Yes', 'AfterNo'] },
      }),
    ],
    moves: [submit({ key: 'a', name: 'Chosen', more: { payload: { wanted: true } } })],
    ends: { a: 'complete' },
  },
  {
    name: 'webhook',
    workflows: [one],
    moves: [
      submit({ key: 'good', name: 'One', notify: true }),
      submit({ key: 'bad', name: 'One', notify: true, plan: { Only: ['permanent'] } }),
      tell('retry', 'bad', taskIs('bad', 'failed')),
    ],
    answers: [500, 503],
    ends: { good: 'complete', bad: 'complete' },
  },
  {
    name: 'dependent tasks',
    workflows: [one],
    moves: [
      submit({ key: 'stock', name: 'One', plan: { Only: ['fail'] } }),
      submit({ key: 'pay', name: 'One', plan: { Only: ['permanent'] }, more: { dependencies: ['stock'] } }),
      submit({ key: 'ship', name: 'One', more: { dependencies: ['pay', 'stock'], delaySeconds: 3 } }),
      submit({
        key: 'strict',
        name: 'One',
        more: { dependencies: ['pay'], onDependencyFailure: 'fail' },
      }),
      tell('retry', 'pay', taskIs('pay', 'failed')),
    ],
    ends: { stock: 'complete', pay: 'complete', ship: 'complete', strict: 'failed' },
  },
  {
    name: 'batch',
    workflows: [one, workflow('Next', { Only: {} })],
    moves: [
      submit(
        { key: 'next', name: 'Next', more: { dependencies: ['One'] } },
        { key: 'first', name: 'One', plan: { Only: ['fail'] } },
        { key: 'other', name: 'Next' },
      ),
    ],
    ends: { first: 'complete', next: 'complete', other: 'complete' },
  },
  {
    name: 'completion before the wait',
    workflows: [one, join],
    moves: [
      submit({ key: 'first', name: 'One' }),
      submit({ key: 'late', name: 'One', more: { dependencies: ['first'] } }),
      submit({ key: 'early', name: 'One', more: { dependencies: ['Join'], allowUnresolved: true } }),
      submit({ key: 'join', name: 'Join', plan: { Split: ['hold'] } }),
      tellStep('complete', 'join', 'Left', stepIs('join', 'Split', 'running')),
      tellStep('skip', 'join', 'Join', stepIs('join', 'Left', 'complete')),
      release('join', ['Split']),
    ],
    ends: { first: 'complete', late: 'complete', early: 'complete', join: 'complete' },
  },
  {
    name: 'sleep',
    workflows: [sleeping],
    moves: [submit({ key: 'a', name: 'Sleeping' })],
    ends: { a: 'complete' },
  },
  {
    name: 'a paused sleep past its time',
    workflows: [sleeping, two],
    moves: [
      submit({ key: 'a', name: 'Sleeping' }),
      tell('pause', 'a', taskIs('a', 'waiting')),
      // Lets time pass.
      submit({ key: 'b', name: 'Two', plan: { First: ['hang'] }, more: { delaySeconds: 60 } }),
      tell('resume', 'a', taskIs('b', 'complete')),
    ],
    ends: { a: 'complete', b: 'complete' },
  },
  {
    name: 'a signal before the wait',
    workflows: [signalled],
    moves: [
      submit({ key: 'a', name: 'Signalled', plan: { First: ['hold'] } }),
      signal('a', 'go', 's1', stepIs('a', 'First', 'running')),
      release('a', ['First']),
    ],
    ends: { a: 'complete' },
  },
  {
    name: 'signals to waits: one for a task, and one by key for two',
    workflows: [signalled, keyed],
    moves: [
      submit({ key: 'a', name: 'Signalled' }, { key: 'b', name: 'Keyed' }, { key: 'c', name: 'Keyed' }),
      signal('a', 'go', 's1', taskIs('a', 'waiting')),
      signalAll('k', 'go', 's2', (see) => ['b', 'c'].every((key) => taskIs(key, 'waiting')?.(see))),
    ],
    ends: { a: 'complete', b: 'complete', c: 'complete' },
  },
  {
    name: 'one signal ends one of two waits',
    workflows: [twice],
    moves: [submit({ key: 'a', name: 'Twice' }), signal('a', 'go', 's1', taskIs('a', 'waiting'))],
    ends: { a: 'failed' },
  },
  {
    name: 'no signal in time, then a retry',
    workflows: [signalled],
    moves: [
      submit({ key: 'a', name: 'Signalled' }),
      tell('retry', 'a', taskIs('a', 'failed')),
      signal('a', 'go', 's1', stepIs('a', 'Wait', 'waiting', 2)),
    ],
    ends: { a: 'complete' },
  },
  {
    name: 'approvals: yes, no, and nothing in time',
    workflows: [approved],
    moves: [
      submit(
        { key: 'yes', name: 'Approved' },
        { key: 'no', name: 'Approved' },
        { key: 'late', name: 'Approved' },
      ),
      tellStep('complete', 'yes', 'Wait', taskIs('yes', 'waiting')),
      tellStep('reject', 'no', 'Wait', taskIs('no', 'waiting')),
    ],
    ends: { yes: 'complete', no: 'failed', late: 'failed' },
  },
  {
    name: 'skip and complete by hand',
    workflows: [two],
    moves: [
      submit({ key: 'skipped', name: 'Two', plan: { First: ['hang'] } }),
      tellStep('skip', 'skipped', 'First', stepIs('skipped', 'First', 'running')),
      submit({ key: 'completed', name: 'Two', plan: { First: ['permanent'] } }),
      tellStep('complete', 'completed', 'First', taskIs('completed', 'failed')),
    ],
    ends: { skipped: 'complete', completed: 'complete' },
  },
  {
    name: 'deadline',
    workflows: [
      workflow(
        'Due',
        {
          Hang: {},
          Fail: {},
          Again: {},
          After: { dependsOn: ['Hang'] },
          Report: { failuresAs: 'failures' },
        },
        { deadlineMs: 3_500 },
      ),
      one,
    ],
    moves: [
      submit({
        key: 'a',
        name: 'Due',
        plan: {
          Hang: ['hang'],
          Fail: ['permanent'],
          Again: ['fail', 'hang'],
          Report: ['fail'],
        },
      }),
      tell('retry', 'a', taskIs('a', 'failed')),
      submit({
        key: 'paused',
        name: 'One',
        plan: { Only: ['hang'] },
        more: { deadlineSeconds: 4, delaySeconds: 2 },
      }),
      tell('pause', 'paused', stepIs('paused', 'Only', 'running')),
      submit({
        key: 'waiting',
        name: 'One',
        more: { dependencies: ['paused'], deadlineSeconds: 60 },
      }),
    ],
    ends: { a: 'complete', paused: 'failed', waiting: 'failed' },
  },
  {
    name: 'time of a step',
    workflows: [
      workflow('Timed', {
        Cut: { withinMs: 3_000 },
        Late: { withinMs: 2_500, maxAttempts: 9 },
        Try: { withinMs: 1_500, optional: true },
      }),
    ],
    moves: [
      submit({
        key: 'a',
        name: 'Timed',
        plan: { Cut: ['fail', 'hang'], Late: ['fail', 'fail', 'fail'], Try: ['fail', 'hang'] },
      }),
      tell('retry', 'a', taskIs('a', 'failed')),
    ],
    ends: { a: 'complete' },
  },
  ...FAMILY_SCENARIOS,
  ...COMPENSATION_SCENARIOS,
];
