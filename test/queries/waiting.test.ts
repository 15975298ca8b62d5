/** An unfinished task always says what it waits for: never nothing, and never the wrong thing. */

import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { plainReasonsOf, reasonsOf } from '../../src/queries/plain-reasons.ts';
import type { Reasons } from '../../src/queries/reasons.ts';
import type { Troupe } from '../../src/troupe.ts';
import type { TaskView, Waiting } from '../../src/views/tasks.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { gate, handlers, request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';

const asked = { by: 'ann', reason: null };
const never = (): Promise<void> => gate().promise;
const fails = (): never => {
  throw new Error('out of paper');
};
const failsForGood = (): never => {
  throw new PermanentError('out of paper');
};

const escaped = (text: string): string => text.replaceAll('?', '\\?');
const waits = (troupe: Troupe, id: string): readonly Waiting[] => troupe.getTask(null, id).waitingFor;

describe('a task waits for', () => {
  it('its delay, and says until when', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock });
    const { task } = await troupe.submit(request('print', { delaySeconds: 90 }));
    const until = new Date(clock.now() + 90_000).toISOString();
    expect(task.waitingFor).toMatchObject([{ kind: 'delay', until }]);
  });

  it('another task, by name and id, whatever becomes of that one', async () => {
    const troupe = await startTroupe({ handlers: handlers({ bad: failsForGood }) });
    const { task: first } = await troupe.submit(request('slow'));
    const { task: bad } = await troupe.submit(request('bad'));
    const { task } = await troupe.submit(request('print', { dependencies: ['slow', bad.id] }));
    await taskFact(troupe, bad.id, 'failed');
    await troupe.taskVerb(null, first.id, 'cancel', asked);
    const [onFirst, onBad] = waits(troupe, task.id);
    expect(onFirst).toMatchObject({ kind: 'dependency', on: 'slow', taskId: first.id, until: null });
    expect(onFirst?.why).toContain('cancelled');
    expect(onBad).toMatchObject({ kind: 'dependency', on: 'bad', taskId: bad.id });
    expect(onBad?.why).toContain('failed');
  });

  it('a task nobody has submitted yet', async () => {
    const troupe = await startTroupe();
    const { task } = await troupe.submit(
      request('print', { dependencies: ['later'], allowUnresolved: true }),
    );
    expect(task.waitingFor).toMatchObject([{ kind: 'dependency', on: 'later', until: null }]);
    expect(task.waitingFor[0]).not.toHaveProperty('taskId');
  });

  it('its delay and its dependencies at once', async () => {
    const troupe = await startTroupe({ clock: new ManualClock() });
    await troupe.submit(request('slow'));
    const { task } = await troupe.submit(request('print', { dependencies: ['slow'], delaySeconds: 60 }));
    expect(task.waitingFor.map(({ kind }) => kind)).toEqual(['delay', 'dependency']);
  });

  it('a worker when nobody serves its handler', async () => {
    const troupe = await startTroupe({ handlers: handlers({ other: never }) });
    const { task } = await troupe.submit(request('print'));
    expect(task.waitingFor).toMatchObject([{ kind: 'worker', step: 'print', handler: 'print', until: null }]);
    expect(task.waitingFor[0]?.why).toBe(
      'no worker serves handler print; put print.ts (or .js) into a folder that the server is given by --handlers, or start a worker that has it',
    );
  });

  it.each([
    ['print', 'Print', ' a handler "Print" is served; did you mean it? names are told apart by case;'],
    [
      'ship order',
      'ShipOrder',
      ' a handler "ShipOrder" is served; did you mean it? names are compared to the letter;',
    ],
    ['ship', 'pack', ''],
  ])(
    'a worker of %s when %s is served, and names that if it was probably meant',
    async (name, served, says) => {
      const troupe = await startTroupe({ handlers: handlers({ [served]: never }) });
      const { task } = await troupe.submit(request(name));
      const expected = expect.stringMatching(
        `^no worker serves handler ${name};${escaped(says)} put ${name}\\.ts `,
      );
      expect(task.waitingFor).toMatchObject([{ kind: 'worker', step: name, why: expected }]);
    },
  );

  it('a worker that is at it, until the attempt times out', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock, handlers: handlers({ print: never }) });
    const { task } = await troupe.submit(request('print'));
    await stepFact(troupe, task.id, 'print', 'running');
    const until = new Date(clock.now() + 60_000).toISOString();
    expect(waits(troupe, task.id)).toMatchObject([
      { kind: 'worker', step: 'print', until, why: 'attempt 1 is running' },
    ]);
  });

  it('a limit, and says which', async () => {
    const cases = [
      { concurrency: 1, entry: null, says: '1 attempts at once' },
      { tenantConcurrency: 1, entry: null, says: '1 at once of default' },
      { entry: 1, says: '1 at once of print' },
    ];
    for (const { entry, says, ...options } of cases) {
      const troupe = await startTroupe({
        ...options,
        handlers: [{ name: 'print', run: never, concurrency: entry }],
      });
      const { task: first } = await troupe.submit(request('print'));
      await stepFact(troupe, first.id, 'print', 'running');
      const { task } = await troupe.submit(request('print'));
      expect(waits(troupe, task.id)).toMatchObject([{ kind: 'limit', step: 'print', until: null }]);
      expect(waits(troupe, task.id)[0]?.why).toContain(says);
    }
  });

  it('the end of a backoff, and says when', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock, random: () => 0, handlers: handlers({ print: fails }) });
    const { task } = await troupe.submit(request('print'));
    await stepFact(troupe, task.id, 'print', 'retrying');
    const until = new Date(clock.now() + 1_000).toISOString();
    expect(waits(troupe, task.id)).toEqual([
      { kind: 'timer', step: 'print', until, why: 'backoff after attempt 1' },
    ]);
  });

  it('somebody to resume it', async () => {
    const troupe = await startTroupe();
    const { task } = await troupe.submit(request('print'));
    expect((await troupe.taskVerb(null, task.id, 'pause', asked)).waitingFor).toMatchObject([
      { kind: 'paused' },
    ]);
  });

  it('steps that others depend on, and the failed one among them', async () => {
    const steps = [step('bad'), step('slow'), step('next', ['bad', 'slow']), step('last', ['next'])];
    const troupe = await startTroupe({
      workflows: [workflow('w', steps)],
      handlers: handlers({ bad: failsForGood, slow: never }),
    });
    const { task } = await troupe.submit(request('w'));
    await stepFact(troupe, task.id, 'bad', 'failed');
    await stepFact(troupe, task.id, 'slow', 'running');
    const found = waits(troupe, task.id).map(({ kind, step: name, on }) => ({ kind, name, on }));
    expect(found).toEqual([
      { kind: 'dependency', name: 'next', on: 'bad' },
      { kind: 'worker', name: 'slow', on: undefined },
      { kind: 'dependency', name: 'next', on: 'slow' },
      { kind: 'dependency', name: 'last', on: 'next' },
    ]);
  });

  it('nothing once it is over', async () => {
    const troupe = await startTroupe({ handlers: handlers({ print: () => 1 }) });
    const { task } = await troupe.submit(request('print'));
    await taskFact(troupe, task.id, 'complete');
    expect(waits(troupe, task.id)).toEqual([]);
  });
});

