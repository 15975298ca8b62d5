/** A fresh bus for each test, and the words the suite uses to speak of messages. */

import { randomUUID } from 'node:crypto';
import type { Bus, BusOptions, StreamSpec } from '../../../src/bus/bus.ts';
import type { BusMessage } from '../../../src/bus/message.ts';
import { Subjects } from '../../../src/bus/subjects.ts';
import { Recorder } from '../recorder.ts';

export type CreateBus = (options: BusOptions) => Promise<Bus>;

export interface Started {
  readonly bus: Bus;
  readonly prefix: string;
  readonly subjects: Subjects;
  readonly jobs: StreamSpec;
  /** A log. */
  readonly events: StreamSpec;
  /** A log that remembers its readers. */
  readonly signals: StreamSpec;
  readonly job: (handler: string) => string;
  readonly errors: Recorder<{ error: unknown; subject: string }>;
}

export type Start = () => Promise<Started>;

/** A bus with a work queue and two logs, under a prefix nobody else uses. */
export async function startBus(createBus: CreateBus): Promise<Started> {
  const prefix = `t${randomUUID()}`;
  const subjects = new Subjects(prefix);
  const jobs = subjects.stream('jobs');
  const events = { ...subjects.stream('events'), keepMs: 60_000 };
  const signals = { ...subjects.stream('signals'), keepMs: 60_000, forgetReadersMs: 60_000 };
  const errors = new Recorder<{ error: unknown; subject: string }>();
  const bus = await createBus({
    streams: [jobs, events, signals],
    onError: (error, subject) => errors.record({ error, subject }),
  });
  const job = (handler: string) => subjects.of({ kind: 'job', tenantId: 'acme', agent: 'default', handler });
  return { bus, prefix, subjects, jobs, events, signals, job, errors };
}

export const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
export const text = ({ data }: BusMessage): string => new TextDecoder().decode(data);
export const texts = (messages: readonly BusMessage[]): string[] => messages.map(text);
