/** A worker as a test wants one: it keeps the jobs it takes, and says what the test has it say. */

import type { Bus, Delivery } from '../../src/bus/bus.ts';
import { ANY, Subjects } from '../../src/bus/subjects.ts';
import type { Job } from '../../src/worker/job.ts';
import { Recorder } from '../bus/recorder.ts';

export interface TakenJob extends Job {
  readonly outcomeTo: string;
  readonly delivery: Delivery;
}

export class BenchWorker {
  readonly jobs = new Recorder<TakenJob>();
  readonly #bus: Bus;
  leave: () => void = () => undefined;

  private constructor(bus: Bus) {
    this.#bus = bus;
  }

  static async start(
    bus: Bus,
    handler: string,
    { agent = 'default', maxInFlight = 100, prefix = 'troupe', ackWaitMs = 60_000 } = {},
  ): Promise<BenchWorker> {
    const worker = new BenchWorker(bus);
    const subjects = new Subjects(prefix);
    const pattern = subjects.pattern({ kind: 'job', tenantId: ANY, agent, handler });
    const options = { ackWaitMs, maxInFlight };
    const consumer = await bus.consume(subjects.stream('jobs').name, pattern, options, (delivery) => {
      const job = JSON.parse(Buffer.from(delivery.message.data).toString()) as Omit<TakenJob, 'delivery'>;
      worker.jobs.record({ ...job, delivery });
    });
    worker.leave = () => consumer.unsubscribe();
    return worker;
  }

  /** Says it is at it, as workers do at once. */
  async begin({ outcomeTo, token }: TakenJob): Promise<void> {
    await this.say(outcomeTo, { token, status: 'heartbeat' });
  }

  async complete(job: TakenJob, output: unknown = null): Promise<void> {
    await this.say(job.outcomeTo, { token: job.token, status: 'complete', output });
    job.delivery.ack();
  }

  async fail(job: TakenJob, error: Readonly<Record<string, unknown>>): Promise<void> {
    await this.say(job.outcomeTo, { token: job.token, status: 'failed', error });
    job.delivery.ack();
  }

  async say(subject: string, body: unknown): Promise<void> {
    await this.#bus.publish(subject, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  }
}
