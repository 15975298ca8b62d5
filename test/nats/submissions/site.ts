/** Orchestrators of one test, on a NATS and under a prefix of their own, and a publisher beside them. */

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Bus } from '../../../src/bus/bus.ts';
import type { PublishOptions } from '../../../src/bus/message.ts';
import { connectNats } from '../../../src/bus/nats.ts';
import { streamsOf } from '../../../src/bus/streams.ts';
import { Subjects } from '../../../src/bus/subjects.ts';
import { type Intake, startIntake } from '../../../src/nats/submissions/intake.ts';
import type { Rejected } from '../../../src/nats/submissions/rejected.ts';
import { createTroupe, type Troupe, type TroupeOptions } from '../../../src/troupe.ts';
import { Recorder } from '../../bus/recorder.ts';
import { handlers } from '../../support.ts';

export const silent = pino({ level: 'silent' });

export interface Orchestrating {
  readonly troupe: Troupe;
  readonly intake: Intake;
  close(): Promise<void>;
}

export interface Site {
  readonly prefix: string;
  readonly subjects: Subjects;
  readonly bus: Bus;
  readonly rejected: Recorder<Rejected & { readonly subject: string }>;
  publish(body: unknown, options?: PublishOptions & { tenant?: string }): Promise<{ duplicate: boolean }>;
  /** An orchestrator with a handler `echo`, closed when the test ends. */
  orchestrate(options?: Partial<TroupeOptions>): Promise<Orchestrating>;
  /** Resolves once every submission is settled. */
  settled(): Promise<void>;
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
    orchestrate: async (options = {}) => {
      const troupe = await createTroupe({
        db: ':memory:',
        handlers: handlers({ echo: (job) => job.payload }),
        bus: await connect(),
        prefix,
        ...options,
      });
      const intake = await startIntake(troupe, silent);
      const close = async (): Promise<void> => {
        await Promise.all([intake.close(), troupe.close({ graceMs: 0 })]);
      };
      onTestFinished(close);
      return { troupe, intake, close };
    },
    settled: () => drained(bus, subjects.stream('submit').name),
  };
}

/** Redelivery takes seconds, in which the machine has other things to do. */
const ASK_AGAIN_MS = 10;

/** Asks the server until the stream keeps nothing. */
async function drained(bus: Bus, stream: string): Promise<void> {
  for (let messages = -1; messages !== 0; await pause(ASK_AGAIN_MS)) {
    const answer = await bus.request(`$JS.API.STREAM.INFO.${stream}`, Buffer.from(''), { timeoutMs: 5_000 });
    const { state } = JSON.parse(Buffer.from(answer.data).toString()) as { state: { messages: number } };
    messages = state.messages;
  }
}
