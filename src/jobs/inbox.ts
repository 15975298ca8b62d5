/**
 * Hears what workers elsewhere send back. What is of no attempt here is refused; the rest is acknowledged only once
 * what it caused is committed, so it may come twice and is never lost.
 */

import type { Logger } from 'pino';
import { type Address, stepRef } from '../actors/actor.ts';
import type { Batch } from '../actors/batch.ts';
import type { Memory } from '../actors/memory.ts';
import { stepNamed } from '../actors/task-effects.ts';
import { orUnreadable } from '../actors/unreadable.ts';
import type { Bus, Delivery, Subscription } from '../bus/bus.ts';
import { ANY, type Subjects } from '../bus/subjects.ts';
import { Refusal } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { Store } from '../store/store.ts';
import type { Outcome } from '../worker/job.ts';
import { outcomeEvent } from './outcome-event.ts';
import { type Heartbeat, type OutcomeAddress, type OutcomeMessage, readOutcome } from './read-outcome.ts';
import type { Remote } from './remote.ts';

/** Outcomes taken from the stream and not committed yet. */
const MAX_IN_FLIGHT = 1_000;
/** Longer than a commit takes, also of a disk that is in trouble for a moment. */
const ACK_WAIT_MS = 30_000;

export interface InboxDeps {
  readonly bus: Bus;
  readonly subjects: Subjects;
  /** Names this store among the orchestrators of a bus. */
  readonly node: string;
  readonly store: Store;
  readonly memory: Memory;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly tell: (about: Address, work: (batch: Batch) => void) => void;
  /** The attempt of a token, while it is with a worker elsewhere. */
  readonly find: (token: string) => Remote | undefined;
  /** Its first sign, or its outcome without one before. */
  readonly onTaken: (remote: Remote) => void;
  readonly onBeat: (remote: Remote) => void;
  /** A worker is at what is over. */
  readonly onVain: (token: string) => void;
}

export class Inbox {
  readonly #deps: InboxDeps;
  #outcomes: Subscription | null = null;

  constructor(deps: InboxDeps) {
    this.#deps = deps;
  }

  /** Refused: UNKNOWN_STREAM. */
  async open(): Promise<void> {
    const { bus, subjects, node } = this.#deps;
    const everyStep = { tenantId: ANY, taskId: ANY, step: ANY } as const;
    const pattern = subjects.pattern({ kind: 'outcome', node, ...everyStep });
    // The store has one owner: whoever had it before hears nothing any more.
    const options = { ackWaitMs: ACK_WAIT_MS, maxInFlight: MAX_IN_FLIGHT, takesOver: true };
    this.#outcomes = await bus.consume(subjects.stream('outcomes').name, pattern, options, (delivery) =>
      this.#hear(delivery),
    );
  }

  close(): void {
    this.#outcomes?.unsubscribe();
  }

  #hear(delivery: Delivery): void {
    let read: OutcomeMessage;
    try {
      read = readOutcome(delivery.message, this.#deps.subjects);
    } catch (error) {
      this.#refuse(delivery, error instanceof Refusal ? error.message : String(error), error);
      return;
    }
    const { about, said } = read;
    const remote = this.#deps.find(said.token);
    if (remote !== undefined && !isSameStep(remote.about, about)) {
      this.#refuse(delivery, 'the token is of another step than the subject');
    } else if (said.status === 'heartbeat') this.#beat(said, remote, delivery);
    else this.#end(said, remote, about, delivery);
  }

  #beat({ token, progress }: Heartbeat, remote: Remote | undefined, delivery: Delivery): void {
    const { tell, onTaken, onBeat, onVain } = this.#deps;
    if (remote === undefined) {
      onVain(token);
      delivery.ack();
      return;
    }
    if (progress !== null) remote.progress = progress;
    const isFirst = remote.silence === null;
    if (isFirst) onTaken(remote);
    onBeat(remote);
    if (!isFirst) {
      delivery.ack();
      return;
    }
    tell(remote.attempt, (batch) => {
      const taken = { type: 'attempt.taken', at: batch.now, token };
      batch.take(remote.attempt, taken);
      batch.afterCommit(() => delivery.ack());
    });
  }

  #end(outcome: Outcome, remote: Remote | undefined, about: OutcomeAddress, delivery: Delivery): void {
    const { tell, onTaken } = this.#deps;
    const address = remote?.attempt ?? this.#find(about);
    if (address === null) {
      this.#refuse(delivery, 'there is no such step here');
      return;
    }
    if (remote !== undefined) {
      remote.isAnswered = true;
      if (remote.silence === null) onTaken(remote);
    }
    tell(address, (batch) => {
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
}

const isSameStep = (one: OutcomeAddress, other: OutcomeAddress): boolean =>
  one.tenantId === other.tenantId && one.taskId === other.taskId && one.step === other.step;
