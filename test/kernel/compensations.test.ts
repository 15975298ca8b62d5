// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** A task that fails takes back what it has done: the compensations of its steps run, the last step first. */

import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { Random } from '../harness/kill/random.ts';
import { compensationFaults } from '../harness/simulate/compensation-faults.ts';
import { fact, gate, request, startTroupe, stepFact, taskFact } from '../support.ts';
import { asked, statuses } from './one-task.ts';

type Work = (job: HandlerContext) => unknown;
type Steps = Parameters<typeof defineWorkflow>[0]['steps'];

const refuses = (why: string): Work => {
  return () => {
    throw new PermanentError(why);
  };
};

/** Starts one task of these steps. A step that is given no work returns its name; each call is written down. */
async function start(
  steps: Record<string, { work?: Work; back?: Work; after?: string[]; more?: object }>,
  options: { readonly compensate?: 'by_hand'; readonly deadline?: string } & Partial<TroupeOptions> = {},
) {
  const { compensate, deadline, ...given } = options;
  const ran: string[] = [];
  const jobs = new Map<string, HandlerContext>();
  const noted = (name: string, work: Work = () => name): Work => {
    return (job) => {
      ran.push(name);
      jobs.set(name, job);
      return work(job);
    };
  };
  const defined = Object.entries(steps).map(([name, { work, back, after = [], more = {} }]) => [
    name,
    {
      dependsOn: after,
      handler: noted(name, work),
      maxAttempts: 1,
      ...(back === undefined ? {} : { compensation: { handler: noted(`-${name}`, back), maxAttempts: 1 } }),
      ...more,
    },
  ]);
  const saga = defineWorkflow({
    name: 'saga',
    ...(compensate === undefined ? {} : { compensate }),
    ...(deadline === undefined ? {} : { deadline }),
    steps: Object.fromEntries(defined) as Steps,
  });
  const { workflows = [], ...more } = given;
  const troupe = await startTroupe({ workflows: [saga, ...workflows], ...more });
  const { taskId: id } = await troupe.submit(request('saga'));
  return { troupe, id, ran, jobs, view: () => troupe.getTask(null, id) };
}

const ok: Work = () => 'given back';

/** The next time that its task is so, after all that has happened to it by now. */
function nextFact(troupe: Troupe, id: string, name: string): Promise<unknown> {
  const since = [...troupe.history(null, id)].at(-1)?.seq ?? 0;
  return fact(
    troupe,
    ({ taskId, seq, actor, fact: found }) =>
      taskId === id && seq > since && actor === 'task' && found === name,
  );
}

