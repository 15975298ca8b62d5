/** A durable actor is an XState actor to its callers: what reads actors, reads these. */

import { describe, expect, it } from 'vitest';
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  type Snapshot,
  toPromise,
  waitFor,
} from 'xstate';
import { stepMachine, taskMachine } from '../../machines/index.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import { gate, handlers, request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';

const is =
  (state: string) =>
  (snapshot: AnyMachineSnapshot): boolean =>
    snapshot.matches(state);

const reopened = (machine: AnyStateMachine, snapshot: unknown): unknown =>
  createActor(machine, { snapshot: snapshot as Snapshot<unknown> }).getPersistedSnapshot();

async function start() {
  const clock = new ManualClock();
  const end = gate<() => unknown>();
  const print = async ({ attempt }: { attempt: number }): Promise<unknown> =>
    attempt === 1 ? (await end.promise)() : 'second';
  const troupe = await startTroupe({
    clock,
    workflows: [workflow('w', [step('print'), step('last', ['print'])])],
    handlers: handlers({ print, last: () => 'last' }),
  });
  const { task } = await troupe.submit(request('w'));
  return { troupe, clock, id: task.id, end: end.open };
}

describe('waitFor', () => {
  it('resolves with the snapshot of a task or a step that is in the state, or comes to be', async () => {
    const { troupe, id, end } = await start();
    await waitFor(troupe.actor(id), is('running'));
    await waitFor(troupe.actor(id, 'print'), is('running'));
    const [task, print] = [
      waitFor(troupe.actor(id), is('complete')),
      waitFor(troupe.actor(id, 'print'), is('complete')),
    ];
    end(() => 'first');
    expect(await print).toMatchObject({ status: 'done', output: 'first' });
    expect(await task).toMatchObject({ status: 'done', value: 'complete' });
  });

  it('sees what is committed, and only that', async () => {
    const { troupe, id, end } = await start();
    const shown: string[] = [];
    const stored: string[] = [];
    troupe.actor(id).subscribe((snapshot) => {
      shown.push(String(snapshot.value));
      stored.push(troupe.getTask(null, id).status);
    });
    end(() => 'first');
    await taskFact(troupe, id, 'complete');
    expect(shown.at(-1)).toBe('complete');
    expect(stored).toEqual(shown);
  });

  it('rejects when the actor ends in another state', async () => {
    const { troupe, id } = await start();
    const waiting = waitFor(troupe.actor(id), is('failed'));
    const rejection = expect(waiting).rejects.toThrow('terminated');
    await troupe.taskVerb(null, id, 'cancel', { by: 'ann', reason: null });
    await rejection;
  });
});

describe('toPromise', () => {
  it('resolves with the output of a step, before and after its end', async () => {
    const { troupe, id, end } = await start();
    await stepFact(troupe, id, 'print', 'running');
    const output = toPromise(troupe.actor(id, 'print'));
    end(() => ({ pages: 3 }));
    expect(await output).toEqual({ pages: 3 });
    expect(await toPromise(troupe.actor(id, 'print'))).toEqual({ pages: 3 });
  });

  it('resolves when a task has ended, before and after', async () => {
    const { troupe, id, end } = await start();
    const done = toPromise(troupe.actor(id));
    end(() => 'first');
    await done;
    await toPromise(troupe.actor(id));
    expect(troupe.getTask(null, id).status).toBe('complete');
  });

  it('goes on waiting while a failed task may still be retried', async () => {
    const troupe = await startTroupe({
      handlers: handlers({
        print: ({ attempt }) => {
          if (attempt === 1) throw new PermanentError('out of paper');
          return 'second';
        },
      }),
    });
    const { task } = await troupe.submit(request('print'));
    let isDone = false;
    const done = toPromise(troupe.actor(task.id)).then(() => {
      isDone = true;
    });
    await taskFact(troupe, task.id, 'failed');
    expect(isDone).toBe(false);
    await troupe.taskVerb(null, task.id, 'retry', { by: 'ann', reason: null });
    await done;
    expect(troupe.getTask(null, task.id).status).toBe('complete');
  });
});

