/** Orchestrators of one test, on a NATS and under a prefix of their own, and a publisher beside them. */

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Bus } from '../../src/bus/bus.ts';
import type { PublishOptions } from '../../src/bus/message.ts';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import type { Intake } from '../../src/nats/intake/receiver.ts';
import type { Rejected } from '../../src/nats/intake/rejected.ts';
import { startSignals } from '../../src/nats/signals/intake.ts';
import { startIntake } from '../../src/nats/submissions/intake.ts';
import { createTroupe, type Troupe, type TroupeOptions } from '../../src/troupe.ts';
import { Recorder } from '../bus/recorder.ts';
import { handlers } from '../support.ts';

export const silent = pino({ level: 'silent' });

export interface Orchestrating {
  readonly troupe: Troupe;
  readonly intake: Intake;
  readonly signals: Intake;
  close(): Promise<void>;
}

export interface Site {
  readonly prefix: string;
  readonly subjects: Subjects;
  readonly bus: Bus;
  readonly rejected: Recorder<Rejected & { readonly subject: string }>;
  publish(body: unknown, options?: PublishOptions & { tenant?: string }): Promise<{ duplicate: boolean }>;
  /** A signal for the tenant, `default` unless given. */
  signal(
    name: string,
    body: unknown,
    options?: PublishOptions & { tenant?: string },
  ): Promise<{ duplicate: boolean }>;
  /** An orchestrator with a handler `echo`, closed when the test ends. */
  orchestrate(options?: Partial<TroupeOptions>): Promise<Orchestrating>;
  /** Resolves once every submission is settled. */
  settled(): Promise<void>;
  /** Resolves once the orchestrator has settled every signal. */
  heard(troupe: Troupe): Promise<void>;
  /** Signals that some server has in its hands. */
  unsettled(): Promise<number>;
}

export async function openSite(url: string, prefix = `t${randomUUID()}`): Promise<Site> {
  const subjects = new Subjects(prefix);
  const streams = streamsOf(subjects);
  const connect = () => connectNats({ url, name: prefix, streams, onError: () => undefined });
  const bus = await connect();
  onTestFinished(() => bus.close());
  const rejected: Site['rejected'] = new Recorder();
  bus.subscribe(`${prefix}.rejected.>`, {}, ({ subject, data }) =>
    rejected.record({ subject, ...(JSON.parse(Buffer.from(data).toString()) as Rejected) }),
  );
  return {
    prefix,
    subjects,
    bus,
    rejected,
    publish: (body, { tenant: tenantId = 'default', ...options } = {}) => {
      const data = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      return bus.publish(subjects.of({ kind: 'submit', tenantId }), data, options);
    },
    signal: (name, body, { tenant: tenantId = 'default', ...options } = {}) => {
      const data = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      return bus.publish(subjects.of({ kind: 'signal', tenantId, name }), data, options);
    },
    orchestrate: async (options = {}) => {
      const troupe = await createTroupe({
        db: ':memory:',
        handlers: handlers({ echo: (job) => job.payload }),
        bus: await connect(),
        prefix,
        ...options,
      });
      const intake = await startIntake(troupe, silent);
      const signals = await startSignals(troupe, silent);
      const close = async (): Promise<void> => {
        await Promise.all([intake.close(), signals.close(), troupe.close({ graceMs: 0 })]);
      };
      onTestFinished(close);
      return { troupe, intake, signals, close };
    },
    settled: () => drained(bus, subjects.stream('submit').name),
    unsettled: async () => {
      const stream = subjects.stream('signals').name;
      const { consumers } = await ask<{ consumers: { num_ack_pending: number }[] }>(
        bus,
        `CONSUMER.LIST.${stream}`,
      );
      return consumers.reduce((sum, { num_ack_pending }) => sum + num_ack_pending, 0);
    },
    heard: ({ node }) => read(bus, subjects.stream('signals').name, node),
  };
}

/** Redelivery takes seconds, in which the machine has other things to do. */
const ASK_AGAIN_MS = 10;

/** Asks the server until the stream keeps nothing. */
async function drained(bus: Bus, stream: string): Promise<void> {
  for (let messages = -1; messages !== 0; await pause(ASK_AGAIN_MS)) {
    const { state } = await ask<{ state: { messages: number } }>(bus, `STREAM.INFO.${stream}`);
    messages = state.messages;
  }
}

/** Asks the server until the reader has settled all of the log. */
async function read(bus: Bus, stream: string, reader: string): Promise<void> {
  for (let left = -1; left !== 0; await pause(ASK_AGAIN_MS)) {
    const info = await ask<{ num_pending: number; num_ack_pending: number }>(
      bus,
      `CONSUMER.INFO.${stream}.${reader}`,
    );
    left = info.num_pending + info.num_ack_pending;
  }
}

async function ask<Answer>(bus: Bus, question: string): Promise<Answer> {
  const { data } = await bus.request(`$JS.API.${question}`, Buffer.from(''), { timeoutMs: 5_000 });
  return JSON.parse(Buffer.from(data).toString()) as Answer;
}
