/** Facts on a stream of a real nats-server: none is missing, and each task's are in order, whatever falls over. */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectNats, type NatsBus } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import { TestNats } from '../nats-server.ts';
import { spoil } from '../recovery/stores.ts';
import { handlers, request, startTroupe, step, taskFact, temporaryFolder, workflow } from '../support.ts';
import { countStreamed, journaledFacts, streamedFacts, withoutRepeats } from './stream.ts';
import { threeSteps } from './three-steps.ts';

const PATIENTLY = { timeout: 300_000, interval: 100 };
const TASKS = 200;

let server: TestNats;
/** Nobody else's, in each test. */
let prefix: string;
let subjects: Subjects;

beforeAll(async () => {
  server = await TestNats.start();
});
afterAll(() => server?.stop());
beforeEach(() => {
  prefix = `t${randomUUID()}`;
  subjects = new Subjects(prefix);
});

async function connectBus(publishTimeoutMs = 5_000): Promise<NatsBus> {
  const streams = streamsOf(subjects);
  const options = { url: server.url, name: 'facts', streams, publishTimeoutMs, onError: () => undefined };
  const bus = await connectNats(options);
  onTestFinished(() => bus.close());
  return bus;
}

async function start(options: Partial<TroupeOptions> = {}): Promise<Troupe> {
  return startTroupe({
    prefix,
    bus: await connectBus(),
    handlers: handlers({ work: () => 1 }),
    workflows: [threeSteps],
    ...options,
  });
}

const submitMany = (troupe: Troupe, count: number) =>
  Promise.all(Array.from({ length: count }, () => troupe.submit(request('three'))));

const streamed = () => streamedFacts(server.url, subjects.stream('events').name);

/** Waits until the stream has every fact of the journal, then compares them in order. */
async function expectAllStreamed(troupe: Troupe, tasks: number): Promise<void> {
  const journaled = withoutRepeats(await journaledFacts(troupe, tasks));
  const count = [...journaled.values()].reduce((sum, { length }) => sum + length, 0);
  const events = subjects.stream('events').name;
  await vi.waitFor(
    async () => expect(await countStreamed(server.url, events)).toBeGreaterThanOrEqual(count),
    PATIENTLY,
  );
  await vi.waitFor(async () => {
    const ids = new Set((await streamed()).map(({ messageId }) => messageId));
    expect(ids.size).toBe(count);
  }, PATIENTLY);
  expect(withoutRepeats((await streamed()).map(({ fact }) => fact))).toEqual(journaled);
}

