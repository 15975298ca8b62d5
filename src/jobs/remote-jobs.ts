/**
 * Attempts that workers elsewhere do: sent as jobs, watched by their heartbeats, ended by their outcomes. The store
 * says which attempts there are; what is kept here is made again from it. The time of an attempt runs once its job is
 * sent and somebody is seen to serve it, or has taken it.
 */

import { type StepContext, timeoutOf } from '../../machines/index.ts';
import { definitionOf, dueAtOf, type HandlerKey, handlerKeyOf, readHandlerKey } from '../actors/actor.ts';
import type { ActorEvent, Attempt } from '../actors/batch.ts';
import type { Clock } from '../actors/clock.ts';
import type { Dispatcher } from '../actors/dispatcher.ts';
import { Refusal } from '../errors.ts';
import type { Spans } from '../tracing/spans.ts';
import type { OutcomeError } from '../worker/job.ts';
import { Inbox, type InboxDeps } from './inbox.ts';
import { Leftovers } from './leftovers.ts';
import { makeJob, unmade } from './make-job.ts';
import { Offers } from './offers.ts';
import { outcomeEvent } from './outcome-event.ts';
import type { OutcomeAddress } from './read-outcome.ts';
import type { Remote } from './remote.ts';
import { type Parcel, Sender } from './sender.ts';
import { Servers } from './servers.ts';
import { Silence } from './silence.ts';

export interface RemoteJobsDeps extends Omit<InboxDeps, 'find' | 'onTaken' | 'onBeat' | 'onVain'> {
  readonly dispatcher: Dispatcher;
  readonly spans: Pick<Spans, 'scopeOf'>;
  readonly clock: Clock;
  /** How long a worker that has begun may give no sign of it. */
  readonly silenceMs: number;
  /** Lets waiting attempts start. */
  readonly wake: () => void;
}

export class RemoteJobs {
  readonly #deps: RemoteJobsDeps;
  readonly #inbox: Inbox;
  readonly #sender: Sender;
  readonly #servers: Servers;
  readonly #offers: Offers;
  readonly #leftovers: Leftovers;
  readonly #remotes = new Map<string, Remote>();

