/** The example workers, run as a user runs them, against a real nats-server. */

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectNats } from '../../src/bus/nats.ts';
import { partAt, wholeOf } from '../../src/bus/parts.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import { TestNats } from '../nats-server.ts';
import { byHand } from '../remote-worker/by-hand.ts';

const FOLDER = join(import.meta.dirname, '../../examples/workers');
const isThere = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

/** A server of its own: the scripts know one prefix only. */
async function orchestrate() {
  const nats = await TestNats.start();
  onTestFinished(() => nats.stop());
  const streams = streamsOf(new Subjects());
  const bus = await connectNats({ url: nats.url, name: 'by hand', streams, onError: () => undefined });
  onTestFinished(() => bus.close());
  return { url: nats.url, ...(await byHand(bus, 'troupe')) };
}

async function start(url: string, program: string, ...args: readonly string[]) {
  const child = spawn(program, args, { env: { ...process.env, NATS_URL: url }, cwd: FOLDER });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  const serving = new Promise<void>((resolve, reject) => {
    const read = (text: Buffer) => {
      said += text;
      if (said.includes('serving ')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', () => reject(new Error(`it ended:\n${said}`)));
  });
  // Said while nobody waits any more, it is no failure.
  serving.catch(() => undefined);
  await serving;
  return child;
}

const AWKWARD = 'Zoë "🚚" \\ token":"x","outcomeTo":"y"';

describe.skipIf(!isThere('python3'))('the worker in Python', () => {
  it('says that it is at work, answers, and acknowledges', { timeout: 300_000 }, async () => {
    const hand = await orchestrate();
    await start(hand.url, 'python3', 'worker.py');
    const first = await hand.send('greet', { payload: { name: AWKWARD } });
    expect(await hand.outcomes.nth(1)).toEqual({
      token: first.token,
      status: 'complete',
      output: { greeting: `Hello ${AWKWARD}, from Python` },
    });
    expect(await hand.heartbeats.nth(1)).toMatchObject({ token: first.token });
    await hand.send('greet', { payload: [] });
    expect(await hand.outcomes.nth(2)).toMatchObject({ status: 'failed', error: { name: 'AttributeError' } });
    await expect.poll(() => hand.jobsLeft(), { timeout: 300_000 }).toBe(0);
  });
});

describe.skipIf(!isThere('python3'))('the worker in Python, of a job that is too large for a message', () => {
  it('asks for its inputs in parts', { timeout: 300_000 }, async () => {
    const hand = await orchestrate();
    const inputs = Buffer.from(
      JSON.stringify({ payload: { name: AWKWARD, text: AWKWARD.repeat(40_000) }, dependencies: {} }),
    );
    const from = 'troupe.inputs.hand.default.t.work';
    hand.bus.subscribe(from, {}, async ({ data, replyTo }) => {
      const { offset } = JSON.parse(Buffer.from(data).toString());
      const part = Buffer.from(JSON.stringify(partAt(inputs, offset, hand.bus)));
      if (replyTo !== null) await hand.bus.publish(replyTo, part);
    });
    await start(hand.url, 'python3', 'worker.py');
    const reference = { from, ...wholeOf(inputs) };
    await hand.send('greet', { payload: undefined, dependencies: undefined, inputs: reference });
    const { output } = (await hand.outcomes.nth(1)) as { output?: { greeting: string } };
    expect(output?.greeting).toBe(`Hello ${AWKWARD}, from Python`);
  });
});

describe.skipIf(!isThere('python3'))('the plain subscriber in Python', () => {
  it('says that it is at work, and answers', { timeout: 300_000 }, async () => {
    const hand = await orchestrate();
    await start(hand.url, 'python3', 'subscriber.py');
    const { token } = await hand.send('greet', { payload: { name: AWKWARD } });
    expect(await hand.outcomes.nth(1)).toEqual({
      token,
      status: 'complete',
      output: { greeting: `Hello ${AWKWARD}, from a subscriber` },
    });
    expect(await hand.heartbeats.nth(1)).toMatchObject({ token });
    await hand.send('greet', { payload: [] });
    expect(await hand.outcomes.nth(2)).toMatchObject({ status: 'failed', error: { name: 'AttributeError' } });
  });
});

describe.skipIf(!isThere('bash'))('the worker in bash', () => {
  it('says that it is at work, answers, and acknowledges', { timeout: 300_000 }, async () => {
    const hand = await orchestrate();
    const command = 'read -r job; echo "{\\"got\\": $job}"';
    await start(hand.url, 'bash', 'worker.sh', 'greet', 'bash', '-c', command);
    const job = await hand.send('greet', { payload: { name: AWKWARD } });
    expect(await hand.outcomes.nth(1)).toEqual({
      token: job.token,
      status: 'complete',
      output: { got: job },
    });
    expect(await hand.heartbeats.nth(1)).toMatchObject({ token: job.token });
    await expect.poll(() => hand.jobsLeft(), { timeout: 300_000 }).toBe(0);
  });

  it('tells why its command failed', { timeout: 300_000 }, async () => {
    const hand = await orchestrate();
    const command = 'printf "no \\"such\\"\\n\\\\order" >&2; exit 3';
    await start(hand.url, 'bash', 'worker.sh', 'greet', 'bash', '-c', command);
    await hand.send('greet');
    expect(await hand.outcomes.nth(1)).toMatchObject({
      status: 'failed',
      error: { message: 'no "such" \\order' },
    });
  });
});

describe('the worker in TypeScript', () => {
  it('answers, and ends when told to', { timeout: 300_000 }, async () => {
    const hand = await orchestrate();
    const tsx = import.meta.resolve('tsx');
    const child = await start(hand.url, process.execPath, '--import', tsx, 'worker.ts');
    await hand.send('greet', { payload: { name: 'Ada' } });
    expect(await hand.outcomes.nth(1)).toMatchObject({ output: { greeting: 'Hello Ada, from TypeScript' } });
    const exit = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });
});
