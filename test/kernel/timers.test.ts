/** Whatever the clock does, what is due happens once: never twice, never not at all. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Clock, MAX_TIMER_MS, ManualClock } from '../../src/kernel/clock.ts';
import {
  fact,
  gate,
  handlers,
  request,
  startTroupe,
  stepFact,
  taskFact,
  temporaryFolder,
} from '../support.ts';
import { MachineClock } from './machine-clock.ts';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const TEN_YEARS = 315_576_000 * SECOND;

async function start<C extends Clock>(clock: C) {
  const ran: string[] = [];
  const print = ({
    payload,
    attempt,
  }: {
    payload: Readonly<Record<string, unknown>>;
    attempt: number;
  }): void => {
    ran.push(`${payload.name} ${attempt}`);
    if (payload.name === 'flaky' && attempt === 1) throw new Error('out of paper');
  };
  const troupe = await startTroupe({ clock, random: () => 0, handlers: handlers({ print, now: () => 1 }) });
  const submit = async (name: string, delaySeconds = 0): Promise<string> =>
    (await troupe.submit(request('print', { payload: { name }, delaySeconds }))).task.id;
  /** Everything that is due by now has had its turn. */
  const settled = async (): Promise<void> => {
    const { task } = await troupe.submit(request('now'));
    await taskFact(troupe, task.id, 'complete');
  };
  return { troupe, clock, ran, submit, settled };
}

describe('a delay', () => {
  it('of ten years is over after ten years and not a second earlier', async () => {
    const { troupe, clock, ran, submit, settled } = await start(new ManualClock());
    const id = await submit('late', TEN_YEARS / SECOND);
    clock.advance(TEN_YEARS - SECOND);
    await settled();
    expect(troupe.getTask(null, id)).toMatchObject({ status: 'pending', startedAt: null });
    clock.advance(SECOND);
    await taskFact(troupe, id, 'complete');
    expect(ran).toEqual(['late 1']);
  });

  it('longer than the longest timer of Node is not over at once', async () => {
    const { troupe, clock, ran, submit, settled } = await start(new MachineClock());
    const id = await submit('late', Math.ceil(MAX_TIMER_MS / SECOND) + 60);
    clock.pass(MAX_TIMER_MS);
    await settled();
    expect(troupe.getTask(null, id).status).toBe('pending');
    clock.pass(61 * SECOND);
    await taskFact(troupe, id, 'complete');
    expect(ran).toEqual(['late 1']);
  });

  it('is over for all whose end has come, however many they are, once for each', async () => {
    const { troupe, clock, ran, settled } = await start(new ManualClock());
    const count = 1_300;
    const tasks = Array.from({ length: count }, (_, n) =>
      request('print', { payload: { name: n }, delaySeconds: 60 + (n % 7) }),
    );
    for (let from = 0; from < count; from += 650) await troupe.submitBatch(tasks.slice(from, from + 650));
    expect(troupe.health().backlog.timers).toBe(count);
    clock.advance(DAY);
    let completed = 0;
    await fact(
      troupe,
      (found) => found.actor === 'task' && found.fact === 'complete' && ++completed === count,
    );
    await settled();
    expect(ran).toHaveLength(count);
    expect(new Set(ran).size).toBe(count);
    expect(troupe.health().backlog.timers).toBe(0);
  });
});

describe('a clock set back a day', () => {
  it('lets what was due in a minute happen a day later by the time that passes, once', async () => {
    const { troupe, clock, ran, submit, settled } = await start(new MachineClock());
    const delayed = await submit('delayed', 60);
    const flaky = await submit('flaky');
    await stepFact(troupe, flaky, 'print', 'retrying');
    clock.set(-DAY);
    clock.pass(120 * SECOND);
    await settled();
    expect(ran).toEqual(['flaky 1']);
    clock.pass(DAY);
    await taskFact(troupe, delayed, 'complete');
    await taskFact(troupe, flaky, 'complete');
    expect(ran.sort()).toEqual(['delayed 1', 'flaky 1', 'flaky 2']);
  });

  it('repeats nothing that had happened before', async () => {
    const { troupe, clock, ran, submit, settled } = await start(new MachineClock());
    const id = await submit('delayed', 60);
    clock.pass(61 * SECOND);
    await taskFact(troupe, id, 'complete');
    clock.set(-DAY);
    clock.pass(2 * DAY);
    await settled();
    expect(ran).toEqual(['delayed 1']);
  });

  it('keeps no task from starting whose delay was over and whose last dependency completes then', async () => {
    const clock = new MachineClock();
    const end = gate();
    const troupe = await startTroupe({
      clock,
      handlers: handlers({ first: () => end.promise, second: () => 2 }),
    });
    await troupe.submit(request('first', { timeoutSeconds: 3_600 }));
    const at = async (delaySeconds: number): Promise<string> =>
      (await troupe.submit(request('second', { dependencies: ['first'], delaySeconds }))).task.id;
    const [undelayed, delayed] = [await at(0), await at(60)];
    clock.pass(61 * SECOND);
    const { task: other } = await troupe.submit(request('second'));
    await taskFact(troupe, other.id, 'complete');
    clock.set(-DAY);
    end.open();
    await taskFact(troupe, undelayed, 'complete');
    await taskFact(troupe, delayed, 'complete');
  });
});

describe('a clock set forward a day', () => {
  it('lets what has become due happen within a minute, once', async () => {
    const { troupe, clock, ran, submit, settled } = await start(new MachineClock());
    const delayed = await submit('delayed', 3_600);
    clock.set(DAY);
    clock.pass(60 * SECOND);
    await taskFact(troupe, delayed, 'complete');
    clock.pass(DAY);
    await settled();
    expect(ran).toEqual(['delayed 1']);
  });

  it('and back again neither repeats nor loses anything', async () => {
    const { troupe, clock, ran, submit, settled } = await start(new MachineClock());
    const soon = await submit('soon', 3_600);
    const later = await submit('later', 2 * 86_400);
    clock.set(DAY);
    clock.pass(60 * SECOND);
    await taskFact(troupe, soon, 'complete');
    clock.set(-DAY);
    clock.pass(3_600 * SECOND);
    await settled();
    expect(ran).toEqual(['soon 1']);
    clock.pass(2 * DAY);
    await taskFact(troupe, later, 'complete');
    expect(ran).toEqual(['soon 1', 'later 1']);
  });
});

describe('a process that was away while a timer fell due', () => {
  it('finds it in the store, once', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const clock = new ManualClock();
    let count = 0;
    const options = { db, clock, handlers: handlers({ print: () => ++count }) };
    const before = await startTroupe(options);
    const { task } = await before.submit(request('print', { delaySeconds: 60 }));
    await before.close({ graceMs: 0 });
    clock.advance(DAY);
    const after = await startTroupe(options);
    await taskFact(after, task.id, 'complete');
    expect(after.getTask(null, task.id).result).toEqual({ print: 1 });
  });
});

describe('a process that is closed', () => {
  it('has no timer left, though the last thing it committed was one', async () => {
    const clock = new ManualClock();
    const begun = gate();
    const over = gate();
    const print = async (): Promise<void> => {
      begun.open();
      await over.promise;
      throw new Error('out of paper');
    };
    const troupe = await startTroupe({ clock, handlers: handlers({ print }) });
    await troupe.submit(request('print'));
    await begun.promise;
    const closed = troupe.close();
    over.open();
    await closed;
    // It would look into a store that is closed.
    expect(() => clock.advance(DAY)).not.toThrow();
  });
});
