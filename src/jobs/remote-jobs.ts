/**
 * Attempts that workers elsewhere do. What happens to one is told to its machine, and what that asks for is done here:
 * jobs are published, steps are told, timers run. The store says which attempts there are; what is kept here is made
 * again from it.
 */

import { timeoutOf } from '../../machines/index.ts';
import type { RemoteEffect, RemoteEvent } from '../../machines/remote-events.ts';
import { isRefusal } from '../errors.ts';
import { type ActorAt, definitionOf, type HandlerKey, handlerKeyOf, timeoutAtOf } from '../kernel/actor.ts';
import type { Attempt } from '../kernel/attempts.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Executor } from '../kernel/output-gate.ts';
import type { Dispatcher } from '../scheduling/dispatcher.ts';
import type { Spans } from '../tracing/spans.ts';
import { Inbox, type InboxDeps } from './inbox.ts';
import { Inputs } from './inputs.ts';
import { JobPublisher, type Published } from './job-publisher.ts';
import { type JobParts, makeJob } from './make-job.ts';
import type { OutcomeAddress } from './read-outcome.ts';
import { RemoteAttempt, type TimerEffect } from './remote-attempt.ts';
import { StaleJobs } from './stale-jobs.ts';
import { type StepMessage, tellStep } from './step-message.ts';
import { Uploads } from './uploads.ts';
import { WorkerDirectory } from './worker-directory.ts';

export interface RemoteJobsDeps extends Omit<InboxDeps, 'find' | 'onEvent' | 'onVain'>, JobParts {
  readonly dispatcher: Dispatcher;
  readonly spans: Pick<Spans, 'scopeOf'>;
  readonly clock: Clock;
  /** How long a worker that has begun may give no sign of it. */
  readonly silenceMs: number;
  /** Lets waiting attempts start. */
  readonly wake: () => void;
}

export class RemoteJobs implements Executor {
  readonly #deps: RemoteJobsDeps;
  readonly #inbox: Inbox;
  readonly #uploads: Uploads;
  readonly #inputs: Inputs;
  readonly #publisher: JobPublisher;
  readonly #stale: StaleJobs;
  readonly #directory: WorkerDirectory;
  /** It has the attempts that are not over, by token. */
  readonly #remotes = new Map<string, RemoteAttempt>();