describe('an actor', () => {
  it('takes what is sent to it, as a person would have said it', async () => {
    const { troupe, id } = await start();
    troupe.actor(id).send({ type: 'task.pause' });
    await taskFact(troupe, id, 'paused');
    troupe.actor(id).send({ type: 'task.cancel', by: 'ann', reason: 'enough' });
    await taskFact(troupe, id, 'cancelled');
    expect([...troupe.history(null, id)].find(({ event }) => event === 'task.cancel')).toMatchObject({
      detail: { by: 'ann', reason: 'enough' },
    });
  });

  it('refuses at once what only the engine may tell it (F1), and nothing comes of it', async () => {
    const { troupe, id } = await start();
    const report = { type: 'step.complete', step: 'a', from: 'active', dependents: [] };
    for (const event of [report, { type: 'no.such.thing' }, { type: 'step.complete' }]) {
      expect(() => troupe.actor(id).send(event as never)).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_EVENT', message: expect.stringContaining('task.pause') }),
      );
    }
    const step = troupe.actor(id, 'print');
    for (const event of [{ type: 'attempt.complete', token: 'x', output: 1 }, { type: 'task.cancel' }]) {
      expect(() => step.send(event as never)).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_EVENT', message: expect.stringContaining('step.retry') }),
      );
    }
    expect(() => step.send({ type: 'step.complete', output: undefined })).toThrow(
      expect.objectContaining({ code: 'INVALID_OUTPUT' }),
    );
    expect(() => step.send({ type: 'step.skip', output: new Map() })).toThrow(/a Map/);
    await troupe.submit(request('last'));
    expect(troupe.getTask(null, id)).toMatchObject({ status: 'running', result: null });
  });

  it('ignores what its state has no use for', async () => {
    const { troupe, id } = await start();
    await taskFact(troupe, id, 'running');
    const before = [...troupe.history(null, id)].length;
    troupe.actor(id).send({ type: 'task.resume' });
    await troupe.submit(request('last'));
    expect([...troupe.history(null, id)].length).toBe(before);
    expect(troupe.getTask(null, id).status).toBe('running');
  });

  it('tells nobody who has unsubscribed', async () => {
    const { troupe, id, end } = await start();
    let told = 0;
    const subscription = troupe.actor(id).subscribe(() => {
      told++;
    });
    subscription.unsubscribe();
    end(() => 'first');
    await taskFact(troupe, id, 'complete');
    expect(told).toBe(0);
  });

  it('is not stopped by a subscriber that throws, nor are the other subscribers', async () => {
    const { troupe, id, end } = await start();
    const seen: string[] = [];
    troupe.actor(id).subscribe(() => {
      throw new Error('a mistake of the subscriber');
    });
    troupe.actor(id).subscribe((snapshot) => seen.push(String(snapshot.value)));
    end(() => 'first');
    await taskFact(troupe, id, 'complete');
    expect(seen.at(-1)).toBe('complete');
    const { task } = await troupe.submit(request('last'));
    await taskFact(troupe, task.id, 'complete');
  });

  it('opens in plain XState from any of its stored snapshots', async () => {
    const { troupe, id, end } = await start();
    end(() => 'first');
    await taskFact(troupe, id, 'complete');
    const { seq: last } = troupe.snapshot(null, id);
    for (let seq = 1; seq <= last; seq++) {
      const { task, steps } = troupe.snapshot(null, id, seq);
      expect(reopened(taskMachine, task)).toEqual(task);
      for (const stored of Object.values(steps)) expect(reopened(stepMachine, stored)).toEqual(stored);
    }
    expect(troupe.actor(id).getPersistedSnapshot()).toEqual(troupe.snapshot(null, id).task);
  });

  it('is refused by name when there is none', async () => {
    const { troupe, id } = await start();
    expect(() => troupe.actor('nobody')).toThrow(expect.objectContaining({ code: 'TASK_NOT_FOUND' }));
    expect(() => troupe.actor(id, 'nothing')).toThrow(expect.objectContaining({ code: 'STEP_NOT_FOUND' }));
    const early = troupe.actor(id, 'last');
    expect(() => early.getSnapshot()).toThrow(expect.objectContaining({ code: 'STEP_NOT_SPAWNED' }));
  });
});
