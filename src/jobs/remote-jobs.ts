/**
 * Attempts that workers elsewhere do: sent as jobs, watched by their heartbeats, ended by their outcomes. The store
 * says which attempts there are; what is kept here is made again from it.
 */

import type { StepContext } from '../../machines/index.ts';
import { definitionOf, dueAtOf, type HandlerKey, handlerKeyOf } from '../actors/actor.ts';
import type { Attempt } from '../actors/batch.ts';
import type { Clock } from '../actors/clock.ts';
import type { Dispatcher } from '../actors/dispatcher.ts';
import { Refusal } from '../errors.ts';
import type { Spans } from '../tracing/spans.ts';
import type { OutcomeError } from '../worker/job.ts';
import { Inbox, type InboxDeps } from './inbox.ts';
import { outcomeEvent } from './outcome-event.ts';
import { Post } from './post.ts';
import type { OutcomeAddress } from './read-outcome.ts';
import type { Remote } from './remote.ts';
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
  readonly #post: Post;
  readonly #servers: Servers;
  readonly #remotes = new Map<string, Remote>();

  constructor(deps: RemoteJobsDeps) {
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
      onSeen: () => this.#post.seen(),
      onStreamLost: () => this.#post.resend(),
    });
    this.#post = new Post({
      ...deps,
      remotes: this.#remotes,
      onLost: (error) => this.#servers.lost(error),
      fail: (token, error) => this.#fail(token, error),
    });
    deps.dispatcher.onWanted = (key) => this.#servers.want(key);
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
    this.#post.send(attempt.token);
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
    } else this.#post.send(attempt.token);
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
    this.#remotes.delete(token);
    if (!remote.isAnswered) this.#tellReleased(token);
    // A request for each job of those who pull would cost what the job itself does.
    this.#post.over(remote, this.#servers.isPulled(remote.key));
  }

  /** Sees who serves what elsewhere, also while nobody is wanted. */
  look(): void {
    this.#servers.look();
  }

  /** No more is heard; attempts stay with their workers. */
  close(): void {
    this.#inbox.close();
    this.#post.close();
    this.#servers.close();
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

  #fail(token: string, error: OutcomeError): void {
    const remote = this.#remotes.get(token);
    if (remote === undefined) return;
    this.#deps.tell(remote.attempt, (batch) => {
      batch.take(remote.attempt, outcomeEvent({ token, status: 'failed', error }, batch));
    });
  }

  #taken(remote: Remote): void {
    const { attempt, key, sentAt, isHindered } = remote;
    this.#post.taken(remote);
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
}