  constructor(deps: RemoteJobsDeps) {
    const { bus, dispatcher, clock, log } = deps;
    this.#deps = deps;
    this.#inbox = new Inbox({
      ...deps,
      find: (token) => this.#remotes.get(token),
      onTaken: (remote) => this.#taken(remote),
      onBeat: (remote) => this.#heard(remote),
      onVain: (token) => this.#tellReleased(token),
    });
    this.#servers = new Servers({
      ...deps,
      oldestSentAt: (key) => this.#oldestSentAt(key),
      onSeen: () => this.#timeOffered(),
      onStreamLost: () => this.#resendUntaken(),
    });
    this.#sender = new Sender({
      bus,
      log,
      pack: (token) => this.#pack(token),
      onSent: (token, id) => this.#sent(token, id),
      onHindered: (token, error) => {
        this.#servers.lost(error);
        this.#hindered(token);
      },
      onRefused: (token, { code, message }) =>
        this.#fail(token, { name: 'PermanentError', message, code, retryable: false }),
    });
    this.#offers = new Offers(clock, (token) => this.#offerAgain(token));
    this.#leftovers = new Leftovers(bus, log);
    dispatcher.onWanted = () => this.#servers.want();
  }

  /** Begins to hear outcomes. A bus made without the streams has no workers elsewhere. */
  async open(): Promise<void> {
    try {
      await this.#inbox.open();
      this.look();
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'UNKNOWN_STREAM') throw error;
      this.#servers.close();
      this.#deps.dispatcher.unreachable = error.message;
    }
  }

  send(attempt: Attempt): void {
    this.#add(attempt);
    void this.#sender.send(attempt.token);
  }

  /**
   * Of an attempt sent before this process began: its worker may be at it, or its job may never have been kept. False:
   * nobody elsewhere was known to take it, and it can be done here.
   */
  adopt(attempt: Attempt): boolean {
    if (this.#remotes.has(attempt.token)) return true;
    const remote = this.#add(attempt);
    const actor = this.#deps.memory.actor(attempt.task, attempt.ref);
    const { takenAt } = (actor?.context ?? {}) as Partial<StepContext>;
    if (takenAt !== undefined) this.#watch(remote);
    else if (remote.isHindered && this.#deps.dispatcher.isHere(remote.key)) {
      this.#remotes.delete(attempt.token);
      return false;
    } else void this.#sender.send(attempt.token);
    return true;
  }

  /** What its worker last said of an attempt: the share that is done, from 0 to 1. */
  progressOf(token: string): number | null {
    return this.#remotes.get(token)?.progress ?? null;
  }

  /** The attempt is over; a worker that is still at it is told so. */
  release(token: string): void {
    const remote = this.#remotes.get(token);
    if (remote === undefined) return;
    remote.silence?.end();
    this.#offers.end(token);
    this.#remotes.delete(token);
    if (!remote.isAnswered) this.#tellReleased(token);
    // Those who pull acknowledge, and a request for each of their jobs would cost what the job itself does.
    if (remote.keptAs !== null && !this.#servers.isPulled(remote.key)) this.#discard(remote.keptAs);
  }

  /** Sees who serves what elsewhere, also while nobody is wanted. */
  look(): void {
    this.#servers.look();
  }

  /** No more is heard; attempts stay with their workers. */
  close(): void {
    this.#inbox.close();
    this.#sender.close();
    this.#servers.close();
    this.#offers.close();
    this.#leftovers.close();
    for (const { silence } of this.#remotes.values()) silence?.end();
  }

  #add(attempt: Attempt): Remote {
    const { memory, node } = this.#deps;
    const entry = memory.task(attempt.task);
    const step = definitionOf(entry, attempt.ref).name;
    const about: OutcomeAddress = { kind: 'outcome', node, tenantId: entry.tenant, taskId: entry.id, step };
    const actor = memory.actor(attempt.task, attempt.ref);
    const remote: Remote = {
      attempt,
      key: handlerKeyOf(entry, attempt.ref),
      about,
      sentAt: null,
      keptAs: null,
      isHindered: actor !== null && dueAtOf(actor) === null,
      progress: null,
      silence: null,
      isAnswered: false,
    };
    this.#remotes.set(attempt.token, remote);
    return remote;
  }

  #pack(token: string): Parcel | null {
    const remote = this.#remotes.get(token);
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
      this.#fail(token, unmade(thrown));
      return null;
    }
  }

  #sent(token: string, id: string | null): void {
    const remote = this.#remotes.get(token);
    if (remote === undefined) {
      // Over before the stream had said that it keeps it.
      if (id !== null) this.#discard(id);
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

  #timeOffered(): void {
    for (const token of this.#offers.tokens) {
      const remote = this.#remotes.get(token);
      if (remote !== undefined) this.#timeOrOffer(remote);
    }
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

  #discard(id: string): void {
    void this.#leftovers.discard(id);
  }

  #hindered(token: string): void {
    const remote = this.#remotes.get(token);
    if (remote === undefined || remote.isHindered) return;
    remote.isHindered = true;
    this.#tell(remote, 'attempt.hindered');
  }

  #tell({ attempt }: Remote, type: 'attempt.hindered' | 'attempt.sent'): void {
    this.#deps.tell(attempt, (batch) => {
      batch.take(attempt, { type, at: batch.now, token: attempt.token } as ActorEvent);
    });
  }

  #fail(token: string, error: OutcomeError): void {
    const remote = this.#remotes.get(token);
    if (remote === undefined) return;
    this.#deps.tell(remote.attempt, (batch) => {
      batch.take(remote.attempt, outcomeEvent({ token, status: 'failed', error }, batch));
    });
  }

  #taken(remote: Remote): void {
    const { attempt, key, sentAt, isHindered } = remote;
    remote.isHindered = false;
    this.#offers.end(attempt.token);
    this.#deps.dispatcher.take(attempt.token);
    // One that nobody was there for says nothing of how long jobs wait.
    if (isHindered) this.#servers.heard(key);
    else this.#servers.taken(key, sentAt === null ? 0 : performance.now() - sentAt);
  }

  #heard(remote: Remote): void {
    if (remote.silence === null) this.#watch(remote);
    else remote.silence.heard();
    this.#servers.heard(remote.key);
  }

  #watch(remote: Remote): void {
    const { clock, silenceMs: limitMs, bus } = this.#deps;
    remote.silence = new Silence({
      clock,
      limitMs,
      canHear: () => bus.link === null || bus.link.connected,
      onSilent: () =>
        this.#fail(remote.attempt.token, {
          name: 'HeartbeatTimeout',
          message: `the worker gave no sign for ${limitMs} ms`,
          code: 'HEARTBEAT_TIMEOUT',
          retryable: true,
        }),
    });
  }

  /** Nothing depends on it: a worker that does not hear it works in vain. */
  #tellReleased(token: string): void {
    const { bus, subjects, node, log } = this.#deps;
    const subject = subjects.of({ kind: 'release', node });
    bus
      .publish(subject, Buffer.from(JSON.stringify({ token })))
      .catch((err: unknown) => log.debug({ err }, 'a worker was not told that its attempt is over'));
  }

  #oldestSentAt(key: HandlerKey): number | null {
    let oldest: number | null = null;
    for (const remote of this.#remotes.values()) {
      if (remote.key !== key || remote.silence !== null || remote.sentAt === null) continue;
      if (oldest === null || remote.sentAt < oldest) oldest = remote.sentAt;
    }
    return oldest;
  }

  #resendUntaken(): void {
    for (const [token, { silence, sentAt }] of this.#remotes) {
      if (silence === null && sentAt !== null) void this.#sender.send(token);
    }
  }
}