  constructor(deps: RemoteJobsDeps) {
    this.#deps = deps;
    const find = (token: string): RemoteAttempt | undefined => this.#remotes.get(token);
    this.#inbox = new Inbox({
      ...deps,
      find,
      onEvent: (remote, event, onDone) => this.#take(remote, event, onDone),
      onVain: (token) => this.#tellReleased(token),
    });
    this.#uploads = new Uploads({
      ...deps,
      find,
      take: (message, ack) => this.#inbox.hear({ message, ack }),
    });
    this.#inputs = new Inputs({
      ...deps,
      find,
      make: ({ attempt }) => makeJob(deps, attempt, deps.clock.now()),
    });
    this.#publisher = new JobPublisher({
      ...deps,
      inputs: this.#inputs,
      onPublished: (remote, published) => this.#published(remote, published),
      onRetry: () => this.#takeAll({ type: 'publish.again' }),
    });
    this.#stale = new StaleJobs(deps.bus, deps.log);
    this.#directory = new WorkerDirectory({
      ...deps,
      oldestSentAt: (key) => this.#oldestSentAt(key),
      onSeen: (isStreamLost) => this.#seen(isStreamLost),
    });
  }

  /** Begins to hear outcomes. A bus made without the streams has no workers elsewhere. */
  async open(): Promise<void> {
    try {
      await this.#inbox.open();
      this.#inputs.open();
      this.#uploads.open();
      this.look();
    } catch (error) {
      if (!isRefusal(error, 'UNKNOWN_STREAM')) throw error;
      this.#directory.close();
      this.#deps.dispatcher.loseElsewhere(error.message);
    }
  }

  /** Somebody elsewhere is wanted for the handler. */
  want(key: HandlerKey): void {
    this.#directory.want(key);
  }

  runs({ remote }: Attempt): boolean {
    return remote;
  }

  start(attempt: Attempt): void {
    this.#begin(attempt, this.#deps.cache.actor(attempt), false);
  }

  /**
   * Takes over an attempt sent before this process began: its worker may be at it, or its job may never have been kept.
   * False: nobody elsewhere was known to take it, and it can be done here.
   */
  adopt(attempt: Attempt): boolean {
    if (this.#remotes.has(attempt.token)) return true;
    const { cache, dispatcher } = this.#deps;
    const actor = cache.actor(attempt);
    const takenAt = actor?.context.takenAt;
    const mayBeDoneHere = takenAt === undefined && !isTimed(actor);
    if (mayBeDoneHere && dispatcher.isHere(handlerKeyOf(cache.task(attempt.task), attempt))) return false;
    this.#begin(attempt, actor, takenAt !== undefined);
    return true;
  }

  /** Returns the share that is done of an attempt, from 0 to 1, if its worker has said it. */
  progressOf(token: string): number | null {
    return this.#remotes.get(token)?.progress ?? null;
  }

  /** It has each share that a worker has told, by token. */
  get progress(): ReadonlyMap<string, number> {
    const shares = [...this.#remotes].map(([token, { progress }]) => [token, progress] as const);
    return new Map(shares.filter((each): each is readonly [string, number] => each[1] !== null));
  }

  /** A worker that is at it is told to stop, and gives its outcome; nobody else begins it. */
  stop(token: string): void {
    if (this.#remotes.has(token)) this.#tellReleased(token, true);
  }

  /** The attempt is over; a worker that is still at it is told so. */
  release(token: string): void {
    const remote = this.#remotes.get(token);
    if (remote === undefined) return;
    this.#remotes.delete(token);
    this.#inputs.forget(token);
    this.#uploads.forget(token);
    // A request for each job of those who pull would cost what the job itself does.
    this.#take(remote, { type: 'attempt.released', isPulled: this.#directory.isPulled(remote.key) });
  }

  /** Looks for workers elsewhere, though no job may be waiting for one. */
  look(): void {
    this.#directory.look();
  }

  /** No more is heard; attempts stay with their workers. */
  close(): void {
    this.#inbox.close();
    this.#inputs.close();
    this.#uploads.close();
    this.#publisher.close();
    this.#stale.close();
    this.#directory.close();
    for (const remote of this.#remotes.values()) remote.cancelTimer();
  }

  #begin(attempt: Attempt, actor: ActorAt<Attempt> | null, isTaken: boolean): void {
    const { cache, node, silenceMs } = this.#deps;
    const entry = cache.task(attempt.task);
    const step = definitionOf(entry, attempt.index).name;
    const address: OutcomeAddress = { kind: 'outcome', node, tenantId: entry.tenant, taskId: entry.id, step };
    const context = actor?.context;
    const remote = new RemoteAttempt(attempt, handlerKeyOf(entry, attempt), address, {
      timeoutMs: context === undefined ? 0 : timeoutOf(context),
      silenceMs,
      isTimed: isTimed(actor),
      isTaken,
      worker: context?.worker ?? null,
      delivery: context?.delivery ?? 0,
    });
    this.#remotes.set(attempt.token, remote);
    for (const effect of remote.begun) this.#perform(remote, effect);
  }

  #takeAll(event: RemoteEvent): void {
    for (const remote of this.#remotes.values()) this.#take(remote, event);
  }

  /** `onDone`: called once what the event caused is committed, or at once when it caused nothing. */
  #take(remote: RemoteAttempt, event: RemoteEvent, onDone?: () => void): void {
    let message: StepMessage | null = null;
    // The machine has its step told one thing a turn.
    for (const effect of remote.take(event)) message = this.#perform(remote, effect) ?? message;
    if (message === null) onDone?.();
    else this.#tellStep(remote.attempt, message, onDone);
  }

  #tellStep(attempt: Attempt, message: StepMessage, onDone: (() => void) | undefined): void {
    this.#deps.tell(attempt, (batch) => {
      tellStep(batch, attempt, message);
      if (onDone !== undefined) batch.afterCommit(onDone);
    });
  }

  /** Returns what its step is to be told, if that is what the machine asks for. */
  #perform(remote: RemoteAttempt, effect: RemoteEffect | TimerEffect): StepMessage | null {
    switch (effect.type) {
      case 'publish':
        void this.#publisher.publish(remote);
        return null;
      case 'offerAgain':
        this.#publisher.offer(remote);
        return null;
      case 'took':
        this.#took(remote, effect.params.waitedMs);
        return null;
      case 'heard':
        this.#directory.heard(remote.key);
        return null;
      case 'release':
        if (effect.params.tells) this.#tellReleased(remote.token);
        this.#discard(effect.params.id);
        return null;
      case 'discard':
        this.#discard(effect.params.id);
        return null;
      case 'ignored':
        return null;
      case 'xstate.raise':
        this.#arm(remote, effect);
        return null;
      case 'xstate.cancel':
        remote.cancelTimer();
        return null;
      default:
        return effect;
    }
  }

  #published(remote: RemoteAttempt, published: Published): void {
    switch (published.type) {
      case 'kept': {
        const isServed = remote.isUntimed && this.#deps.dispatcher.isServed(remote.key);
        this.#take(remote, { type: 'job.kept', at: performance.now(), id: published.id, isServed });
        break;
      }
      case 'unsent':
        this.#directory.lost(published.error);
        this.#take(remote, { type: 'job.unsent' });
        break;
      default:
        this.#take(remote, published);
    }
  }

  #seen(isStreamLost: boolean): void {
    const { dispatcher } = this.#deps;
    if (isStreamLost) this.#takeAll({ type: 'stream.lost' });
    for (const remote of this.#remotes.values())
      if (remote.isOffered && dispatcher.isServed(remote.key)) this.#take(remote, { type: 'worker.seen' });
  }

  #took({ key, token }: RemoteAttempt, waitedMs: number | null): void {
    this.#deps.dispatcher.take(token);
    if (waitedMs === null) this.#directory.heard(key);
    else this.#directory.taken(key, waitedMs);
  }

  #arm(remote: RemoteAttempt, { params }: Extract<TimerEffect, { readonly type: 'xstate.raise' }>): void {
    const { clock, bus } = this.#deps;
    remote.cancelTimer = clock.after(params.delay, () => {
      const canHear = bus.link === null || bus.link.connected;
      this.#take(remote, { ...params.event, at: performance.now(), canHear });
    });
  }

  #discard(id: string | null): void {
    if (id !== null) void this.#stale.discard(id);
  }

  /** Nothing depends on it: a worker that does not hear it works in vain. */
  #tellReleased(token: string, awaited = false): void {
    const { bus, subjects, node, log } = this.#deps;
    const subject = subjects.of({ kind: 'release', node });
    bus
      .publish(subject, Buffer.from(JSON.stringify(awaited ? { token, awaited } : { token })))
      .catch((err: unknown) => log.debug({ err }, 'a worker was not told that its attempt is over'));
  }

  #oldestSentAt(key: HandlerKey): number | null {
    let oldest: number | null = null;
    for (const { key: other, waitingSince } of this.#remotes.values()) {
      if (other !== key || waitingSince === null) continue;
      if (oldest === null || waitingSince < oldest) oldest = waitingSince;
    }
    return oldest;
  }
}

/** The time of an attempt stands still if it could not be sent, or nobody was seen to serve it. */
const isTimed = (actor: ActorAt<Attempt> | null): boolean => actor === null || timeoutAtOf(actor) !== null;