const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('a task that fails', () => {
  it('takes back the last step first, and what has done nothing not at all (R34)', async () => {
    const { troupe, id, ran, jobs, view } = await start({
      hotel: { back: ok },
      pack: { after: ['hotel'] },
      flight: { after: ['pack'], back: ok },
      card: { after: ['flight'], back: ok, work: refuses('declined') },
      tour: { after: ['card'], back: ok },
    });
    await taskFact(troupe, id, 'failed');
    expect(ran).toEqual(['hotel', 'pack', 'flight', 'card', '-flight', '-hotel']);
    expect(view()).toMatchObject({
      status: 'failed',
      ending: 'failure',
      compensation: { done: 2, total: 2, failed: 0 },
      compensated: true,
      error: { message: 'declined', step: 'card' },
    });
    expect(jobs.get('-flight')).toMatchObject({
      step: 'flight.compensation',
      idempotencyKey: `${id}/flight.compensation`,
      dependencies: { flight: 'flight' },
      compensates: {
        step: 'flight',
        output: 'flight',
        error: null,
        attempt: 1,
        idempotencyKey: `${id}/flight`,
      },
    });
    expect(statuses(troupe, id)).toMatchObject({
      'card.compensation': 'skipped',
      'tour.compensation': 'skipped',
      'hotel.compensation': 'complete',
    });
  });

  it('is not taken back while it can still succeed, nor once it has', async () => {
    let left = 1;
    const { troupe, id, ran, view } = await start({
      a: { back: ok },
      b: {
        after: ['a'],
        more: { maxAttempts: 2, backoff: { baseMs: 0, maxMs: 0 } },
        work: () => {
          if (left-- > 0) throw new Error('busy');
        },
      },
    });
    await taskFact(troupe, id, 'complete');
    expect(ran).toEqual(['a', 'b', 'b']);
    expect(view()).toMatchObject({ compensation: null, compensated: false, ending: null });
    expect(view().steps.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('takes back side by side what is independent, and nothing before what came after it', async () => {
    const slow = gate();
    const { troupe, id, ran } = await start({
      root: { back: ok },
      left: { after: ['root'], back: () => slow.promise },
      right: { after: ['root'], back: ok },
      end: { after: ['left', 'right'], work: refuses('no') },
    });
    await stepFact(troupe, id, 'right.compensation', 'complete');
    expect(ran.slice(-2).sort()).toEqual(['-left', '-right']);
    slow.open();
    await taskFact(troupe, id, 'failed');
    expect(ran.at(-1)).toBe('-root');
  });

  it('goes on for nobody once it was taken back: it is to be submitted again', async () => {
    const { troupe, id } = await start({ a: { back: ok }, b: { after: ['a'], work: refuses('no') } });
    await taskFact(troupe, id, 'failed');
    for (const verb of ['retry', 'cancel', 'compensate'] as const)
      expect(await refusal(troupe.taskVerb(null, id, verb, asked))).toMatchObject({ code: 'COMPENSATED' });
    expect(await refusal(troupe.stepVerb(null, id, 'b', 'retry', asked))).toMatchObject({
      code: 'COMPENSATED',
    });
  });

  it('is retried as ever when there was nothing to take back', async () => {
    let left = 1;
    const { troupe, id, view } = await start({
      a: {
        back: ok,
        work: () => {
          if (left-- > 0) throw new PermanentError('no');
        },
      },
    });
    await taskFact(troupe, id, 'failed');
    expect(view()).toMatchObject({ compensation: null, compensated: false });
    await troupe.taskVerb(null, id, 'retry', asked);
    await taskFact(troupe, id, 'complete');
  });

  it('takes back a step whose outcome is unknown: its attempt timed out, and another was refused', async () => {
    let attempts = 0;
    const { troupe, id, ran, jobs, view } = await start({
      charge: {
        back: ok,
        more: { maxAttempts: 2, timeout: '20ms', backoff: { baseMs: 0, maxMs: 0 } },
        work: () => {
          if (++attempts === 1) return new Promise(() => undefined);
          throw new PermanentError('a duplicate');
        },
      },
    });
    await taskFact(troupe, id, 'failed');
    expect(ran).toEqual(['charge', 'charge', '-charge']);
    expect(jobs.get('-charge')?.compensates).toMatchObject({ output: null, attempt: 2 });
    expect(view()).toMatchObject({ compensated: true, steps: [{ unknown: true }, { status: 'complete' }] });
  });

  it.each([
    ['complete', ['-a']],
    ['unknown', ['-b']],
    ['both', ['-b', '-a']],
  ] as const)('takes back what its compensation applies to: %s', async (applies, back) => {
    const more = (name: string) => ({
      compensation: { handler: (job: HandlerContext) => ran.push(`-${job.compensates?.step}`), applies },
      ...(name === 'b' ? { timeout: '20ms' } : {}),
    });
    const { troupe, id, ran } = await start({
      a: { more: more('a') },
      b: { after: ['a'], more: more('b'), work: () => new Promise(() => undefined) },
    });
    await taskFact(troupe, id, 'failed');
    expect(ran.slice(2)).toEqual(back);
  });

  it('R32 a critical failure, which halts all else, holds up no compensation', async () => {
    const slow = gate();
    const { troupe, id, ran, view } = await start({
      a: { back: ok },
      hold: { after: ['a'], work: () => slow.promise },
      later: { after: ['hold'], back: ok },
      crit: { after: ['a'], more: { critical: true }, work: refuses('fire') },
    });
    await stepFact(troupe, id, 'crit', 'failed');
    slow.open();
    await taskFact(troupe, id, 'failed');
    expect(ran.at(-1)).toBe('-a');
    expect(view()).toMatchObject({ compensated: true, steps: { 2: { status: 'cancelled' } } });
  });

  it('R30 no compensation starts while an attempt of the task runs', async () => {
    const slow = gate();
    const { troupe, id, ran } = await start({
      a: { back: ok },
      long: { after: ['a'], work: () => slow.promise },
      bad: { after: ['a'], work: refuses('no') },
    });
    await stepFact(troupe, id, 'bad', 'failed');
    await stepFact(troupe, id, 'long', 'running');
    expect(ran).not.toContain('-a');
    slow.open();
    await taskFact(troupe, id, 'failed');
    expect(ran.at(-1)).toBe('-a');
  });

  it.each([false, true])(
    'R33 a pause holds compensations, after a critical failure too: %s',
    async (critical) => {
      const slow = gate();
      const { troupe, id, ran, view } = await start({
        a: { back: ok },
        b: { after: ['a'], back: () => slow.promise },
        c: { after: ['b'], more: { critical }, work: refuses('no') },
      });
      await stepFact(troupe, id, 'b.compensation', 'running');
      await troupe.taskVerb(null, id, 'pause', asked);
      slow.open();
      await stepFact(troupe, id, 'b.compensation', 'complete');
      expect(view().status).toBe('paused');
      expect(ran).not.toContain('-a');
      await troupe.taskVerb(null, id, 'resume', asked);
      await taskFact(troupe, id, 'failed');
      expect(ran.at(-1)).toBe('-a');
      expect(view().compensated).toBe(true);
    },
  );

  it('R10 on a deadline the compensations run, and have their own time', async () => {
    const clock = new ManualClock();
    const { troupe, id, view } = await start(
      {
        a: { back: ok },
        b: {
          after: ['a'],
          work: ({ signal }) =>
            new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
        },
      },
      { deadline: '10s', clock },
    );
    await stepFact(troupe, id, 'b', 'running');
    clock.advance(10_000);
    await taskFact(troupe, id, 'failed');
    expect(view()).toMatchObject({ ending: 'deadline', compensated: true, error: { code: 'DEADLINE' } });
  });
});

it('a compensation is tried as often as it says, whatever its task says of retries', async () => {
  const flow = defineWorkflow({
    name: 'flow',
    steps: {
      a: {
        handler: () => 'a',
        compensation: {
          handler: ({ attempt }: HandlerContext) => {
            if (attempt < 3) throw new Error('busy');
          },
          backoff: { baseMs: 1, maxMs: 1 },
        },
      },
      b: { dependsOn: ['a'], handler: refuses('no') },
    },
  });
  const troupe = await startTroupe({ workflows: [flow] });
  const { taskId: id } = await troupe.submit(request('flow', { maxRetries: 0 }));
  await taskFact(troupe, id, 'failed');
  expect(troupe.getStep(null, id, 'a.compensation')).toMatchObject({ status: 'complete', attempt: 3 });
});

describe('random graphs and random failures', () => {
  /** Steps that depend on some before them, most with a compensation; some fail, and so do some compensations. */
  function draw(random: Random) {
    const steps: Parameters<typeof start>[0] = { S0: { back: ok } };
    for (let index = 1; index < random.between(2, 9); index++) {
      steps[`S${index}`] = {
        after: Object.keys(steps).filter(() => random.chance(0.4)),
        ...(random.chance(0.7) ? { back: random.chance(0.15) ? refuses('closed') : ok } : {}),
        ...(random.chance(0.2) ? { work: refuses('no') } : {}),
        more: random.pick([{}, {}, { critical: true }, { optional: true }]) ?? {},
      };
    }
    steps['Last'] = { after: [random.pick(Object.keys(steps)) ?? 'S0'], work: refuses('no') };
    return steps;
  }

  it.each(Array.from({ length: 20 }, (_, index) => 700 + index))(
    'R29 each step that has done its work is taken back once, after all behind it: seed %i',
    async (seed) => {
      const { troupe, id, ran, view } = await start(draw(new Random(seed)));
      await taskFact(troupe, id, 'failed');
      expect(compensationFaults(view(), troupe.history(null, id))).toEqual([]);
      const back = ran.filter((name) => name.startsWith('-'));
      const owed = view().steps.filter(({ name, status, compensates }) => {
        const hasOne = view().steps.some((step) => step.compensates === name);
        return compensates === undefined && hasOne && status === 'complete';
      });
      expect(back.toSorted()).toEqual(owed.map(({ name }) => `-${name}`).toSorted());
    },
  );
});

describe('a compensation that fails for good (R31)', () => {
  const failing = (left: { times: number }) => ({
    a: { back: ok },
    b: {
      after: ['a'],
      back: () => {
        if (left.times-- > 0) throw new PermanentError('the hotel is closed');
        return 'late';
      },
    },
    c: { after: ['b'], work: refuses('no cars') },
  });

  it('leaves the task failed by it, with the first failure as its cause, and the others run', async () => {
    const { troupe, id, ran, view } = await start(failing({ times: 1 }));
    await taskFact(troupe, id, 'failed');
    expect(ran.slice(3)).toEqual(['-b', '-a']);
    expect(view()).toMatchObject({
      compensation: { done: 1, total: 2, failed: 1 },
      compensated: 'partly',
      error: {
        code: 'COMPENSATION_FAILED',
        step: 'b.compensation',
        message: expect.stringContaining('the hotel is closed'),
        causes: [{ message: 'no cars' }],
      },
    });
    expect(await refusal(troupe.taskVerb(null, id, 'retry', asked))).toMatchObject({
      code: 'COMPENSATED',
      message: expect.stringContaining('b.compensation'),
    });
  });

  it.each(['retry', 'complete'] as const)('is mended by hand: %s', async (verb) => {
    const { troupe, id, ran, view } = await start(failing({ times: 1 }));
    await taskFact(troupe, id, 'failed');
    const output = verb === 'complete' ? { output: 'by phone' } : {};
    const failedAgain = verb === 'retry' ? nextFact(troupe, id, 'failed') : null;
    await troupe.stepVerb(null, id, 'b.compensation', verb, { ...asked, ...output });
    await failedAgain;
    expect(ran.filter((name) => name === '-a')).toHaveLength(1);
    expect(view()).toMatchObject({
      status: 'failed',
      compensated: true,
      compensation: { done: 2, total: 2, failed: 0 },
      error: { message: 'no cars' },
    });
  });

  it.each(['retry', 'complete', 'skip'] as const)(
    'ends a cancelled task once it is mended: %s',
    async (verb) => {
      const slow = gate();
      const { troupe, id, view } = await start({
        a: { back: refuses('closed') },
        b: { after: ['a'], work: () => slow.promise },
      });
      await stepFact(troupe, id, 'b', 'running');
      await troupe.taskVerb(null, id, 'cancel', { ...asked, compensate: true });
      slow.open();
      await taskFact(troupe, id, 'failed');
      expect(view()).toMatchObject({ error: { code: 'COMPENSATION_FAILED' }, ending: 'cancel' });
      if (verb === 'retry') {
        const again = nextFact(troupe, id, 'failed');
        await troupe.stepVerb(null, id, 'a.compensation', 'retry', asked);
        await again;
      }
      const output = verb === 'skip' ? {} : { output: 1 };
      await troupe.stepVerb(null, id, 'a.compensation', verb === 'skip' ? verb : 'complete', {
        ...asked,
        ...output,
      });
      expect(view()).toMatchObject({ status: 'cancelled', compensated: verb === 'skip' ? 'partly' : true });
    },
  );
});

describe('a task that is cancelled', () => {
  const two = (work: Work) => ({ a: { back: ok }, b: { after: ['a'], back: ok, work } });

  it('is taken back if that is asked, once its worker has stopped, and ends cancelled', async () => {
    const stops = gate();
    const { troupe, id, ran, jobs, view } = await start(
      two(() => stops.promise.then(() => 'done after all')),
    );
    await stepFact(troupe, id, 'b', 'running');
    await troupe.taskVerb(null, id, 'cancel', { ...asked, compensate: true });
    expect(view()).toMatchObject({
      status: 'waiting',
      ending: 'cancel',
      waitingFor: [{ kind: 'worker', step: 'b', why: expect.stringContaining('cut off') }],
    });
    expect(ran).toEqual(['a', 'b']);
    stops.open();
    await taskFact(troupe, id, 'cancelled');
    expect(ran).toEqual(['a', 'b', '-b', '-a']);
    // A late outcome is handed on.
    expect(jobs.get('-b')?.compensates).toMatchObject({ output: 'done after all' });
    expect(view()).toMatchObject({ compensated: true, compensation: { done: 2, total: 2 } });
  });

  it('is taken back without an answer of its worker when the time of the attempt is over', async () => {
    const clock = new ManualClock();
    const { troupe, id, ran } = await start(
      two(() => new Promise(() => undefined)),
      { clock },
    );
    await stepFact(troupe, id, 'b', 'running');
    await troupe.taskVerb(null, id, 'cancel', { ...asked, compensate: true });
    clock.advance(59_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ran).toEqual(['a', 'b']);
    clock.advance(1_001);
    await taskFact(troupe, id, 'cancelled');
    expect(ran.slice(2)).toEqual(['-b', '-a']);
  });

  it('is not taken back unless that is asked', async () => {
    const slow = gate();
    const { troupe, id, ran, view } = await start(two(() => slow.promise));
    await stepFact(troupe, id, 'b', 'running');
    await troupe.taskVerb(null, id, 'cancel', asked);
    expect(view()).toMatchObject({ status: 'cancelled', compensated: false });
    slow.open();
    expect(ran).toEqual(['a', 'b']);
  });

  it('takes nothing while it takes back, but to end cancelled or to leave the rest', async () => {
    const slow = gate();
    const { troupe, id, ran, view } = await start({
      a: { back: ok },
      b: { after: ['a'], back: () => slow.promise },
      c: { after: ['b'], work: refuses('no') },
    });
    await stepFact(troupe, id, 'b.compensation', 'running');
    for (const verb of ['retry', 'cancel', 'compensate'] as const)
      expect(await refusal(troupe.taskVerb(null, id, verb, asked))).toMatchObject({ code: 'COMPENSATING' });
    expect(await refusal(troupe.stepVerb(null, id, 'c', 'skip', asked))).toMatchObject({
      code: 'COMPENSATING',
    });
    await troupe.taskVerb(null, id, 'cancel', { ...asked, compensate: true });
    expect(view()).toMatchObject({ ending: 'cancel', status: 'running' });
    await troupe.taskVerb(null, id, 'cancel', { ...asked, compensate: false });
    expect(view()).toMatchObject({ status: 'cancelled', compensated: 'partly' });
    slow.open();
    expect(ran).not.toContain('-a');
  });
});

describe('a workflow that is compensated by hand', () => {
  it('stays failed and can be retried, until somebody says to take it back', async () => {
    const { troupe, id, ran, view } = await start(
      { a: { back: ok }, b: { after: ['a'], work: refuses('no') } },
      { compensate: 'by_hand' },
    );
    await taskFact(troupe, id, 'failed');
    expect(view()).toMatchObject({
      compensation: null,
      waitingFor: [{ why: expect.stringContaining('take it back') }],
    });
    const again = nextFact(troupe, id, 'failed');
    await troupe.taskVerb(null, id, 'retry', asked);
    await again;
    const taken = nextFact(troupe, id, 'failed');
    await troupe.taskVerb(null, id, 'compensate', asked);
    await taken;
    expect(ran).toEqual(['a', 'b', 'b', '-a']);
    expect(view()).toMatchObject({ compensated: true });
  });

  it('refuses to take back what has done nothing', async () => {
    const { troupe, id } = await start({ a: { back: ok, work: refuses('no') } }, { compensate: 'by_hand' });
    await taskFact(troupe, id, 'failed');
    expect(await refusal(troupe.taskVerb(null, id, 'compensate', asked))).toMatchObject({
      code: 'WRONG_STATE',
      message: expect.stringContaining('nothing to take back'),
    });
  });
});

describe('failure handlers', () => {
  it('R62 run after the compensations, and are told what failed, what was done and what was taken back', async () => {
    const { troupe, id, ran, jobs } = await start({
      a: { back: ok },
      b: { after: ['a'], work: refuses('no') },
      mail: { more: { onFailure: true } },
    });
    await taskFact(troupe, id, 'failed');
    expect(ran).toEqual(['a', 'b', '-a', 'mail']);
    expect(jobs.get('mail')?.dependencies).toMatchObject({
      a: 'a',
      failures: [{ step: 'b', error: { message: 'no' } }],
      completed: [{ step: 'a', output: 'a' }],
      compensated: [{ step: 'a', status: 'complete', error: null }],
    });
  });

  it('R62 run again after a retry that fails again, and not after a cancel', async () => {
    const { troupe, id, ran } = await start(
      {
        a: { back: ok },
        b: { after: ['a'], work: refuses('no') },
        mail: { more: { onFailure: true } },
      },
      { compensate: 'by_hand' },
    );
    await taskFact(troupe, id, 'failed');
    const again = nextFact(troupe, id, 'failed');
    await troupe.taskVerb(null, id, 'retry', asked);
    await again;
    expect(ran).toEqual(['a', 'b', 'mail', 'b', 'mail']);
    const over = taskFact(troupe, id, 'cancelled');
    await troupe.taskVerb(null, id, 'cancel', { ...asked, compensate: true });
    await over;
    expect(ran.slice(5)).toEqual(['-a']);
  });
});

describe('the child of a step', () => {
  const child = (ran: string[], work: Work) =>
    defineWorkflow({
      name: 'child',
      steps: {
        one: { handler: () => ran.push('one'), compensation: () => ran.push('-one') },
        two: { dependsOn: ['one'], handler: work, maxAttempts: 1 },
      },
    });
  const childOf = (troupe: Troupe, id: string) =>
    troupe.listTasks({ tenantId: null, limit: 1, parentId: id }).tasks[0];

  it('takes back itself when it fails, and its parent is told of one failure (R19)', async () => {
    const ran: string[] = [];
    const { troupe, id, view } = await start(
      { ship: { more: { handler: undefined, maxAttempts: undefined, run: { workflow: 'child' } } } },
      { workflows: [child(ran, refuses('no'))] },
    );
    await taskFact(troupe, id, 'failed');
    expect(ran).toEqual(['one', '-one']);
    expect(childOf(troupe, id)).toMatchObject({ status: 'failed', compensated: true });
    expect(view().steps[0]?.children).toMatchObject({ open: 0, lost: 1 });
  });

  it('takes back itself before its parent does, when the parent is cancelled', async () => {
    const ran: string[] = [];
    const slow = gate();
    const {
      troupe,
      id,
      ran: own,
    } = await start(
      {
        pay: { back: () => ran.push('-pay') },
        ship: {
          after: ['pay'],
          more: { handler: undefined, maxAttempts: undefined, run: { workflow: 'child' } },
        },
      },
      { workflows: [child(ran, () => slow.promise)] },
    );
    await fact(troupe, ({ actor, fact: name }) => actor === 'step:two' && name === 'running');
    await troupe.taskVerb(null, id, 'cancel', { ...asked, compensate: true });
    slow.open();
    await taskFact(troupe, id, 'cancelled');
    expect(ran).toEqual(['one', '-one', '-pay']);
    expect(own).toEqual(['pay', '-pay']);
    expect(childOf(troupe, id)).toMatchObject({ status: 'cancelled', compensated: true });
  });

  it('is taken back before a parent with nothing of its own to take back is cancelled', async () => {
    const ran: string[] = [];
    const slow = gate();
    const { troupe, id } = await start(
      { ship: { more: { handler: undefined, maxAttempts: undefined, run: { workflow: 'child' } } } },
      { workflows: [child(ran, () => slow.promise)] },
    );
    await fact(troupe, ({ actor, fact: name }) => actor === 'step:two' && name === 'running');
    const told = await troupe.taskVerb(null, id, 'cancel', { ...asked, compensate: true });
    expect(told.status).toBe('waiting');
    slow.open();
    await taskFact(troupe, id, 'cancelled');
    expect(ran).toEqual(['one', '-one']);
    expect(childOf(troupe, id)).toMatchObject({ status: 'cancelled', compensated: true });
  });

  it('counts as unknown work of its step when it is lost and has not taken it back', async () => {
    const ran: string[] = [];
    const plain = defineWorkflow({
      name: 'child',
      steps: {
        one: { handler: () => ran.push('one') },
        two: { dependsOn: ['one'], handler: refuses('no'), maxAttempts: 1 },
      },
    });
    const { troupe, id, jobs } = await start(
      {
        ship: {
          back: ok,
          more: { handler: undefined, maxAttempts: undefined, run: { workflow: 'child' } },
        },
      },
      { workflows: [plain] },
    );
    await taskFact(troupe, id, 'failed');
    expect(jobs.get('-ship')?.compensates).toMatchObject({
      step: 'ship',
      output: null,
      children: { total: 1, done: 0, lost: 1 },
    });
  });
});
