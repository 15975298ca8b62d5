/** Inputs and outcomes that are larger than a message, on either bus and on a server that takes small messages only. */

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Bus } from '../../src/bus/bus.ts';
import { type Handler, startWorker, type Troupe, type TroupeOptions } from '../../src/index.ts';
import { Recorder } from '../bus/recorder.ts';
import { TestNats } from '../nats-server.ts';
import { gate, request, startTroupe, step, taskFact, temporaryFolder, workflow } from '../support.ts';
import { BenchWorker } from './bench-worker.ts';
import { freshPrefix, INSTALL_TIMEOUT_MS, inProcessBus, natsBus } from './buses.ts';
import { ORDER, STEPS } from './order.ts';
import { TestProcess } from './processes.ts';

const KIB = 1024;
const SMALL_MESSAGES = 64 * KIB;
const WIDTH = 600;

/** A server with a configuration of its own, until the test ends. */
async function smallServer(): Promise<TestNats> {
  const config = join(temporaryFolder(), 'nats.conf');
  writeFileSync(config, `max_payload: ${SMALL_MESSAGES}\n`);
  const nats = await TestNats.start('-c', config);
  onTestFinished(() => nats.stop());
  return nats;
}

let server: TestNats;
beforeAll(async () => {
  server = await TestNats.start();
}, INSTALL_TIMEOUT_MS);
afterAll(() => server?.stop());

const BUSES: Readonly<Record<string, (prefix: string) => Promise<Bus>>> = {
  'in this process': async (prefix) => inProcessBus(prefix),
  'over NATS': (prefix) => natsBus(server.url, prefix),
  'over a NATS of small messages': async (prefix) => natsBus((await smallServer()).url, prefix),
};

async function start(bus: Bus, prefix: string, options: Partial<TroupeOptions> = {}): Promise<Troupe> {
  return startTroupe({ bus, prefix, ...options });
}

