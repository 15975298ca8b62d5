/** Steps done by workers elsewhere, on either bus: sent, watched, answered, and what must not be believed. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bus, WorkState } from '../../src/bus/bus.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import type { TaskRequest } from '../../src/workflow/task-request.ts';
import { Recorder } from '../bus/recorder.ts';
import { TestNats } from '../nats-server.ts';
import {
  fact,
  gate,
  handlers,
  request,
  startTroupe,
  step,
  stepFact,
  taskFact,
  workflow,
} from '../support.ts';
import { BenchWorker, type TakenJob } from './bench-worker.ts';
import { freshPrefix, INSTALL_TIMEOUT_MS, inProcessBus, natsBus } from './buses.ts';

let server: TestNats;
beforeAll(async () => {
  server = await TestNats.start();
}, INSTALL_TIMEOUT_MS);
afterAll(() => server?.stop());

const BUSES: Readonly<Record<string, (prefix: string) => Promise<Bus>>> = {
  'in this process': async (prefix) => inProcessBus(prefix),
  'over NATS': (prefix) => natsBus(server.url, prefix),
};

describe.each(Object.entries(BUSES))('a step done by a worker elsewhere, %s', (_where, openBus) => {
  const start = async (options: Partial<TroupeOptions> = {}) => {
    const prefix = freshPrefix();
    const bus = await openBus(prefix);
    const troupe = await startTroupe({ bus, prefix, ...options });
    const worker = (handler: string, more = {}): Promise<BenchWorker> =>
      BenchWorker.start(bus, handler, { prefix, ...more });
    return { bus, prefix, troupe, worker };
  };
  const submit = async (troupe: Troupe, name: string, more: Partial<TaskRequest> = {}): Promise<string> =>
    (await troupe.submit(request(name, more))).taskId;
  /** Its worker has said so, and the journal too. */
  const taken = async (troupe: Troupe, id: string): Promise<void> => {
    await expect
      .poll(() => [...troupe.history(null, id)].filter(({ event }) => event === 'attempt.taken').length)
      .toBe(1);
  };

  it('goes on with what the worker answers, beside steps done here', async () => {
    const order = workflow('Order', [step('Receive'), step('Charge', ['Receive']), step('Ship', ['Charge'])]);
    const ship = gate<unknown>();
    const { troupe, worker, prefix } = await start({
      workflows: [order],
      handlers: handlers({ Receive: () => 'cart', Ship: ({ dependencies }) => ship.open(dependencies) }),
    });
    const charge = await worker('Charge');
    const id = await submit(troupe, 'Order', { payload: { total: 3 }, tenantId: 'acme' });
    const job = await charge.jobs.nth(1);
    const { delivery, ...wire } = job;
    expect(wire).toEqual({
      taskId: id,
      step: 'Charge',
      attempt: 1,
      token: expect.stringMatching(/^[\w-]{16}$/),
      tenantId: 'acme',
      handler: 'Charge',
      payload: { total: 3 },
      dependencies: { Receive: 'cart' },
      with: {},
      idempotencyKey: `${id}/Charge`,
      deadline: expect.stringMatching(/Z$/),
      accepts: ['worker', 'upload', 'stack', 'causes', 'errors', 'response'],
      outcomeTo: expect.stringMatching(
        new RegExp(`^${prefix}\\.outcomes\\.[0-9a-f]{16}\\.acme\\.${id}\\.Charge$`),
      ),
    });
    expect(delivery.message).toMatchObject({
      subject: `${prefix}.jobs.acme.default.Charge`,
      headers: { 'Nats-Msg-Id': job.token },
    });
    await charge.complete(job, { receipt: 7 });
    expect(await ship.promise).toEqual({ Charge: { receipt: 7 } });
    await taskFact(troupe, id, 'complete');
  });

  it('waits for a worker of its agent, and says so until one comes', async () => {
    const route = workflow('Route', [step('Pick', [], { agent: 'warehouse' })]);
    const { troupe, worker } = await start({
      workflows: [route],
      handlers: handlers({ Pick: () => 'here' }),
    });
    const id = await submit(troupe, 'Route');
    await taskFact(troupe, id, 'running');
    expect(troupe.getTask(null, id).waitingFor).toEqual([
      {
        kind: 'worker',
        step: 'Pick',
        handler: 'Pick',
        until: null,
        why: expect.stringMatching(/^no worker serves handler Pick of agent warehouse(;|$)/),
      },
    ]);
    const pick = await worker('Pick', { agent: 'warehouse' });
    await pick.complete(await pick.jobs.nth(1), 'there');
    await taskFact(troupe, id, 'complete');
    expect(troupe.getTask(null, id).result).toEqual({ Pick: 'there' });
  });

  it('fails as the worker says, and is tried again under another token', async () => {
    const { troupe, worker } = await start();
    const charge = await worker('Charge');
    const id = await submit(troupe, 'Charge');
    const first = await charge.jobs.nth(1);
    await charge.fail(first, { message: 'declined', code: 'DECLINED', retryAfter: 0 });
    const second = await charge.jobs.nth(2);
    expect([second.attempt, second.token === first.token]).toEqual([2, false]);
    await charge.fail(second, { name: 'CardError', message: 'stolen', retryable: false });
    await taskFact(troupe, id, 'failed');
    expect(troupe.getStep(null, id, 'Charge').attempts).toMatchObject([
      { status: 'failed', error: { name: 'Error', message: 'declined', code: 'DECLINED', retryable: true } },
      { status: 'failed', error: { name: 'CardError', message: 'stolen', code: null, retryable: false } },
    ]);
  });

  it('has its whole timeout from when a worker begins, and half of it before is no loss', async () => {
    const clock = new ManualClock();
    const { troupe, worker } = await start({ clock, heartbeatTimeoutMs: 3_600_000 });
    const charge = await worker('Charge');
    const id = await submit(troupe, 'Charge', { timeoutSeconds: 100, maxRetries: 0 });
    const job = await charge.jobs.nth(1);
    clock.advance(60_000);
    await charge.begin(job);
    await charge.begin(job);
    await taken(troupe, id);
    clock.advance(99_999);
    expect(troupe.getTask(null, id)).toMatchObject({
      status: 'running',
      waitingFor: [{ kind: 'worker', until: new Date(clock.now() + 1).toISOString() }],
    });
    clock.advance(1);
    await taskFact(troupe, id, 'failed');
    expect(troupe.getTask(null, id).error).toMatchObject({ code: 'TIMEOUT' });
  });

  it('times out when no worker ever says that it began', async () => {
    const clock = new ManualClock();
    const { troupe, worker } = await start({ clock });
    const charge = await worker('Charge');
    const id = await submit(troupe, 'Charge', { timeoutSeconds: 100, maxRetries: 0 });
    await charge.jobs.nth(1);
    clock.advance(100_000);
    await taskFact(troupe, id, 'failed');
    expect(troupe.getTask(null, id).error).toMatchObject({ code: 'TIMEOUT' });
  });

  it('ends when the worker that began falls silent, and is tried again', async () => {
    const clock = new ManualClock();
    const { troupe, worker } = await start({ clock });
    const charge = await worker('Charge');
    const id = await submit(troupe, 'Charge', { timeoutSeconds: 3_600 });
    const job = await charge.jobs.nth(1);
    await charge.begin(job);
    await taken(troupe, id);
    clock.advance(29_999);
    expect(troupe.getTask(null, id).status).toBe('running');
    clock.advance(1);
    await stepFact(troupe, id, 'Charge', 'retrying');
    expect(troupe.getStep(null, id, 'Charge').attempts).toMatchObject([
      { status: 'failed', error: { code: 'HEARTBEAT_TIMEOUT', retryable: true } },
    ]);
    clock.advance(60_000);
    await charge.complete(await charge.jobs.nth(2), 'charged');
    await taskFact(troupe, id, 'complete');
  });

  it('is told to its worker when it is over, also to one that comes late with it', async () => {
    const { troupe, worker, bus, prefix } = await start();
    const released = new Recorder<unknown>();
    bus.subscribe(`${prefix}.releases.*`, {}, ({ data }) =>
      released.record(JSON.parse(Buffer.from(data).toString())),
    );
    const charge = await worker('Charge');
    const id = await submit(troupe, 'Charge');
    const job = await charge.jobs.nth(1);
    await troupe.taskVerb(null, id, 'cancel', { by: 'ann', reason: null });
    expect(await released.first(1)).toEqual([{ token: job.token }]);
    await charge.begin(job);
    expect(await released.nth(2)).toEqual({ token: job.token });
    await charge.complete(job);
    await expect
      .poll(() => [...troupe.history(null, id)].at(-1))
      .toMatchObject({ event: 'stale', to: 'cancelled', actor: 'step:Charge' });
  });

  it('believes no outcome that is late, repeated, forged, of another step or malformed', async () => {
    const { troupe, worker, bus } = await start();
    const charge = await worker('Charge');
    const [id, other] = [
      await submit(troupe, 'Charge'),
      await submit(troupe, 'Charge', { tenantId: 'acme' }),
    ];
    const jobs = await charge.jobs.first(2);
    const [job, foreign] = [
      jobs.find(({ taskId }) => taskId === id),
      jobs.find(({ taskId }) => taskId === other),
    ];
    if (job === undefined || foreign === undefined) throw new Error('both jobs came');
    const { token, outcomeTo } = job;
    const done = { token, status: 'complete', output: 'wrong' };
    for (const malformed of [
      'no JSON',
      [],
      {},
      { token, status: 'done' },
      { token, status: 'failed' },
      { token, status: 'complete', outptu: 1 },
      { ...done, record: { nested: {} } },
      { ...done, token: 7 },
    ])
      await charge.say(outcomeTo, malformed);
    await charge.say(outcomeTo.replace(id, 'no-such-task'), done);
    await charge.say(outcomeTo.replace(/[^.]+$/, 'Ship'), done);
    await charge.say(foreign.outcomeTo, done);
    await bus.publish(outcomeTo, Buffer.from([0xff, 0xfe]));
    await charge.say(outcomeTo, { ...done, token: 'AAAAAAAAAAAAAAAA' });
    await charge.complete(job, 'right');
    await charge.complete(job, 'again');
    await charge.complete(foreign, 'hers');
    for (const each of [id, other]) await taskFact(troupe, each, 'complete');
    expect(troupe.getTask(null, id).result).toEqual({ Charge: 'right' });
    expect(troupe.getTask(null, other).result).toEqual({ Charge: 'hers' });
    const stale = () => [...troupe.history(null, id)].filter(({ event }) => event === 'stale');
    await expect.poll(() => stale().length).toBe(2);
    const { text } = await troupe.metrics();
    expect(text).toContain('troupe_refused_outcomes_total 12');
    expect(text).toContain('troupe_stale_outcomes_total 2');
  });

  it('refuses an output that is too large or too deep as it does here', async () => {
    const { troupe, worker } = await start();
    const charge = await worker('Charge');
    const deep = JSON.parse(`${'['.repeat(65)}${']'.repeat(65)}`);
    for (const [output, code] of [
      ['x'.repeat(256 * 1024), 'OUTPUT_TOO_LARGE'],
      [deep, 'OUTPUT_TOO_DEEP'],
    ] as const) {
      const id = await submit(troupe, 'Charge');
      const job =
        (await charge.jobs.first(1)).find(({ taskId }) => taskId === id) ?? (await charge.jobs.nth(2));
      await charge.complete(job, output);
      await taskFact(troupe, id, 'failed');
      expect(troupe.getTask(null, id).error).toMatchObject({ code, retryable: false });
    }
  });

  it.each(['a.b', '*', '>', 'two words', '$SYS.>', 'x%2E', '🦜🦜', 'ñ'.repeat(255), 'troupe/x\\y"z'])(
    'is called %j, and nothing else',
    async (name) => {
      const hostile = workflow('W', [step(name, [], { agent: name, handler: name })]);
      const { troupe, worker, bus, prefix } = await start({ workflows: [hostile] });
      const elsewhere = new Recorder<string>();
      bus.subscribe('>', {}, ({ subject }) => {
        // The requests for work of this test and of others name their subjects.
        if (!/^[$_]/.test(subject) && !subject.startsWith(`${prefix}.`)) elsewhere.record(subject);
      });
      const one = await worker(name, { agent: name });
      const tenantId = name.slice(0, 50);
      const id = await submit(troupe, 'W', { tenantId });
      const job = await one.jobs.nth(1);
      expect([job.tenantId, job.handler, job.step]).toEqual([tenantId, name, name]);
      expect(new Subjects(prefix).parse(job.delivery.message.subject)).toEqual({
        kind: 'job',
        tenantId,
        agent: name,
        handler: name,
      });
      await one.complete(job, name);
      await taskFact(troupe, id, 'complete');
      expect(troupe.getTask(null, id).result).toEqual({ [name]: name });
      expect(elsewhere.seen).toEqual([]);
    },
  );

  it('keeps few jobs in the stream, so that what comes with a higher priority, or of another tenant, is next', async () => {
    const { troupe, worker, bus, prefix } = await start({ tenantConcurrency: 40 });
    const charge = await worker('Charge', { maxInFlight: 1 });
    for (let n = 0; n < 60; n++) await submit(troupe, 'Charge', { tenantId: 'big' });
    await charge.jobs.nth(1);
    const urgent = await submit(troupe, 'Charge', { tenantId: 'small' });
    const state = async (): Promise<WorkState> => bus.inspect(new Subjects(prefix).stream('jobs').name);
    expect((await state()).consumers[0]?.waiting).toBeLessThan(10);
    let done = 0;
    const serve = async (job: TakenJob): Promise<string> => {
      done++;
      await charge.complete(job);
      return job.taskId;
    };
    while ((await serve(await charge.jobs.nth(done + 1))) !== urgent);
    expect(done).toBeLessThan(12);
  });

  it('takes no place of those this process has, and one of those its tenant has', async () => {
    const { troupe, worker } = await start({
      concurrency: 1,
      tenantConcurrency: 2,
      handlers: handlers({ Here: () => 'done' }),
    });
    const charge = await worker('Charge');
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push(await submit(troupe, 'Charge', { tenantId: 'acme' }));
    await charge.jobs.nth(2);
    await taskFact(troupe, await submit(troupe, 'Here'), 'complete');
    const third = ids
      .map((id) => troupe.getTask(null, id))
      .filter(({ waitingFor: [wait] }) => wait?.kind === 'limit');
    expect(third.map(({ waitingFor }) => waitingFor[0]?.why)).toEqual([
      'the limit is reached: 2 at once of acme',
    ]);
    await charge.complete(await charge.jobs.nth(1));
    await charge.jobs.nth(3);
    await fact(troupe, ({ actor, fact: name }) => actor === 'task' && name === 'complete');
  });
});
