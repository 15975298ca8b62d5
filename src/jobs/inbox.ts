/**
 * Hears what workers elsewhere send back. What is of no attempt here is refused; the rest is acknowledged only once
 * what it caused is committed, so it may come twice and is never lost.
 */

import type { Logger } from 'pino';
import type { RemoteEvent } from '../../machines/remote-events.ts';
import type { Bus, Delivery, Subscription } from '../bus/bus.ts';
import { ANY, type Subjects } from '../bus/subjects.ts';
import { Refusal } from '../errors.ts';
import type { ActorCache } from '../kernel/actor-cache.ts';
import type { Batch } from '../kernel/batch.ts';
import { stepNamed } from '../kernel/task-effects.ts';
import { orUnreadable } from '../kernel/unreadable.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import { type Address, type StepAddress, stepAt } from '../store/address.ts';
import type { Store } from '../store/store.ts';
import type { Outcome } from '../worker/job.ts';
import { outcomeEvent } from './outcome-event.ts';
import { type Heartbeat, type OutcomeAddress, type OutcomeMessage, readOutcome } from './read-outcome.ts';
import { isSameStep, type RemoteAttempt } from './remote-attempt.ts';

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
  readonly cache: ActorCache;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly tell: (address: Address, work: (batch: Batch) => void) => void;
  /** Returns the attempt of a token while it is with a worker elsewhere. */
  readonly find: (token: string) => RemoteAttempt | undefined;
  /** `onDone`: called once what the event caused is committed, or at once when it caused nothing. */
  readonly onEvent: (remote: RemoteAttempt, event: RemoteEvent, onDone: () => void) => void;
  /** A worker is at an attempt that is over. */
  readonly onVain: (token: string) => void;
}

/** The inbox needs this of a delivery. */
export type Heard = Pick<Delivery, 'message' | 'ack'>;

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
      this.hear(delivery),
    );
  }

  close(): void {
    this.#outcomes?.unsubscribe();
  }

  /** Acknowledged once what it caused is committed, or when nothing will come of it. */
  hear(delivery: Heard): void {
    let read: OutcomeMessage;
    try {
      read = readOutcome(delivery.message, this.#deps.subjects);
    } catch (error) {
      this.#refuse(delivery, error instanceof Refusal ? error.message : String(error), error);
      return;
    }
    const { address, content } = read;
    const remote = this.#deps.find(content.token);
    if (remote !== undefined && !isSameStep(remote.address, address)) {
      this.#refuse(delivery, 'the token is of another step than the subject');
    } else if (content.status === 'heartbeat') this.#beat(content, remote, delivery);
    else this.#end(content, remote, address, delivery);
  }

  #beat(sign: Heartbeat, remote: RemoteAttempt | undefined, delivery: Heard): void {
    const { onEvent, onVain } = this.#deps;
    const { token, progress, returned, worker, delivery: count } = sign;
    if (remote === undefined) {
      onVain(token);
      delivery.ack();
      return;
    }
    const at = performance.now();
    const event: RemoteEvent = returned
      ? { type: 'worker.returned', at, worker, delivery: count }
      : { type: 'worker.beat', at, worker, delivery: count, progress };
    onEvent(remote, event, () => delivery.ack());
  }

  #end(outcome: Outcome, remote: RemoteAttempt | undefined, address: OutcomeAddress, delivery: Heard): void {
    const { tell, onEvent } = this.#deps;
    const attempt = remote?.attempt ?? this.#find(address);
    if (attempt === null) {
      this.#refuse(delivery, 'there is no such step here');
      return;
    }
    if (remote !== undefined)
      onEvent(remote, { type: 'worker.answered', at: performance.now() }, () => undefined);
    tell(attempt, (batch) => {
      batch.take(attempt, outcomeEvent(outcome, attempt, batch));
      batch.afterCommit(() => delivery.ack());
    });
  }

  /** Finds the step of a token nobody waits for: its machine says that the token is stale. */
  #find({ tenantId, taskId, step }: OutcomeAddress): StepAddress | null {
    const { store, cache } = this.#deps;
    const row = store.taskById(taskId);
    if (row === null || row.tenant !== tenantId) return null;
    const entry = orUnreadable(
      () => cache.entryOf(row),
      () => null,
    );
    const index = entry === null ? null : stepNamed(entry, step);
    return index === null ? null : stepAt(row.no, index);
  }

  #refuse(delivery: Heard, why: string, err?: unknown): void {
    const { log, metrics } = this.#deps;
    log.warn({ err, subject: delivery.message.subject }, `an outcome was refused: ${why}`);
    metrics.refuseOutcome();
    delivery.ack();
  }
}
