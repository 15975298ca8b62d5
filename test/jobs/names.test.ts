/** Names of every kind go from a publisher through job and fact and back unchanged, and reach nobody else's subject. */

import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Address } from '../../src/bus/subjects.ts';
import { type HandlerContext, startWorker } from '../../src/index.ts';
import type { Fact } from '../../src/views/tasks.ts';
import type { TaskRequest } from '../../src/workflow/task-request.ts';
import { Recorder } from '../bus/recorder.ts';
import { openSite } from '../nats/site.ts';
import { TestNats } from '../nats-server.ts';
import { step, taskFact, workflow } from '../support.ts';
import { INSTALL_TIMEOUT_MS } from './buses.ts';

let server: TestNats;
beforeAll(async () => {
  server = await TestNats.start();
}, INSTALL_TIMEOUT_MS);
afterAll(() => server?.stop());

/** As tenant, workflow, step, handler, channel and key of a payload, all at once. */
const NAMES = [
  'plain',
  '.a.',
  'a.b',
  '*',
  '>',
  'plain.>',
  '$JS.API.STREAM.PURGE',
  'two words',
  'x%2E',
  '😀 привет',
  '漢字😀é'.repeat(20),
];
/** A tenant's may be half as long. */
const tenantOf = (name: string): string => name.slice(0, 50);
const AGENT = 'team *.> 😀';
const CRLF = 'a\r\nPUB troupe 1\r\nb';

it('go through submission, job, outcome and facts unchanged, and reach no other subject', async () => {
  const site = await openSite(server.url);
  const heard = new Recorder<{ address: Address | null; fact: Fact | null }>();
  site.bus.subscribe(`${site.prefix}.>`, {}, ({ subject, data }) => {
    const address = site.subjects.parse(subject);
    const isFact = address?.kind === 'stepFact' || address?.kind === 'channel';
    heard.record({ address, fact: isFact ? (JSON.parse(Buffer.from(data).toString()) as Fact) : null });
  });
  const workflows = NAMES.map((name) => workflow(name, [step(name, [], { agent: AGENT, channel: name })]));
  const { troupe } = await site.orchestrate({ handlers: [], workflows });
  const jobs: HandlerContext[] = [];
  const run = (job: HandlerContext): unknown => {
    jobs.push(job);
    return { ...job.payload, tenant: job.tenantId };
  };
  const worker = await startWorker({
    nats: server.url,
    prefix: site.prefix,
    agent: AGENT,
    handlers: NAMES.map((name) => ({ name, run, concurrency: null })),
  });
  onTestFinished(() => worker.stop({ graceMs: 0 }));

  const body = (name: string): Partial<TaskRequest> => ({ name, payload: { [name]: `${CRLF}${name}` } });
  for (const name of NAMES) await site.publish(body(name), { tenant: tenantOf(name) });
  await site.settled();
  const tasks = NAMES.map((name) => troupe.listTasks({ tenantId: tenantOf(name), limit: 10 }).tasks);
  expect(tasks.map((list) => list.map(({ name }) => name))).toEqual(NAMES.map((name) => [name]));

  for (const [index, name] of NAMES.entries()) {
    const tenantId = tenantOf(name);
    const id = tasks[index]?.[0]?.id ?? '';
    await taskFact(troupe, id, 'complete');
    expect(troupe.getTask(tenantId, id).result).toEqual({
      [name]: { [name]: `${CRLF}${name}`, tenant: tenantId },
    });
    const job = jobs.filter((each) => each.tenantId === tenantId);
    expect(job).toMatchObject([{ tenantId, handler: name, step: name, taskId: id }]);
    const ofName = () =>
      heard.seen.filter(({ fact }) => fact?.tenantId === tenantId && fact.fact === 'complete');
    await expect.poll(() => ofName().length, { timeout: 300_000 }).toBe(2);
    expect(ofName().map(({ address }) => address)).toEqual(
      expect.arrayContaining([
        { kind: 'stepFact', tenantId, taskId: id, step: name, fact: 'complete' },
        { kind: 'channel', tenantId, channel: name },
      ]),
    );
  }
  expect(heard.seen.filter(({ address }) => address === null)).toEqual([]);
  expect(site.rejected.seen).toEqual([]);
});

it('with line breaks are refused to who asks for them, and do no more', async () => {
  const site = await openSite(server.url);
  const { troupe } = await site.orchestrate();
  await site.publish({ name: 'echo' }, { tenant: CRLF });
  await site.publish({ name: CRLF }, { tenant: 'plain' });
  const rejected = await site.rejected.first(2);
  expect(rejected.map(({ subject }) => site.subjects.parse(subject))).toEqual([
    { kind: 'rejected', tenantId: CRLF },
    { kind: 'rejected', tenantId: 'plain' },
  ]);
  expect(troupe.listTasks({ tenantId: null, limit: 10 }).tasks).toEqual([]);
});
