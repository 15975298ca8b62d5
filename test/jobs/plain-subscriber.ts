/** A worker with a NATS client and nothing else: a queue subscription, and a word to where the job wants its outcome. */

import { connect, type Msg } from 'nats';
import { onTestFinished } from 'vitest';
import type { Job } from '../../src/worker/job.ts';
import { Recorder } from '../bus/recorder.ts';

interface SubscriberOptions {
  readonly queue?: string;
  /** The answers to each job, in order; default: that it is complete. */
  readonly says?: readonly object[];
}

const COMPLETE = { status: 'complete', output: 'done' };

export class PlainSubscriber {
  readonly jobs = new Recorder<Job>();
  leave: () => Promise<void> = async () => undefined;

  /** Takes any tenant's jobs for these handlers, `*` for all. */
  static async start(
    url: string,
    prefix: string,
    handler: string,
    { queue = 'workers', says = [COMPLETE] }: SubscriberOptions = {},
  ): Promise<PlainSubscriber> {
    const subscriber = new PlainSubscriber();
    const connection = await connect({ servers: url, reconnectTimeWait: 100, maxReconnectAttempts: -1 });
    const work = (message: Msg): void => {
      const { outcomeTo, ...job } = JSON.parse(message.string()) as Job & { outcomeTo: string };
      subscriber.jobs.record(job);
      for (const said of says) connection.publish(outcomeTo, JSON.stringify({ token: job.token, ...said }));
      message.respond(Buffer.from('+ACK'));
    };
    connection.subscribe(`${prefix}.jobs.*.default.${handler}`, {
      queue,
      callback: (error, message) => {
        if (error === null) work(message);
      },
    });
    await connection.flush();
    subscriber.leave = () => connection.close();
    onTestFinished(() => connection.close());
    return subscriber;
  }
}
