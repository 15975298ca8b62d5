/** A paused task starts nothing, forgets nothing, and goes on where it was. */

import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { gate, handlers, request, startTroupe, stepFact, taskFact } from '../support.ts';
import { asked, fails, startChain, statuses } from './one-task.ts';

describe('pause', () => {
  it('lets what runs finish and starts nothing until resumed', async () => {
    const { troupe, id, tell, endFirst, executed } = await startChain();
    expect(await tell('pause')).toMatchObject({ status: 'paused', waitingFor: [{ kind: 'paused' }] });
    endFirst(() => 'first');
    await stepFact(troupe, id, 'a', 'complete');
    expect(statuses(troupe, id)).toEqual({ a: 'complete', b: 'pending' });
    expect(executed).toEqual(['a1']);
    await tell('resume');
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual(['a1', 'b']);
  });

  it('keeps a timer that falls due waiting, and resume lets it go on', async () => {
    const { troupe, id, tell, endFirst, executed, clock } = await startChain();
    endFirst(fails);
    await stepFact(troupe, id, 'a', 'retrying');
    await tell('pause');
    clock.advance(60_000);
    await troupe.submit(request('b'));
    expect(troupe.getTask(null, id).status).toBe('paused');
    expect(executed.filter((name) => name !== 'b')).toEqual(['a1']);
    await tell('resume');
    await taskFact(troupe, id, 'complete');
    expect(executed).toContain('a2');
  });

  it('is forgotten after resume by an attempt that ran through it and failed', async () => {
    const { troupe, id, tell, endFirst, clock } = await startChain();
    await tell('pause');
    await tell('resume');
    endFirst(fails);
    await stepFact(troupe, id, 'a', 'retrying');
    clock.advance(60_000);
    await taskFact(troupe, id, 'complete');
  });

  it('is forgotten after resume by a backoff that it interrupted', async () => {
    const { troupe, id, tell, endFirst, clock } = await startChain();
    endFirst(fails);
    await stepFact(troupe, id, 'a', 'retrying');
    await tell('pause');
    await tell('resume');
    clock.advance(60_000);
    await taskFact(troupe, id, 'complete');
  });

  it('holds back a delay that ends meanwhile', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock, handlers: handlers({ print: () => 'done' }) });
    const { task } = await troupe.submit(request('print', { delaySeconds: 60 }));
    await troupe.taskVerb(null, task.id, 'pause', asked);
    clock.advance(120_000);
    await troupe.submit(request('print'));
    expect(troupe.getTask(null, task.id)).toMatchObject({ status: 'paused', startedAt: null });
    await troupe.taskVerb(null, task.id, 'resume', asked);
    await taskFact(troupe, task.id, 'complete');
  });

  it('keeps the rest of a delay that has not ended', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock, handlers: handlers({ print: () => 'done' }) });
    const { task } = await troupe.submit(request('print', { delaySeconds: 60 }));
    await troupe.taskVerb(null, task.id, 'pause', asked);
    clock.advance(20_000);
    const until = new Date(clock.now() + 40_000).toISOString();
    expect(await troupe.taskVerb(null, task.id, 'resume', asked)).toMatchObject({
      status: 'pending',
      waitingFor: [{ kind: 'delay', until }],
    });
  });

  it('announces the end when all had ended before resume', async () => {
    const clock = new ManualClock();
    const end = gate();
    const troupe = await startTroupe({ clock, handlers: handlers({ print: () => end.promise }) });
    const { task } = await troupe.submit(request('print'));
    await stepFact(troupe, task.id, 'print', 'running');
    await troupe.taskVerb(null, task.id, 'pause', asked);
    end.open();
    await stepFact(troupe, task.id, 'print', 'complete');
    expect((await troupe.taskVerb(null, task.id, 'resume', asked)).status).toBe('complete');
    await taskFact(troupe, task.id, 'complete');
  });
});
