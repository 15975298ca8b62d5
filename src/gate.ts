/** What leaves the process once its cause is committed: jobs to workers, deliveries, facts to whoever listens. */

import type { Logger } from 'pino';
import { type Actor, type Address, definitionOf, isWebhook } from './actors/actor.ts';
import type { Attempt, Batch, Written } from './actors/batch.ts';
import type { Census, StatusChange } from './actors/census.ts';
import type { Clock } from './actors/clock.ts';
import type { Gate } from './actors/engine.ts';
import type { Watchers } from './actors/handle.ts';
import type { Memory } from './actors/memory.ts';
import { makeJob, unmade } from './jobs/make-job.ts';
import { outcomeEvent } from './jobs/outcome-event.ts';
import type { RemoteJobs } from './jobs/remote-jobs.ts';
import type { Metrics } from './metrics.ts';
import type { Publication } from './publication/publication.ts';
import type { Store } from './store/store.ts';
import type { Spans, TraceScope } from './tracing/spans.ts';
import type { WebhookSender } from './webhooks/send.ts';
import type { HttpCaller } from './worker/http-step.ts';
import type { Job, Outcome } from './worker/job.ts';
import type { WorkerPool } from './worker/pool.ts';
import type { HttpCall } from './workflow/definition.ts';

export interface GateDeps {
  readonly store: Store;
  readonly memory: Memory;
  readonly pool: WorkerPool;
  readonly jobs: RemoteJobs;
  readonly sender: WebhookSender;
  readonly http: HttpCaller;
  readonly publication: Publication;
  readonly spans: Spans;
  readonly watchers: Watchers;
  readonly census: Census;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tell: (about: Address, work: (batch: Batch) => void) => void;
}

/** Of an actor that cannot be opened, which its attempt will say. */
const UNTRACED: TraceScope = { run: (work) => work() };

export class Gatekeeper implements Gate {
  readonly #deps: GateDeps;

  constructor(deps: GateDeps) {
    this.#deps = deps;
  }

  adopt(attempt: Attempt): boolean {
    return attempt.remote ? this.#deps.jobs.adopt(attempt) : this.#deps.pool.has(attempt.token);
  }

  dispatch(attempts: readonly Attempt[]): void {
    for (const attempt of attempts) {
      if (attempt.remote) {
        this.#deps.jobs.send(attempt);
        continue;
      }
      const { task, ref, token } = attempt;
      const report = (outcome: Outcome): void => this.#report({ task, ref }, outcome);
      const actor = this.#deps.memory.actor(task, ref);
      const trace = actor === null ? UNTRACED : this.#deps.spans.scopeOf(actor);
      trace.run(() => {
        if (isWebhook(ref))
          this.#deps.pool.start(token, ({ signal }) => this.#deliver(attempt, trace, signal), report);
        else this.#run(attempt, trace, report);
      });
    }
  }

  /** A job that cannot be made is a failed attempt, and nobody else's trouble. */
  #run(attempt: Attempt, trace: TraceScope, report: (outcome: Outcome) => void): void {
    const { pool, http, store, memory, clock } = this.#deps;
    let job: Job;
    let call: HttpCall | undefined;
    try {
      job = makeJob(store, memory, attempt, clock.now(), trace.traceparent);
      call = definitionOf(memory.task(attempt.task), attempt.ref).http;
    } catch (thrown) {
      report({ token: attempt.token, status: 'failed', error: unmade(thrown) });
      return;
    }
    if (call === undefined) pool.run(job, report);
    else pool.start(job.token, ({ signal }) => http.call(call, job, signal), report);
  }

  release(tokens: readonly string[]): void {
    for (const token of tokens) {
      this.#deps.pool.release(token);
      this.#deps.jobs.release(token);
    }
  }

  publish(written: readonly Written[], changed: Iterable<Actor>, statuses: readonly StatusChange[]): void {
    const { metrics, census, publication, spans, watchers } = this.#deps;
    census.count(statuses);
    metrics.observe(written);
    if (!watchers.isEmpty) for (const actor of changed) watchers.tell(actor);
    publication.committed(written);
    spans.committed(written);
  }

  resumed(): void {
    this.#deps.census.load(this.#deps.store);
  }

  async #deliver(
    { task, ref, token }: Attempt,
    { traceparent }: TraceScope,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const webhook = this.#deps.store.webhookOfActor(task, ref);
    if (webhook === null) throw new Error(`assertion failed: a delivery without its webhook ${task}/${ref}`);
    const { id, url, body } = webhook;
    const outcome = await this.#deps.sender.send(
      { id, url, body, ...(traceparent === undefined ? {} : { traceparent }) },
      signal,
    );
    return { ...outcome, token };
  }

  #report(about: Address, outcome: Outcome): void {
    this.#deps.tell(about, (batch) => {
      batch.take(about, outcomeEvent(outcome, batch));
    });
  }
}
