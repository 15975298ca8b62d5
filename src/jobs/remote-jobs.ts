/**
 * Attempts that workers elsewhere do: sent as jobs, watched by their heartbeats, ended by their outcomes. The store
 * says which attempts there are; what is kept here is made again from it, and an outcome is acknowledged only once
 * what it caused is committed, so it may come twice and is never lost.
 */

import type { Logger } from 'pino';
import type { StepContext } from '../../machines/index.ts';
import {
  type Address,
  definitionOf,
  dueAtOf,
  type HandlerKey,
  handlerKeyOf,
  readHandlerKey,
  stepRef,
} from '../actors/actor.ts';
import type { ActorEvent, Attempt, Batch } from '../actors/batch.ts';
import type { Clock } from '../actors/clock.ts';
import type { Dispatcher } from '../actors/dispatcher.ts';
import type { Memory } from '../actors/memory.ts';
import { stepNamed } from '../actors/task-effects.ts';
import { orUnreadable } from '../actors/unreadable.ts';
import type { Bus, Delivery, Subscription } from '../bus/bus.ts';
import { ANY, type Subjects } from '../bus/subjects.ts';
import { Refusal } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { Store } from '../store/store.ts';
import type { Spans } from '../tracing/spans.ts';
import type { Outcome, OutcomeError } from '../worker/job.ts';
import { makeJob, unmade } from './make-job.ts';
import { outcomeEvent } from './outcome-event.ts';
import { type Heartbeat, type OutcomeAddress, type OutcomeMessage, readOutcome } from './read-outcome.ts';
import { type Parcel, Sender } from './sender.ts';
import { Servers } from './servers.ts';
import { Silence } from './silence.ts';

/** Outcomes taken from the stream and not committed yet. */
const MAX_IN_FLIGHT = 1_000;
/** Longer than a commit takes, also of a disk that is in trouble for a moment. */
const ACK_WAIT_MS = 30_000;

export interface RemoteJobsDeps {
  readonly bus: Bus;
  readonly subjects: Subjects;
  /** Names this store among the orchestrators of a bus. */
  readonly node: string;
  readonly store: Store;
  readonly memory: Memory;
  readonly dispatcher: Dispatcher;
  readonly metrics: Metrics;
  readonly spans: Pick<Spans, 'scopeOf'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a worker that has begun may give no sign of it. */
  readonly silenceMs: number;
  readonly tell: (about: Address, work: (batch: Batch) => void) => void;
  /** Lets waiting attempts start. */
  readonly wake: () => void;
}

/** An attempt some worker elsewhere is to do, or does. */
interface Remote {
  readonly attempt: Attempt;
  readonly key: HandlerKey;
  readonly about: OutcomeAddress;
  /** When the stream kept its job, as `performance.now()`; null before. */
  sentAt: number | null;
  /** It could not be sent, and its time stands still until it is. */
  isHindered: boolean;
  /** The share of the work that is done, from 0 to 1, if its worker says so. */
  progress: number | null;
  /** Watches the worker that has begun. */
  silence: Silence | null;
  /** Its own worker has ended it, and need not be told. */
  isAnswered: boolean;
}

export class RemoteJobs {
  readonly #deps: RemoteJobsDeps;
  readonly #sender: Sender;
  readonly #servers: Servers;
  readonly #remotes = new Map<string, Remote>();
  #outcomes: Subscription | null = null;

