/** The NATS bus checks its server, and explains when a server or its settings will not do. */

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  AckPolicy,
  connect,
  DiscardPolicy,
  type JetStreamManager,
  nanos,
  RetentionPolicy,
  type StreamUpdateConfig,
} from 'nats';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { StreamSpec } from '../../src/bus/bus.ts';
import { parseNatsUrl } from '../../src/bus/nats/address.ts';
import { durableName } from '../../src/bus/nats/durable.ts';
import { connectNats, type NatsBus, type NatsBusOptions } from '../../src/bus/nats.ts';
import { ANY, Subjects } from '../../src/bus/subjects.ts';
import { TestNats } from '../nats-server.ts';
import { bytes } from './contract/start.ts';
import { Recorder } from './recorder.ts';

const TLS = join(import.meta.dirname, 'tls');
let server: TestNats;
let manager: JetStreamManager;

beforeAll(async () => {
  server = await TestNats.start();
  const connection = await connect({ servers: server.url });
  manager = await connection.jetstreamManager();
  return () => connection.close();
});
afterAll(() => server?.stop());

async function start(options: Partial<NatsBusOptions> = {}): Promise<NatsBus> {
  const bus = await connectNats({
    url: server.url,
    name: 'settings',
    streams: [],
    onError: () => undefined,
    ...options,
  });
  onTestFinished(() => bus.close());
  return bus;
}

async function serverWith(...flags: string[]): Promise<TestNats> {
  const started = await TestNats.start(...flags);
  onTestFinished(() => started.stop());
  return started;
}

/** A work queue of the test's own. */
function queue(): StreamSpec {
  const prefix = `t${randomUUID()}`;
  return { name: prefix, pattern: `${prefix}.>` };
}

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const patient = { ackWaitMs: 60_000, maxInFlight: 1 };

describe('streams', () => {
  it('are made as they are wanted: queues that refuse when full, logs that forget', async () => {
    const jobs = queue();
    const events = { ...queue(), keepMs: 7 * 24 * 3_600_000 };
    await start({ streams: [jobs, events] });
    expect((await manager.streams.info(jobs.name)).config).toMatchObject({
      subjects: [jobs.pattern],
      retention: RetentionPolicy.Workqueue,
      discard: DiscardPolicy.New,
      max_age: 0,
    });
    expect((await manager.streams.info(events.name)).config).toMatchObject({
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(7 * 24 * 3_600_000),
    });
  });

  it('are brought in line, without what an operator has set', async () => {
    const log = { ...queue(), keepMs: 60_000 };
    await start({ streams: [log] });
    const changes: Partial<StreamUpdateConfig> = { max_age: nanos(240_000), max_bytes: 1_000_000 };
    await manager.streams.update(log.name, changes);
    await start({ streams: [log] });
    const { config } = await manager.streams.info(log.name);
    expect(config).toMatchObject({ max_age: nanos(60_000), max_bytes: 1_000_000 });
  });

  it('that cannot be brought in line are refused, with what to do', async () => {
    const jobs = queue();
    await manager.streams.add({ name: jobs.name, subjects: [jobs.pattern] });
    await expect(start({ streams: [jobs] })).rejects.toEqual(refused('STREAM_DIFFERS'));
    const other = { name: `${jobs.name}-2`, pattern: `${jobs.name}.a.>` };
    await expect(start({ streams: [other] })).rejects.toEqual(refused('STREAM_SUBJECTS_TAKEN'));
  });

  it('refuse what they have no room for', async () => {
    const jobs = queue();
    const bus = await start({ streams: [jobs] });
    await manager.streams.update(jobs.name, { max_bytes: 1_024 });
    const message = new Uint8Array(600);
    await bus.publish(`${jobs.name}.a`, message);
    await expect(bus.publish(`${jobs.name}.a`, message)).rejects.toEqual(refused('STREAM_FULL'));
  });
});