async function work(bus: Bus, prefix: string, handlers: Readonly<Record<string, Handler>>): Promise<void> {
  const worker = await startWorker({ bus, prefix, handlers });
  onTestFinished(() => worker.stop({ graceMs: 0 }));
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** As different as texts may be: quotes and backslashes, characters of one byte to four. */
const awkward = (length: number): string => '"\\é€🚚\n'.repeat(length).slice(0, length);

describe.each(Object.entries(BUSES))('what is larger than a message, %s', (_where, openBus) => {
  it('reaches the worker whole: 600 outputs of 4 KiB into one join', { timeout: 120_000 }, async () => {
    const parents = Array.from({ length: WIDTH }, (_, index) => step(`p${index}`, [], { handler: 'part' }));
    const join = step(
      'join',
      parents.map(({ name }) => name),
    );
    const prefix = freshPrefix();
    const bus = await openBus(prefix);
    const troupe = await start(bus, prefix, { workflows: [workflow('Wide', [...parents, join])] });
    const output = (name: string): string => `${name} ${awkward(4 * KIB)}`;
    await work(bus, prefix, {
      part: ({ step: name }) => output(name),
      join: ({ payload, dependencies }) => ({ payload, digest: digest(dependencies) }),
    });
    const { taskId } = await troupe.submit(request('Wide', { payload: { order: 7 } }));
    await taskFact(troupe, taskId, 'complete');
    const expected = Object.fromEntries(parents.map(({ name }) => [name, output(name)]));
    expect(troupe.getTask(null, taskId).result).toEqual({
      join: { payload: { order: 7 }, digest: digest(expected) },
    });
    expect(troupe.getStep(null, taskId, 'join').attempts).toHaveLength(1);
  });

  it('comes back whole: an output as large as one may be', async () => {
    const prefix = freshPrefix();
    const bus = await openBus(prefix);
    const troupe = await start(bus, prefix);
    // With its two quotes.
    const output = 'x'.repeat(256 * KIB - 2);
    await work(bus, prefix, { Print: () => output });
    const { taskId } = await troupe.submit(request('Print', { maxRetries: 0 }));
    await taskFact(troupe, taskId, 'complete');
    expect(troupe.getTask(null, taskId).result).toEqual({ Print: output });
  });

  it('comes back whole: the details of an error, and a record beside them', async () => {
    const prefix = freshPrefix();
    const bus = await openBus(prefix);
    const troupe = await start(bus, prefix);
    const details = { log: 'x'.repeat(200 * KIB) };
    await work(bus, prefix, {
      Print: (job) => {
        for (let column = 0; column < 50; column++) job.record({ [`c${column}`]: 'y'.repeat(4_000) });
        throw Object.assign(new Error('no paper'), { name: 'PermanentError', code: 'PAPER', details });
      },
    });
    const { taskId } = await troupe.submit(request('Print'));
    await taskFact(troupe, taskId, 'failed');
    expect(troupe.getStep(null, taskId, 'Print').attempts).toMatchObject([
      { status: 'failed', error: { message: 'no paper', code: 'PAPER', details } },
    ]);
  });

  it('is given to nobody who has not the token of the attempt, or asks for another step', async () => {
    const prefix = freshPrefix();
    const bus = await openBus(prefix);
    const troupe = await start(bus, prefix, {
      workflows: [workflow('Two', [step('Read'), step('Other')])],
    });
    const read = await BenchWorker.start(bus, 'Read', { prefix });
    const other = await BenchWorker.start(bus, 'Other', { prefix });
    const payload = { text: 'x'.repeat(250 * KIB), tenant: 'acme' };
    // In messages of a megabyte a payload alone is never too large.
    const isSmall = bus.maxMessageBytes === SMALL_MESSAGES;
    const { taskId } = await troupe.submit(request('Two', { tenantId: 'acme', payload }));
    const job = await read.jobs.nth(1);
    const stranger = await other.jobs.nth(1);
    const from = job.outcomeTo.replace('.outcomes.', '.inputs.');
    const ask = async (subject: string, question: object): Promise<unknown> => {
      const { data } = await bus.request(subject, Buffer.from(JSON.stringify(question)), {
        timeoutMs: 10_000,
      });
      return JSON.parse(Buffer.from(data).toString());
    };
    expect(Object.keys(job).includes('payload')).toBe(!isSmall);
    const no = { error: { code: 'ATTEMPT_OVER' } };
    expect(await ask(from, { token: 'guessed' })).toMatchObject(no);
    expect(await ask(from, { token: stranger.token })).toMatchObject(no);
    expect(await ask(from.replace('.acme.', '.evil.'), { token: job.token })).toMatchObject(no);
    expect(await ask(from, { token: 7 })).toMatchObject({ error: { code: 'INVALID_QUESTION' } });
    expect(await ask(from, { token: job.token })).toMatchObject({ offset: 0 });
    await read.complete(job);
    await other.complete(stranger);
    await taskFact(troupe, taskId, 'complete');
    expect(await ask(from, { token: job.token })).toMatchObject(no);
  });

  it('is called off with its attempt, and its worker is free again', async () => {
    const prefix = freshPrefix();
    const bus = await openBus(prefix);
    const troupe = await start(bus, prefix);
    const begun = new Recorder<string>();
    const door = gate();
    await work(bus, prefix, {
      Print: async ({ taskId }) => {
        begun.record(taskId);
        await door.promise;
        return 'x'.repeat(200 * KIB);
      },
    });
    const { taskId } = await troupe.submit(request('Print'));
    await begun.nth(1);
    await troupe.taskVerb(null, taskId, 'cancel', { by: 'ann', reason: null });
    door.open();
    const { taskId: next } = await troupe.submit(request('Print'));
    await taskFact(troupe, next, 'complete');
    expect(troupe.getTask(null, taskId).status).toBe('cancelled');
  });
});

describe('an orchestrator that is killed after it has sent a job by reference', () => {
  it('gives the inputs when it is there again', { timeout: 300_000 }, async () => {
    const nats = await smallServer();
    const prefix = freshPrefix();
    const db = join(temporaryFolder(), 'troupe.db');
    const first = await TestProcess.orchestrator(db, nats.url, prefix);
    const bus = await natsBus(nats.url, prefix);
    const payload = { text: awkward(60 * KIB) };
    // Seen to serve it, so that the job is sent; it leaves the job to others.
    const scout = await BenchWorker.start(bus, 'Receive', { prefix, ackWaitMs: 25_000 });
    first.tell(request('Order', { payload }));
    const { token, delivery } = await scout.jobs.nth(1);
    await first.kill();
    scout.leave();
    delivery.nak(0);
    const asked = new Recorder<string>();
    const seen = new Recorder<string>();
    const run: Handler = (job) => {
      seen.record(job.step);
      return digest(job.payload);
    };
    const listening = bus.subscribe(`${prefix}.outcomes.>`, {}, ({ data }) => {
      asked.record(JSON.parse(Buffer.from(data).toString()).token);
    });
    await work(bus, prefix, Object.fromEntries(STEPS.map((name) => [name, run])));
    // It has the job and asks in vain.
    expect(await asked.nth(1)).toBe(token);
    listening.unsubscribe();
    expect(seen.seen).toEqual([]);
    const second = await TestProcess.orchestrator(db, nats.url, prefix);
    await expect
      .poll(() => second.messages.seen.some(({ complete }) => complete !== undefined), { timeout: 300_000 })
      .toBe(true);
    expect([...seen.seen].sort()).toEqual(ORDER.steps.map(({ name }) => name).sort());
  });
});
