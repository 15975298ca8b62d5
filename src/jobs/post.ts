/**
 * The way of jobs out: each is sent until the stream keeps it, offered again while nobody is seen to serve it, and
 * taken out of the stream when it is over and nobody has acknowledged it. The time of an attempt runs once its job is
 * sent and somebody is seen to serve it.
 */

import { type StepContext, timeoutOf } from '../../machines/index.ts';
import { readHandlerKey } from '../actors/actor.ts';
import type { ActorEvent } from '../actors/batch.ts';
import type { Clock } from '../actors/clock.ts';
import type { Dispatcher } from '../actors/dispatcher.ts';
import type { Refusal } from '../errors.ts';
import type { Spans } from '../tracing/spans.ts';
import type { OutcomeError } from '../worker/job.ts';
import type { InboxDeps } from './inbox.ts';
import { Leftovers } from './leftovers.ts';
import { makeJob, unmade } from './make-job.ts';
import { Offers } from './offers.ts';
import type { Remote } from './remote.ts';
import { type Parcel, Sender } from './sender.ts';

export interface PostDeps extends Pick<InboxDeps, 'bus' | 'subjects' | 'store' | 'memory' | 'log' | 'tell'> {
  readonly dispatcher: Dispatcher;
  readonly spans: Pick<Spans, 'scopeOf'>;
  readonly clock: Clock;
  /** By token, all that are with workers elsewhere. */
  readonly remotes: ReadonlyMap<string, Remote>;
  /** The bus takes nothing for now. */
  readonly onLost: (error: Refusal) => void;
  readonly fail: (token: string, error: OutcomeError) => void;
}

export class Post {
  readonly #deps: PostDeps;
  readonly #sender: Sender;
  readonly #offers: Offers;
  readonly #leftovers: Leftovers;

  constructor(deps: PostDeps) {
    const { bus, clock, log, fail, onLost } = deps;
    this.#deps = deps;
    this.#sender = new Sender({
      bus,
      log,
      pack: (token) => this.#pack(token),
      onSent: (token, id) => this.#sent(token, id),
      onHindered: (token, error) => {
        onLost(error);
        this.#hindered(token);
      },
      onRefused: (token, { code, message }) =>
        fail(token, { name: 'PermanentError', message, code, retryable: false }),
    });
    this.#offers = new Offers(clock, (token) => this.#offerAgain(token));
    this.#leftovers = new Leftovers(bus, log);
  }

  send(token: string): void {
    void this.#sender.send(token);
  }

  /** The stream has lost what it kept. */
  resend(): void {
    for (const [token, { silence, sentAt }] of this.#deps.remotes) {
      if (silence === null && sentAt !== null) this.send(token);
    }
  }

  /** Who serves what was looked at. */
  seen(): void {
    for (const token of this.#offers.tokens) {
      const remote = this.#deps.remotes.get(token);
      if (remote !== undefined) this.#timeOrOffer(remote);
    }
  }

  /** A worker has it. */
  taken(remote: Remote): void {
    remote.isHindered = false;
    this.#offers.end(remote.attempt.token);
  }

  /** `isAcknowledged`: by the worker who had it, or will be. */
  over({ attempt, keptAs }: Remote, isAcknowledged: boolean): void {
    this.#offers.end(attempt.token);
    if (keptAs !== null && !isAcknowledged) void this.#leftovers.discard(keptAs);
  }

  close(): void {
    this.#sender.close();
    this.#offers.close();
    this.#leftovers.close();
  }

  #pack(token: string): Parcel | null {
    const remote = this.#deps.remotes.get(token);
    if (remote === undefined) return null;
    const { store, memory, spans, subjects, clock } = this.#deps;
    const { attempt, about } = remote;
    const { tenantId } = about;
    try {
      const actor = memory.actor(attempt.task, attempt.ref);
      const { traceparent } = actor === null ? {} : spans.scopeOf(actor);
      const job = makeJob(store, memory, attempt, clock.now(), traceparent);
      return {
        headers: traceparent === undefined ? {} : { traceparent },
        subject: subjects.of({ kind: 'job', tenantId, ...readHandlerKey(remote.key) }),
        data: Buffer.from(JSON.stringify({ ...job, outcomeTo: subjects.of(about) })),
      };
    } catch (thrown) {
      this.#deps.fail(token, unmade(thrown));
      return null;
    }
  }

  #sent(token: string, id: string | null): void {
    const remote = this.#deps.remotes.get(token);
    if (remote === undefined) {
      // Over before the stream had said that it keeps it.
      if (id !== null) void this.#leftovers.discard(id);
      return;
    }
    remote.sentAt = performance.now();
    remote.keptAs = id;
    this.#timeOrOffer(remote);
  }

  /** Of a job that was sent: nobody is late with it before somebody is there. */
  #timeOrOffer(remote: Remote): void {
    const { dispatcher, memory } = this.#deps;
    const { attempt, key } = remote;
    if (!remote.isHindered) return;
    if (dispatcher.isServed(key)) {
      remote.isHindered = false;
      this.#offers.end(attempt.token);
      this.#tell(remote, 'attempt.sent');
      return;
    }
    const context = memory.actor(attempt.task, attempt.ref)?.context as StepContext | undefined;
    this.#offers.begin(attempt.token, context === undefined ? 0 : timeoutOf(context));
  }

  /** The stream keeps it already. */
  #offerAgain(token: string): void {
    const parcel = this.#pack(token);
    if (parcel === null) return;
    const { bus, log } = this.#deps;
    const { subject, data, headers } = parcel;
    bus
      .publish(subject, data, { headers, keep: false })
      .catch((err: unknown) => log.debug({ err, subject }, 'a job was not offered again'));
  }

  #hindered(token: string): void {
    const remote = this.#deps.remotes.get(token);
    if (remote === undefined || remote.isHindered) return;
    remote.isHindered = true;
    this.#tell(remote, 'attempt.hindered');
  }

  #tell({ attempt }: Remote, type: 'attempt.hindered' | 'attempt.sent'): void {
    this.#deps.tell(attempt, (batch) => {
      batch.take(attempt, { type, at: batch.now, token: attempt.token } as ActorEvent);
    });
  }
}