describe('readers of a log', () => {
  const log = () => ({ ...queue(), keepMs: 24 * 3_600_000, forgetReadersMs: 7 * 24 * 3_600_000 });
  const configOf = async (stream: string) => (await manager.consumers.info(stream, 'node')).config;

  it('have a consumer of their name each, which ends when it has been idle for long', async () => {
    const signals = log();
    const bus = await start({ streams: [signals] });
    await bus.read(signals.name, { ...patient, reader: 'node' }, () => undefined);
    expect((await manager.streams.info(signals.name)).config).toMatchObject({
      retention: RetentionPolicy.Limits,
      max_age: nanos(24 * 3_600_000),
    });
    expect(await configOf(signals.name)).toMatchObject({
      durable_name: 'node',
      ack_policy: 'explicit',
      ack_wait: nanos(60_000),
      inactive_threshold: nanos(7 * 24 * 3_600_000),
      max_deliver: -1,
      max_ack_pending: -1,
    });
    const other = await start({ streams: [signals] });
    const options = { ackWaitMs: 30_000, maxInFlight: 1, reader: 'node' };
    await other.read(signals.name, options, () => undefined);
    expect(await configOf(signals.name)).toMatchObject({ ack_wait: nanos(30_000) });
  });

  it('that are new begin with all that is kept', async () => {
    const signals = log();
    const bus = await start({ streams: [signals] });
    for (const n of ['1', '2']) await bus.publish(`${signals.name}.a`, bytes(n));
    for (const reader of ['one', 'two']) {
      const seen = new Recorder<string>();
      await bus.read(signals.name, { ...patient, reader }, (delivery) => {
        seen.record(new TextDecoder().decode(delivery.message.data));
        delivery.ack();
      });
      expect(await seen.first(2)).toEqual(['1', '2']);
    }
  });

  it('are refused a consumer that somebody made for something else', async () => {
    const signals = log();
    const bus = await start({ streams: [signals] });
    const foreign = { durable_name: 'node', ack_policy: AckPolicy.Explicit };
    await manager.consumers.add(signals.name, { ...foreign, filter_subject: `${signals.name}.a` });
    const reading = bus.read(signals.name, { ...patient, reader: 'node' }, () => undefined);
    await expect(reading).rejects.toEqual(refused('CONSUMER_DIFFERS'));
  });
});

describe('consumers', () => {
  it('are shared by all who consume a pattern, with the patience of the last', async () => {
    const jobs = queue();
    const [one, two] = [await start({ streams: [jobs] }), await start({ streams: [jobs] })];
    const taken = new Recorder<string>();
    await one.consume(jobs.name, `${jobs.name}.a`, patient, () => taken.record('one'));
    await two.consume(jobs.name, `${jobs.name}.a`, { ...patient, ackWaitMs: 30_000 }, () =>
      taken.record('two'),
    );
    for (const n of ['1', '2']) await one.publish(`${jobs.name}.a`, bytes(n));
    expect((await taken.first(2)).sort()).toEqual(['one', 'two']);
    const [consumer, ...others] = await manager.consumers.list(jobs.name).next();
    expect(others).toEqual([]);
    expect(consumer?.name).toBe('a');
    expect(consumer?.config).toMatchObject({ ack_wait: nanos(30_000), max_deliver: -1, max_ack_pending: -1 });
  });

  it('are made once by all who come at the same moment', async () => {
    const jobs = queue();
    const buses = await Promise.all(Array.from({ length: 4 }, () => start({ streams: [jobs] })));
    for (let round = 0; round < 25; round++) {
      const pattern = jobs.pattern.replace('>', `r${round}`);
      await Promise.all(buses.map((bus) => bus.consume(jobs.name, pattern, patient, () => {})));
    }
    expect((await manager.streams.info(jobs.name)).state.consumer_count).toBe(25);
  });

  it('are named after what they consume, the same everywhere', () => {
    const subjects = new Subjects();
    const jobs = subjects.stream('jobs');
    const pattern = (agent: string, handler: string) =>
      subjects.pattern({ kind: 'job', tenantId: ANY, agent, handler });
    expect(durableName(jobs, pattern('default', 'charge'))).toBe('+=default=charge');
    expect(durableName(jobs, pattern('default', 'a.b c'))).toBe('+=default=a~2Eb~20c');
    expect(durableName(jobs, jobs.pattern)).toBe('#');
    expect(durableName(jobs, pattern('default', '🦜'.repeat(100)))).toMatch(/^[0-9a-f]{32}$/);
  });

  it('never share a name for two patterns', () => {
    const subjects = new Subjects();
    const jobs = subjects.stream('jobs');
    const name = fc.string({ minLength: 1, unit: fc.constantFrom('a', '.', '=', '+', '%', '*', '>', '-') });
    const pattern = fc
      .tuple(name, name)
      .map(([agent, handler]) => subjects.pattern({ kind: 'job', tenantId: ANY, agent, handler }));
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        expect(durableName(jobs, one) === durableName(jobs, other)).toBe(one === other);
      }),
    );
  });
});

