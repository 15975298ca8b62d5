// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates as workflows write them.

/** Arguments of steps that workers elsewhere do: in the job, or by reference with its other inputs. */

import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type HandlerContext, startWorker } from '../../src/index.ts';
import { Recorder } from '../bus/recorder.ts';
import { TestNats } from '../nats-server.ts';
import { byHandOver } from '../remote-worker/by-hand.ts';
import { request, startTroupe, step, taskFact, workflow } from '../support.ts';
import { BenchWorker } from './bench-worker.ts';
import { freshPrefix, INSTALL_TIMEOUT_MS, natsBus } from './buses.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
}, INSTALL_TIMEOUT_MS);
afterAll(() => nats?.stop());

const KIB = 1024;

async function start() {
  const prefix = freshPrefix();
  const bus = await natsBus(nats.url, prefix);
  const given = { to: '${payload.to}', text: '${steps.write.output}', n: 1 };
  const troupe = await startTroupe({
    bus,
    prefix,
    workflows: [
      workflow('News', [
        step('write', [], { handler: 'write' }),
        step('check', ['write'], { handler: 'send' }),
        step('mail', ['check'], { handler: 'send', with: given }),
      ]),
      workflow('Wide', [
        ...Array.from({ length: 5 }, (_, index) => step(`w${index}`, [], { handler: 'write' })),
        step('mail', ['w0', 'w1', 'w2', 'w3', 'w4'], {
          handler: 'send',
          with: { text: '${steps.w0.output}' },
        }),
      ]),
    ],
  });
  const seen = new Recorder<HandlerContext>();
  const work = async (text: string) => {
    const worker = await startWorker({
      nats: nats.url,
      prefix,
      handlers: { write: () => text, send: (job) => seen.record(job) },
    });
    onTestFinished(() => worker.stop({ graceMs: 0 }));
  };
  return { troupe, bus, prefix, seen, work };
}

it('reach a worker elsewhere in its job, without the outputs that came for them alone', async () => {
  const { troupe, seen, work } = await start();
  await work('news');
  const { taskId } = await troupe.submit(request('News', { payload: { to: 'Ann' } }));
  await taskFact(troupe, taskId, 'complete');
  expect(seen.seen.map(({ step, with: given, dependencies }) => [step, given, dependencies])).toEqual([
    ['check', {}, { write: 'news' }],
    ['mail', { to: 'Ann', text: 'news', n: 1 }, { check: null }],
  ]);
});

it('reach it whole where the job is larger than a message', async () => {
  const { troupe, bus, seen, work, prefix } = await start();
  const text = 'x'.repeat(240 * KIB);
  await work(text);
  const sent = new Recorder<object>();
  const listening = bus.subscribe(`${prefix}.jobs.>`, {}, ({ data }) => {
    sent.record(JSON.parse(Buffer.from(data).toString()) as object);
  });
  onTestFinished(() => listening.unsubscribe());
  const { taskId } = await troupe.submit(request('Wide'));
  await taskFact(troupe, taskId, 'complete');
  expect(seen.seen.map((job) => job.with)).toEqual([{ text }]);
  const join = sent.seen.find((job) => 'inputs' in job);
  expect(join).toMatchObject({ step: 'mail' });
  expect(join).not.toHaveProperty('with');
});

it('fail the attempt where one is missing, and nothing is sent', async () => {
  const { troupe, bus, prefix } = await start();
  const write = await BenchWorker.start(bus, 'write', { prefix });
  const send = await BenchWorker.start(bus, 'send', { prefix });
  const { taskId } = await troupe.submit(request('News'));
  await write.complete(await write.jobs.nth(1), 'news');
  await send.complete(await send.jobs.nth(1));
  await taskFact(troupe, taskId, 'failed');
  expect(troupe.getStep(null, taskId, 'mail').attempts).toMatchObject([
    { status: 'failed', error: { code: 'TEMPLATE_MISSING', retryable: false } },
  ]);
  expect(send.jobs.seen).toHaveLength(1);
});

it('are none from an orchestrator that does not know them', async () => {
  const hand = await byHandOver(nats.url);
  const seen = new Recorder<HandlerContext>();
  const worker = await startWorker({ nats: nats.url, prefix: hand.prefix, handlers: { look: seen.record } });
  onTestFinished(() => worker.stop({ graceMs: 0 }));
  await hand.send('look', { with: undefined });
  expect((await seen.nth(1)).with).toEqual({});
  await hand.send('look', { with: { a: 1 } });
  expect((await seen.nth(2)).with).toEqual({ a: 1 });
});
