/**
 * The jobs this worker has in hand, each from its delivery to the acknowledgement, which is given only once the
 * outcome is kept. A job that comes again while it runs is not run twice; one that comes again after it ended is
 * answered from what was remembered; one that comes late is run unless its orchestrator says that it is over.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Bus, Delivery } from '../bus/bus.ts';
import type { BusMessage } from '../bus/message.ts';
import type { Subjects } from '../bus/subjects.ts';
import { isRefusal } from '../errors.ts';
import { stopped } from '../worker/attempt.ts';
import { describe } from '../worker/describe.ts';
import { acceptable, type Job, type Outcome } from '../worker/job.ts';
import type { WorkerPool } from '../worker/pool.ts';
import { isOver } from './ask.ts';
import { fetchInputs } from './inputs.ts';
import { type InputsReference, type RemoteJob, type Reply, readJob, readRelease } from './job-message.ts';
import type { Outcomes } from './outcomes.ts';

export interface AttemptsDeps {
  readonly bus: Bus;
  readonly pool: WorkerPool;
  readonly outcomes: Outcomes;
  readonly subjects: Subjects;
  readonly log: Logger;
  readonly heartbeatMs: number;
  /** The name of this worker. */
  readonly worker: string;
}

interface Attempt {
  readonly token: string;
  readonly reply: Reply;
  /** The latest of them, if the job came more than once. */
  delivery: Delivery;
  /** As which the job was taken up here; above 1 others had it before. */
  readonly deliveries: number;
  /** Its orchestrator has heard of it. */
  hasSaid: boolean;
  heartbeat: NodeJS.Timeout;
  /** Begins it, unless it turns out to be over. */
  begin: NodeJS.Timeout | null;
}

/** Attempts shorter than this are told of by their outcome alone, which halves what a busy worker sends. */
const FIRST_HEARTBEAT_MS = 20;
/**
 * Taken over from another worker, or past its deadline: if the attempt has ended meanwhile, the orchestrator says so
 * to the first sign.
 */
const FIRST_HEARTBEAT_IN_DOUBT_MS = 0;
/** How long it may take to say so, before a job past its deadline is begun. */
const ASK_MS = 1_000;
/** One that was delivered more often may have ended its workers, and is begun only if nobody calls it off. */
const TRUSTED_DELIVERIES = 3;
/** When the job of an orchestrator that is away may come again. */
const AWAY_MS = 30_000;
const REMEMBERED_OUTCOMES = 1_000;
const REMEMBERED_BYTES = 16 * 1024 * 1024;
const REMEMBERED_RELEASES = 10_000;