describe('an address', () => {
  it.each([
    ['localhost', ['localhost:4222'], false, null],
    ['10.0.0.7:4333', ['10.0.0.7:4333'], false, null],
    ['nats://a:1, nats://b:2', ['a:1', 'b:2'], false, null],
    ['tls://nats.example.com', ['nats.example.com:4222'], true, null],
    ['nats://[::1]:4222', ['[::1]:4222'], false, null],
    ['nats://me:p%40ss@a', ['a:4222'], false, { user: 'me', pass: 'p@ss' }],
    ['nats://s3cret@a', ['a:4222'], false, { token: 's3cret' }],
  ])('%s is read', (url, servers, tls, login) => {
    expect(parseNatsUrl(url)).toEqual({ servers, tls, login });
  });

  it('that cannot be used is refused, all of it at once and without its secrets', () => {
    const parse = () => parseNatsUrl('http://me:s3cret@a,nats://b/c,nats://');
    expect(parse).toThrow(refused('INVALID_NATS_URL'));
    expect(parse).toThrow(/^(?!.*s3cret).*http:\/\/.*after b.*nats:\/\/HOST/);
  });
});

describe('a server', () => {
  it('without JetStream is refused where streams are needed, and serves where they are not', async () => {
    const plain = await serverWith('--js=false');
    await expect(start({ url: plain.url, streams: [queue()] })).rejects.toEqual(refused('NO_JETSTREAM'));
    expect((await start({ url: plain.url })).connected).toBe(true);
  });

  it('wants the login that the address or the credentials hold', async () => {
    const locked = await serverWith('--user', 'me', '--pass', 'p@ss');
    const { port } = locked;
    await expect(start({ url: `nats://127.0.0.1:${port}` })).rejects.toEqual(refused('NATS_LOGIN'));
    await expect(start({ url: `nats://me:wrong@127.0.0.1:${port}` })).rejects.toEqual(refused('NATS_LOGIN'));
    expect((await start({ url: `nats://me:p%40ss@127.0.0.1:${port}` })).connected).toBe(true);
    const creds = join(TLS, 'none.creds');
    await expect(start({ url: locked.url, creds })).rejects.toEqual(refused('NATS_CREDS'));
  });

  it('takes a token', async () => {
    const { port } = await serverWith('--auth', 's3cret');
    expect((await start({ url: `nats://s3cret@127.0.0.1:${port}` })).connected).toBe(true);
  });

  it('with TLS is checked', async () => {
    const certificate = join(TLS, 'server.crt');
    const { port } = await serverWith('--tls', '--tlscert', certificate, '--tlskey', join(TLS, 'server.key'));
    const url = `tls://localhost:${port}`;
    await expect(start({ url })).rejects.toEqual(refused('NATS_TLS'));
    expect((await start({ url, tls: { caFile: certificate } })).connected).toBe(true);
    await expect(start({ url: `tls://127.0.0.1:${server.port}` })).rejects.toEqual(refused('NATS_TLS'));
  });
});