  constructor(deps: RemoteJobsDeps) {
    const { bus, subjects, dispatcher, log, wake } = deps;
    this.#deps = deps;
    this.#servers = new Servers({
      bus,
      subjects,
      dispatcher,
      log,
      wake,
      oldestSentAt: (key) => this.#oldestSentAt(key),
      onStreamLost: () => this.#resendUntaken(),
    });
    this.#sender = new Sender({
      bus,
      log,
      pack: (token) => this.#pack(token),
      onSent: (token) => this.#sent(token),
      onHindered: (token, error) => {
        this.#servers.lost(error);
        this.#hindered(token);
      },
      onRefused: (token, { code, message }) =>
        this.#fail(token, { name: 'PermanentError', message, code, retryable: false }),
    });
    dispatcher.onWanted = () => this.#servers.want();
  }

  /** Begins to hear outcomes. A bus made without the streams has no workers elsewhere. */
  async open(): Promise<void> {
    const { bus, subjects, node, dispatcher } = this.#deps;
    const everyStep = { tenantId: ANY, taskId: ANY, step: ANY } as const;
    const pattern = subjects.pattern({ kind: 'outcome', node, ...everyStep });
    // The store has one owner: whoever had it before hears nothing any more.
    const options = { ackWaitMs: ACK_WAIT_MS, maxInFlight: MAX_IN_FLIGHT, takesOver: true };
    try {
      this.#outcomes = await bus.consume(subjects.stream('outcomes').name, pattern, options, (delivery) =>
        this.#hear(delivery),
      );
      this.look();
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'UNKNOWN_STREAM') throw error;
      this.#servers.close();
      dispatcher.unreachable = error.message;
    }
  }

  send(attempt: Attempt): void {
    this.#add(attempt);
    void this.#sender.send(attempt.token);
  }

  /** Of an attempt sent before this process began: its worker may be at it, or its job may never have been kept. */
  adopt(attempt: Attempt): void {
    if (this.#remotes.has(attempt.token)) return;
    const remote = this.#add(attempt);
    const actor = this.#deps.memory.actor(attempt.task, attempt.ref);
    const { takenAt } = (actor?.context ?? {}) as Partial<StepContext>;
    remote.isHindered = actor !== null && dueAtOf(actor) === null;
    if (takenAt === undefined) void this.#sender.send(attempt.token);
    else this.#watch(remote);
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
    this.#remotes.delete(token);
    if (!remote.isAnswered) this.#tellReleased(token);
  }

  /** Sees who serves what elsewhere, also while nobody is wanted. */
  look(): void {
    this.#servers.look();
  }

  /** No more is heard; attempts stay with their workers. */
  close(): void {
    this.#outcomes?.unsubscribe();
    this.#sender.close();
    this.#servers.close();
    for (const { silence } of this.#remotes.values()) silence?.end();
  }

  #add(attempt: Attempt): Remote {
    const { memory, node } = this.#deps;
    const entry = memory.task(attempt.task);
    const step = definitionOf(entry, attempt.ref).name;
    const about: OutcomeAddress = { kind: 'outcome', node, tenantId: entry.tenant, taskId: entry.id, step };
    const remote: Remote = {
      attempt,
      key: handlerKeyOf(entry, attempt.ref),
      about,
      sentAt: null,
      isHindered: false,
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

  #sent(token: string): void {
    const remote = this.#remotes.get(token);
    if (remote === undefined) return;
    remote.sentAt = performance.now();
    if (!remote.isHindered) return;
    remote.isHindered = false;
    this.#tell(remote, 'attempt.sent');
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

  #hear(delivery: Delivery): void {
    const { subjects } = this.#deps;
    let read: OutcomeMessage;
    try {
      read = readOutcome(delivery.message, subjects);
    } catch (error) {
      this.#refuse(delivery, error instanceof Refusal ? error.message : String(error), error);
      return;
    }
    const { about, said } = read;
    const remote = this.#remotes.get(said.token);
    if (remote !== undefined && !isSameStep(remote.about, about)) {
      this.#refuse(delivery, 'the token is of another step than the subject');
    } else if (said.status === 'heartbeat') this.#beat(said, remote, delivery);
    else this.#end(said, remote, about, delivery);
  }

  #beat({ token, progress }: Heartbeat, remote: Remote | undefined, delivery: Delivery): void {
    if (remote !== undefined && progress !== null) remote.progress = progress;
    if (remote === undefined) {
      // Its worker does not know that the attempt is over.
      this.#tellReleased(token);
      delivery.ack();
    } else if (remote.silence !== null) {
      remote.silence.heard();
      delivery.ack();
    } else {
      this.#watch(remote);
      this.#taken(remote);
      this.#deps.tell(remote.attempt, (batch) => {
        const taken = { type: 'attempt.taken', at: batch.now, token };
        batch.take(remote.attempt, taken);
        batch.afterCommit(() => delivery.ack());
      });
    }
  }

  #end(outcome: Outcome, remote: Remote | undefined, about: OutcomeAddress, delivery: Delivery): void {
    const address = remote?.attempt ?? this.#find(about);
    if (address === null) {
      this.#refuse(delivery, 'there is no such step here');
      return;
    }
    if (remote !== undefined) {
      remote.isAnswered = true;
      if (remote.silence === null) this.#taken(remote);
    }
    this.#deps.tell(address, (batch) => {
      batch.take(address, outcomeEvent(outcome, batch));
      batch.afterCommit(() => delivery.ack());
    });
  }

  /** Of a token nobody waits for: the machine of its step says that it is stale. */
  #find({ tenantId, taskId, step }: OutcomeAddress): Address | null {
    const { store, memory } = this.#deps;
    const row = store.taskById(taskId);
    if (row === null || row.tenant !== tenantId) return null;
    const entry = orUnreadable(
      () => memory.entryOf(row),
      () => null,
    );
    const index = entry === null ? null : stepNamed(entry, step);
    return index === null ? null : { task: row.no, ref: stepRef(index) };
  }

  #refuse(delivery: Delivery, why: string, err?: unknown): void {
    const { log, metrics } = this.#deps;
    log.warn({ err, subject: delivery.message.subject }, `an outcome was refused: ${why}`);
    metrics.refuseOutcome();
    delivery.ack();
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

  #taken({ attempt, key, sentAt }: Remote): void {
    this.#deps.dispatcher.take(attempt.token);
    this.#servers.taken(key, sentAt === null ? 0 : performance.now() - sentAt);
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

const isSameStep = (one: OutcomeAddress, other: OutcomeAddress): boolean =>
  one.tenantId === other.tenantId && one.taskId === other.taskId && one.step === other.step;