export class Attempts {
  readonly #deps: AttemptsDeps;
  readonly #inHand = new Map<string, Attempt>();
  readonly #ended = new LRUCache<string, Outcome>({
    max: REMEMBERED_OUTCOMES,
    maxSize: REMEMBERED_BYTES,
    sizeCalculation: (outcome) => JSON.stringify(outcome).length,
  });
  /** Over before their jobs came. */
  readonly #released = new LRUCache<string, true>({ max: REMEMBERED_RELEASES });
  #onIdle: (() => void)[] = [];

  constructor(deps: AttemptsDeps) {
    this.#deps = deps;
  }

  get count(): number {
    return this.#inHand.size;
  }

  /** Never throws: a job that cannot be read would only come back. */
  take(delivery: Delivery): void {
    const { subjects, log } = this.#deps;
    try {
      this.#begin(readJob(delivery.message, subjects), delivery);
    } catch (err) {
      log.error({ err, subject: delivery.message.subject }, 'a job was thrown away: it cannot be run');
      delivery.ack();
    }
  }

  #begin(remote: RemoteJob, delivery: Delivery): void {
    const { job, reply } = remote;
    const { heartbeatMs } = this.#deps;
    const { token } = job;
    const known = this.#inHand.get(token);
    if (known !== undefined) {
      known.delivery = delivery;
      return;
    }
    if (this.#released.has(token)) {
      delivery.ack();
      return;
    }
    const isRepeat = delivery.deliveries > 1;
    const isDoubtful = !isRepeat && isLate(job);
    const firstBeatMs = isDoubtful ? FIRST_HEARTBEAT_IN_DOUBT_MS : FIRST_HEARTBEAT_MS;
    const heartbeat = setTimeout(() => this.#beat(attempt), isRepeat ? heartbeatMs : firstBeatMs);
    const { deliveries } = delivery;
    const attempt: Attempt = { token, reply, delivery, deliveries, hasSaid: false, heartbeat, begin: null };
    this.#inHand.set(token, attempt);
    const outcome = this.#ended.get(token);
    if (outcome !== undefined) void this.#answer(attempt, outcome);
    else if (isDoubtful) attempt.begin = setTimeout(() => this.#runLate(attempt, remote), ASK_MS);
    else if (isRepeat) void this.#runAgain(attempt, remote);
    else this.#run(attempt, remote);
  }

  #run(attempt: Attempt, { job, inputs }: RemoteJob): void {
    if (inputs === null) this.#start(attempt, job);
    else void this.#fetchAndStart(attempt, job, inputs);
  }

  /** It may be the job that ends its workers: who has it is known before it is begun, and somebody may say stop. */
  async #runAgain(attempt: Attempt, remote: RemoteJob): Promise<void> {
    await this.#say(attempt);
    if (attempt.deliveries > TRUSTED_DELIVERIES && remote.reply.hearsWorker) await wait(ASK_MS);
    if (this.#inHand.get(attempt.token) === attempt) this.#run(attempt, remote);
  }

  #say(attempt: Attempt, more: { returned?: true } = {}): Promise<void> {
    const { outcomes, pool, worker } = this.#deps;
    const { token, reply, deliveries: delivery } = attempt;
    attempt.hasSaid = true;
    const progress = pool.progressOf(token)?.share ?? null;
    return outcomes.beat(reply, token, progress, { worker, delivery, ...more });
  }

  #start(attempt: Attempt, job: Job): void {
    if (this.#released.has(job.token)) return;
    this.#deps.pool.run(job, {
      settled: (settled) => void this.#answer(attempt, settled()),
      // The first sign of an attempt says it too, and most attempts are over sooner.
      progressed: () => {
        if (attempt.hasSaid) void this.#say(attempt);
      },
      // Its process died by no fault of its own: nobody but this worker needs to know.
      lost: () => {
        if (this.#inHand.get(job.token) === attempt) this.#start(attempt, job);
      },
    });
  }

  async #fetchAndStart(attempt: Attempt, job: Job, reference: InputsReference): Promise<void> {
    const { bus, outcomes } = this.#deps;
    const { token } = job;
    const isWanted = () => this.#inHand.get(token) === attempt;
    try {
      const inputs = await fetchInputs({ bus, token, reference, isWanted, signal: outcomes.closing });
      if (inputs !== null && isWanted()) this.#start(attempt, { ...job, ...inputs });
    } catch (thrown) {
      if (!isWanted()) return;
      if (isOver(thrown)) this.#end(attempt).ack();
      else if (isRefusal(thrown, 'NO_ORCHESTRATOR')) this.#giveBack(attempt, AWAY_MS);
      else void this.#answer(attempt, { token, status: 'failed', error: describe(thrown) });
    }
  }

  #runLate(attempt: Attempt, remote: RemoteJob): void {
    const { handler, deadline } = remote.job;
    const now = new Date().toISOString();
    this.#deps.log.warn(
      { handler, deadline, now },
      'a job came after its deadline and is not over: if it was not long on its way, compare the clocks of worker and orchestrator',
    );
    this.#run(attempt, remote);
  }

  async #answer(attempt: Attempt, outcome: Outcome): Promise<void> {
    const { token, reply } = attempt;
    this.#ended.set(token, outcome);
    const isInHand = () => this.#inHand.get(token) === attempt;
    const isKept = await this.#deps.outcomes.send(reply, acceptable(outcome, reply.accepts), isInHand);
    if (isKept && isInHand()) this.#end(attempt).ack();
  }

  /** To the orchestrator, which else takes the attempt for dead, and to the stream, which gives the job to another. */
  #beat(attempt: Attempt): void {
    const { heartbeatMs } = this.#deps;
    void this.#say(attempt);
    attempt.delivery.working();
    attempt.heartbeat = setTimeout(() => this.#beat(attempt), heartbeatMs);
  }

  /** An orchestrator says that an attempt is over: its handler is told, and its outcome no longer wanted. */
  hearRelease(message: BusMessage): void {
    const notice = readRelease(message);
    if (notice === null) return;
    const { token, awaited = false } = notice;
    const attempt = this.#inHand.get(token);
    if (attempt === undefined) this.#released.set(token, true);
    else if (awaited) this.#stop(attempt);
    else this.#end(attempt).ack();
  }

  /** Its orchestrator waits for what becomes of it, which is told like any outcome. */
  #stop(attempt: Attempt): void {
    const { token, begin } = attempt;
    const { pool } = this.#deps;
    if (pool.has(token)) pool.stop(token);
    else {
      this.#released.set(token, true);
      if (begin !== null) clearTimeout(begin);
      void this.#answer(attempt, stopped(token));
    }
  }

  /** Resolves once nothing is in hand. */
  idle(): Promise<void> {
    if (this.#inHand.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** Returns all attempts in hand to other workers, as the same attempts; handlers here are told to stop. */
  handBack(): void {
    for (const attempt of [...this.#inHand.values()]) this.#giveBack(attempt, 0);
  }

  #giveBack(attempt: Attempt, delayMs: number): void {
    void this.#say(attempt, { returned: true });
    this.#end(attempt).nak(delayMs);
  }

  /** Forgets the attempt, and returns its delivery, which remains to be settled. */
  #end({ token, delivery, heartbeat, begin }: Attempt): Delivery {
    clearTimeout(heartbeat);
    if (begin !== null) clearTimeout(begin);
    this.#inHand.delete(token);
    this.#deps.pool.release(token);
    if (this.#inHand.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    return delivery;
  }
}

/**
 * Its time may be over, or may not have begun: that of a job which waits in the stream until a first worker comes
 * begins with the worker, and so does that of one taken over.
 */
const isLate = ({ deadline }: Job): boolean => Date.now() > Date.parse(deadline);