describe('facts on a stream', () => {
  it('come each under its subject, named by task and place in the journal', async () => {
    const troupe = await start();
    const { taskId } = await troupe.submit(request('three'));
    await expectAllStreamed(troupe, 1);
    for (const { subject, messageId, fact } of await streamed()) {
      expect(messageId).toBe(`${taskId}/${fact.seq}`);
      const address = subjects.parse(subject);
      const actor = address?.kind === 'stepFact' ? `step:${address.step}` : 'task';
      expect({ ...address, actor }).toMatchObject({ taskId, fact: fact.fact, actor: fact.actor });
    }
  });

  it('are all there and in order after the nats-server was killed under load', async () => {
    const troupe = await start();
    await submitMany(troupe, TASKS / 2);
    await server.kill();
    await submitMany(troupe, TASKS / 2);
    await journaledFacts(troupe, TASKS);
    await server.startAgain();
    await expectAllStreamed(troupe, TASKS);
  });

  it('are all there and in order after the orchestrator was killed under load', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const script = fileURLToPath(new URL('crash-process.ts', import.meta.url));
    const what = JSON.stringify({ db, url: server.url, prefix, tasks: TASKS });
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script, what]);
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expectAllStreamed(await start({ db }), TASKS);
  });

  it('are all there and in order after the nats-server was silent for longer than it may take', async () => {
    let warnings = '';
    const write = (line: string): void => {
      warnings += line;
    };
    const log = pino({}, { write });
    const troupe = await start({ bus: await connectBus(300), log });
    await submitMany(troupe, 20);
    await server.freeze();
    try {
      await submitMany(troupe, 20);
      await journaledFacts(troupe, 40);
      await vi.waitFor(() => expect(warnings).toContain('facts wait'), PATIENTLY);
    } finally {
      server.thaw();
    }
    await expectAllStreamed(troupe, 40);
  });

  it('go on where they were when the nats-server has lost its store', async () => {
    const troupe = await start();
    await submitMany(troupe, 1);
    await expectAllStreamed(troupe, 1);
    await server.kill();
    server.deleteStreams();
    const { taskId } = await troupe.submit(request('three'));
    await taskFact(troupe, taskId, 'complete');
    await server.startAgain();
    const journaled = await journaledFacts(troupe, 2);
    await vi.waitFor(async () => {
      const facts = (await streamed()).map(({ fact }) => fact);
      expect(facts).toEqual(journaled.filter((fact) => fact.taskId === taskId));
    }, PATIENTLY);
  });

  it('are published after all by the next process, if the bus was away until this one ended', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const first = await start({ db });
    await server.kill();
    await submitMany(first, 10);
    await journaledFacts(first, 10);
    await first.close({ graceMs: 0 });
    await server.startAgain();
    await expectAllStreamed(await start({ db }), 10);
  });

  it('are published but for those that cannot be read any more', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const first = await start({ db });
    await server.kill();
    await submitMany(first, 3);
    await journaledFacts(first, 3);
    await first.close({ graceMs: 0 });
    spoil(db, "UPDATE journal SET entries = '[' || entries WHERE task = 2 AND seq > 1");
    await server.startAgain();
    await expectAllStreamed(await start({ db }), 2);
  });

  it('are not repeated by a start after a proper end', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const first = await start({ db });
    await submitMany(first, 10);
    await journaledFacts(first, 10);
    await first.close();
    const before = await streamed();
    const second = await start({ db });
    await submitMany(second, 1);
    await expectAllStreamed(second, 11);
    expect((await streamed()).length).toBe(before.length + before.length / 10);
  });

  it('begin where the journal ended when the store first met NATS', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const alone = await startTroupe({ db, handlers: handlers({ work: () => 1 }), workflows: [threeSteps] });
    const { taskId: old } = await alone.submit(request('three'));
    await taskFact(alone, old, 'complete');
    await alone.close();
    const troupe = await start({ db });
    const { taskId } = await troupe.submit(request('three'));
    await vi.waitFor(async () => {
      const facts = (await streamed()).map(({ fact }) => fact);
      expect(facts.at(-1)).toMatchObject({ taskId, actor: 'task', fact: 'complete' });
      expect(facts.filter((fact) => fact.taskId === old)).toEqual([]);
    }, PATIENTLY);
  });

  it('keep odd names whole, each within its own subject', async () => {
    const names = ['a.b', '*', '>', 'sp ace', 'émoji 🎭', '%41', 'ü'.repeat(100)];
    const flow = workflow(
      'odd',
      names.map((name) => step(name, [], { handler: 'work' })),
    );
    const troupe = await start({ workflows: [flow] });
    const { taskId } = await troupe.submit(request('odd', { tenantId: 'te.nant >' }));
    await expectAllStreamed(troupe, 1);
    const addresses = (await streamed()).map(({ subject }) => subjects.parse(subject));
    const steps = addresses.flatMap((address) => (address?.kind === 'stepFact' ? [address] : []));
    expect(new Set(steps.map((address) => address.step))).toEqual(new Set(names));
    expect(new Set(steps.map(({ tenantId, taskId: id }) => `${tenantId}/${id}`))).toEqual(
      new Set([`te.nant >/${taskId}`]),
    );
  });
});