it('a thread that reads is told of handlers that were probably meant', () => {
  const reasons: Reasons = {
    isServed: (key) => key === 'pack',
    meant: (key) => (key === 'ship' ? 'a handler "Ship" is served' : null),
    limitReached: () => null,
    unreachable: null,
    progressOf: () => null,
    progress: () => new Map(),
  };
  const order = compileWorkflow(workflow('order', [step('pack'), step('ship'), step('bill')]));
  const told = structuredClone(plainReasonsOf(reasons, [{ tenant: 'default', workflow: order }]));
  const there = reasonsOf(told);
  expect(['pack', 'ship', 'bill'].map((key) => there.isServed(key))).toEqual([true, false, false]);
  expect(there.meant('ship')).toBe('a handler "Ship" is served');
  expect(there.meant('bill')).toBeNull();
});

describe('at every moment', () => {
  it('of a long life an unfinished task waits for something, and every unfinished step too', async () => {
    const clock = new ManualClock();
    const ends = [gate(), gate()];
    const steps = [
      step('a', [], { critical: true }),
      step('b', ['a'], { optional: true, maxAttempts: 2 }),
      step('c', ['a']),
      step('d', ['b', 'c']),
    ];
    const troupe = await startTroupe({
      clock,
      workflows: [workflow('w', steps)],
      handlers: handlers({
        a: ({ attempt }) => (attempt === 1 ? ends[0]?.promise.then(failsForGood) : 'a'),
        b: fails,
        c: ({ attempt }) => (attempt === 1 ? ends[1]?.promise.then(fails) : 'c'),
        d: () => 'd',
      }),
    });
    const { task } = await troupe.submit(request('w', { delaySeconds: 5 }));
    const seen: TaskView[] = [task];
    troupe.actor(task.id).subscribe(() => seen.push(troupe.getTask(null, task.id)));
    clock.advance(5_000);
    await stepFact(troupe, task.id, 'a', 'running');
    ends[0]?.open();
    await taskFact(troupe, task.id, 'failed');
    await troupe.taskVerb(null, task.id, 'retry', asked);
    await stepFact(troupe, task.id, 'b', 'retrying');
    await troupe.taskVerb(null, task.id, 'pause', asked);
    clock.advance(10_000);
    ends[1]?.open();
    await stepFact(troupe, task.id, 'c', 'retrying');
    await troupe.taskVerb(null, task.id, 'resume', asked);
    await stepFact(troupe, task.id, 'b', 'skipped');
    clock.advance(30_000);
    await taskFact(troupe, task.id, 'complete');

    const unfinished = seen.filter(({ status }) => !['complete', 'failed'].includes(status));
    expect(new Set(unfinished.map(({ status }) => status))).toEqual(
      new Set(['pending', 'running', 'retrying', 'paused']),
    );
    for (const { status, waitingFor, steps: views } of unfinished) {
      expect(waitingFor, status).not.toEqual([]);
      if (status === 'pending' || status === 'paused') continue;
      const waiting = views.filter((view) => ['pending', 'running', 'retrying'].includes(view.status));
      expect(waitingFor.map((wait) => wait.step)).toEqual(
        expect.arrayContaining(waiting.map(({ name }) => name)),
      );
    }
  });
});
