/** An orchestrator played by hand: it publishes jobs as they go over the wire and hears what workers say of them. */

import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Bus } from '../../src/bus/bus.ts';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { ANY, Subjects } from '../../src/bus/subjects.ts';
import type { Job } from '../../src/worker/job.ts';
import { Recorder } from '../bus/recorder.ts';

/** As read from the wire. */
export interface WorkerMessage {
  readonly token: string;
  readonly status: 'complete' | 'failed' | 'heartbeat';
  readonly output?: unknown;
  readonly error?: { readonly code: string | null; readonly message: string; readonly retryable: boolean };
  readonly record?: unknown;
}

export interface ByHand {
  readonly prefix: string;
  readonly bus: Bus;
  readonly subjects: Subjects;
  /** Outcomes, as many as were kept. */
  readonly outcomes: Recorder<WorkerMessage>;
  readonly heartbeats: Recorder<WorkerMessage>;
  /** Publishes a job; what is given takes the place of what a job usually says. */
  send(handler: string, more?: Readonly<Record<string, unknown>>): Promise<Job>;
  release(token: string): Promise<unknown>;
  /** How many jobs the stream keeps. */
  jobsLeft(): Promise<number>;
}

export async function byHandOver(url: string): Promise<ByHand> {
  const prefix = `t${randomUUID()}`;
  const streams = streamsOf(new Subjects(prefix));
  const bus = await connectNats({ url, name: 'by hand', streams, onError: () => undefined });
  onTestFinished(() => bus.close());
  return byHand(bus, prefix);
}

export async function byHand(bus: Bus, prefix: string): Promise<ByHand> {
  const subjects = new Subjects(prefix);
  const outcomes = new Recorder<WorkerMessage>();
  const heartbeats = new Recorder<WorkerMessage>();
  const anyOutcome = { kind: 'outcome', node: ANY, tenantId: ANY, taskId: ANY, step: ANY } as const;
  const patient = { ackWaitMs: 60_000, maxInFlight: 100 };
  await bus.consume(
    subjects.stream('outcomes').name,
    subjects.pattern(anyOutcome),
    patient,
    ({ message, ack }) => {
      ack();
      const said: WorkerMessage = JSON.parse(Buffer.from(message.data).toString());
      (said.status === 'heartbeat' ? heartbeats : outcomes).record(said);
    },
  );
  return {
    prefix,
    bus,
    subjects,
    outcomes,
    heartbeats,
    send: async (handler, more = {}) => {
      const job = jobOf(subjects, handler, more);
      const subject = subjects.of({ kind: 'job', tenantId: 'default', agent: 'default', handler });
      await bus.publish(subject, bytes(job), { messageId: randomUUID() });
      return job;
    },
    release: (token) => bus.publish(subjects.of({ kind: 'release', node: 'hand' }), bytes({ token })),
    jobsLeft: async () => {
      const { consumers } = await bus.inspect(subjects.stream('jobs').name);
      return consumers.reduce((sum, { unsettled, waiting }) => sum + unsettled + waiting, 0);
    },
  };
}

export function jobOf(subjects: Subjects, handler: string, more: Readonly<Record<string, unknown>> = {}) {
  const taskId = randomUUID();
  return {
    taskId,
    step: 'work',
    attempt: 1,
    token: randomUUID(),
    tenantId: 'default',
    handler,
    payload: {},
    dependencies: {},
    with: {},
    idempotencyKey: `${taskId}/work`,
    deadline: new Date(Date.now() + 60_000).toISOString(),
    outcomeTo: subjects.of({ kind: 'outcome', node: 'hand', tenantId: 'default', taskId, step: 'work' }),
    ...more,
  };
}

export const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
