/** Orchestrator, nats-server and worker together: what a user sees when the work is done elsewhere. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import { type HandlerContext, RetryableError, startWorker, type WorkerSettings } from '../../src/index.ts';
import { Recorder } from '../bus/recorder.ts';
import { TestNats } from '../nats-server.ts';
import { request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
});
afterAll(() => nats?.stop());

const chain = workflow('Order', [step('receive'), step('charge', ['receive']), step('ship', ['charge'])]);

async function start(handlers: WorkerSettings['handlers']) {
  const prefix = `t${randomUUID()}`;
  const streams = streamsOf(new Subjects(prefix));
  const bus = await connectNats({ url: nats.url, name: prefix, streams, onError: () => undefined });
  const troupe = await startTroupe({ bus, prefix, workflows: [chain] });
  const worker = await startWorker({ nats: nats.url, prefix, handlers });
  onTestFinished(() => worker.stop({ graceMs: 0 }));
  return { troupe, worker, prefix };
}

const echo = ({ step, dependencies }: HandlerContext) => ({ step, after: Object.keys(dependencies) });

describe('a worker elsewhere', () => {
  it('does the steps of a task, each given the outputs of those before it', async () => {
    const { troupe } = await start({ receive: echo, charge: echo, ship: echo });
    const { taskId } = await troupe.submit(request('Order'));
    await taskFact(troupe, taskId, 'complete');
    expect(troupe.getTask(null, taskId).result).toEqual({ ship: { step: 'ship', after: ['charge'] } });
  });

  it('has its failures retried, as it says when', async () => {
    const charge = ({ attempt }: HandlerContext) => {
      if (attempt === 1) throw new RetryableError('busy', { retryAfter: 0 });
      return 'charged';
    };
    const { troupe } = await start({ receive: echo, charge, ship: echo });
    const { taskId } = await troupe.submit(request('Order'));
    await stepFact(troupe, taskId, 'charge', 'retrying');
    await taskFact(troupe, taskId, 'complete');
    expect(troupe.getStep(null, taskId, 'charge')).toMatchObject({ status: 'complete', attempt: 2 });
  });

  it('is told when its task is cancelled', async () => {
    const begun = new Recorder<HandlerContext>();
    const aborted = new Recorder<string>();
    const wait = (job: HandlerContext) =>
      new Promise((resolve) => {
        job.signal.addEventListener('abort', () => resolve(aborted.record(job.token)));
        begun.record(job);
      });
    const { troupe, worker } = await start({ receive: wait });
    const { taskId } = await troupe.submit(request('Order'));
    const { token } = await begun.nth(1);
    await troupe.taskVerb(null, taskId, 'cancel', { by: 'test', reason: null });
    expect(await aborted.nth(1)).toBe(token);
    await taskFact(troupe, taskId, 'cancelled');
    await expect.poll(() => worker.running, { timeout: 300_000 }).toBe(0);
  });
});
