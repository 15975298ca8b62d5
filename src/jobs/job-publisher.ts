/**
 * Publishes jobs until the stream keeps them: what cannot be sent now is sent later under the same message id, so that
 * it is one job however often it is sent. Each attempt is told what became of its job.
 */

import type { Logger } from 'pino';
import type { RemoteEvent } from '../../machines/remote-events.ts';
import type { Bus } from '../bus/bus.ts';
import { isCarried } from '../bus/parts.ts';
import type { Subjects } from '../bus/subjects.ts';
import { Refusal } from '../errors.ts';
import { readHandlerKey } from '../kernel/actor.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Spans } from '../tracing/spans.ts';
import type { Job, OutcomeError } from '../worker/job.ts';
import { ACCEPTS } from './accepts.ts';
import { bytesOf, type Inputs } from './inputs.ts';
import { jobText } from './job-text.ts';
import { type JobParts, makeJob, unmade } from './make-job.ts';
import type { RemoteAttempt } from './remote-attempt.ts';

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;

/** A job as it goes over the bus. */
interface JobMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** The end of a publication: the stream keeps the job, or why not. */
export type Published =
  | { readonly type: 'kept'; readonly id: string | null }
  | { readonly type: 'unsent'; readonly error: Refusal }
  | Extract<RemoteEvent, { readonly type: 'job.refused' | 'job.unmade' }>;

export interface JobPublisherDeps extends JobParts {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly log: Logger;
  readonly spans: Pick<Spans, 'scopeOf'>;
  readonly clock: Clock;
  readonly inputs: Inputs;
  readonly onPublished: (remote: RemoteAttempt, published: Published) => void;
  /** The bus may take again what it did not take. */
  readonly onRetry: () => void;
}

export class JobPublisher {
  readonly #deps: JobPublisherDeps;
  #delayMs = FIRST_RETRY_MS;
  #retry: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(deps: JobPublisherDeps) {
    this.#deps = deps;
  }

  /** The token names the message. */
  async publish(remote: RemoteAttempt): Promise<void> {
    if (this.#closed) return;
    const { bus, onPublished } = this.#deps;
    let message: JobMessage;
    try {
      message = this.#messageOf(remote);
    } catch (thrown) {
      onPublished(remote, { type: 'job.refused', error: whyUnmade(thrown) });
      return;
    }
    try {
      const { subject, data, headers } = message;
      const { id } = await bus.publish(subject, data, { headers, messageId: remote.token });
      this.#delayMs = FIRST_RETRY_MS;
      onPublished(remote, { type: 'kept', id });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#failed(remote, error);
    }
  }

  /** Publishes a job that the stream keeps to those who hear it now. */
  offer(remote: RemoteAttempt): void {
    const { bus, log, onPublished } = this.#deps;
    let message: JobMessage;
    try {
      message = this.#messageOf(remote);
    } catch (thrown) {
      onPublished(remote, { type: 'job.unmade', error: whyUnmade(thrown) });
      return;
    }
    const { subject, data, headers } = message;
    bus
      .publish(subject, data, { headers, keep: false })
      .catch((err: unknown) => log.debug({ err, subject }, 'a job was not offered again'));
  }

  close(): void {
    this.#closed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  #failed(remote: RemoteAttempt, error: Refusal): void {
    if (this.#closed || error.code === 'BUS_CLOSED') return;
    const { onPublished, onRetry } = this.#deps;
    if (error.kind !== 'unavailable' && error.kind !== 'limited') {
      onPublished(remote, { type: 'job.refused', error: refused(error) });
      return;
    }
    onPublished(remote, { type: 'unsent', error });
    if (this.#retry !== null) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      onRetry();
    }, this.#delayMs).unref();
    this.#delayMs = Math.min(this.#delayMs * 2, MAX_RETRY_MS);
  }

  #messageOf({ attempt, address, key }: RemoteAttempt): JobMessage {
    const { cache, spans, subjects, clock } = this.#deps;
    const { tenantId } = address;
    const actor = cache.actor(attempt);
    const { traceparent } = actor === null ? {} : spans.scopeOf(actor);
    const job = makeJob(this.#deps, attempt, clock.now(), traceparent);
    return {
      headers: traceparent === undefined ? {} : { traceparent },
      subject: subjects.of({ kind: 'job', tenantId, ...readHandlerKey(key) }),
      data: this.#dataOf(address, job),
    };
  }

  /** Writes the job as it is, or where that is too large for a message, with a reference instead of its inputs. */
  #dataOf(address: RemoteAttempt['address'], job: Job): Uint8Array {
    const { bus, subjects, inputs } = this.#deps;
    const { payload: _payload, dependencies: _, with: _with, approvals: _approvals, ...rest } = job;
    const reply = { accepts: ACCEPTS, outcomeTo: subjects.of(address) };
    const data = bytesOf(() => jobText(job, reply));
    if (data !== null && isCarried(bus, data.byteLength)) return data;
    return Buffer.from(JSON.stringify({ ...rest, inputs: inputs.refer(address, job), ...reply }));
  }
}

const whyUnmade = (thrown: unknown): OutcomeError =>
  thrown instanceof Refusal ? refused(thrown) : unmade(thrown);

/** No bus will ever take it. */
const refused = ({ code, message }: Refusal): OutcomeError => ({
  name: 'PermanentError',
  message,
  code,
  retryable: false,
});
