/** What leaves the process once its cause is committed: jobs to workers, deliveries, facts to whoever listens. */

import type { Logger } from 'pino';
import type { StepContext } from '../machines/index.ts';
import {
  type Actor,
  type Address,
  definitionOf,
  dueAtOf,
  handlerOf,
  isStep,
  isWebhook,
  stepIndex,
  stepRef,
  type TaskEntry,
} from './actors/actor.ts';
import type { ActorEvent, Attempt, Batch, Written } from './actors/batch.ts';
import type { Census, StatusChange } from './actors/census.ts';
import type { Gate } from './actors/engine.ts';
import type { Facts } from './actors/facts.ts';
import type { Watchers } from './actors/handle.ts';
import { type JournalEntry, toFact } from './actors/journal.ts';
import { type Memory, UnreadableActor } from './actors/memory.ts';
import { failuresOf } from './actors/task-effects.ts';
import type { Bus } from './bus/bus.ts';
import type { Subjects } from './bus/subjects.ts';
import type { Metrics } from './metrics.ts';
import type { Store } from './store/store.ts';
import type { WebhookSender } from './webhooks/send.ts';
import type { HttpCaller } from './worker/http-step.ts';
import type { Job, Outcome } from './worker/job.ts';
import { describe, type WorkerPool } from './worker/pool.ts';
import type { HttpCall } from './workflow/definition.ts';

export interface GateDeps {
  readonly store: Store;
  readonly memory: Memory;
  readonly pool: WorkerPool;
  readonly sender: WebhookSender;
  readonly http: HttpCaller;
  readonly facts: Facts;
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly watchers: Watchers;
  readonly census: Census;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly tell: (about: Address, work: (batch: Batch) => void) => void;
}

export class Gatekeeper implements Gate {
  readonly #deps: GateDeps;

  constructor(deps: GateDeps) {
    this.#deps = deps;
  }

  dispatch(attempts: readonly Attempt[]): void {
    for (const attempt of attempts) {
      const { task, ref, token } = attempt;
      const report = (outcome: Outcome): void => this.#report({ task, ref }, outcome);
      if (isWebhook(ref))
        this.#deps.pool.start(token, ({ signal }) => this.#deliver(attempt, signal), report);
      else this.#run(attempt, report);
    }
  }

  /** A job that cannot be made is a failed attempt, and nobody else's trouble. */
  #run(attempt: Attempt, report: (outcome: Outcome) => void): void {
    const { pool, http, memory } = this.#deps;
    let job: Job;
    let call: HttpCall | undefined;
    try {
      job = this.#jobOf(attempt);
      call = definitionOf(memory.task(attempt.task), attempt.ref).http;
    } catch (thrown) {
      const error = describe(thrown);
      const retryable = !(thrown instanceof UnreadableActor);
      report({ token: attempt.token, status: 'failed', error: { ...error, retryable } });
      return;
    }
    if (call === undefined) pool.run(job, report);
    else pool.start(job.token, ({ signal }) => http.call(call, job, signal), report);
  }

  release(tokens: readonly string[]): void {
    for (const token of tokens) this.#deps.pool.release(token);
  }

  publish(written: readonly Written[], changed: readonly Actor[], statuses: readonly StatusChange[]): void {
    const { metrics, census, facts, watchers } = this.#deps;
    census.count(statuses);
    metrics.observe(written);
    if (!watchers.isEmpty) for (const actor of changed) watchers.tell(actor);
    facts.wake();
    if (!this.#deps.bus.isHeard()) return;
    for (const { entry, firstSeq, entries } of written) {
      for (const [index, line] of entries.entries()) {
        if (line.k !== undefined) this.#announce(entry, firstSeq + index, line);
      }
    }
  }

  resumed(): void {
    this.#deps.census.load(this.#deps.store);
  }

  #jobOf({ task, ref, token }: Attempt): Job {
    const { memory } = this.#deps;
    const entry = memory.task(task);
    const { name } = definitionOf(entry, ref);
    const actor = memory.actor(task, ref);
    const context = actor?.context as unknown as StepContext;
    const timeoutAt = actor === null ? null : dueAtOf(actor);
    const dependencies = (entry.workflow.dependencies[stepIndex(ref)] ?? []).map((index) => {
      const on = memory.actor(task, stepRef(index));
      const { name: dependency } = definitionOf(entry, stepRef(index));
      if (on === null) {
        const why = this.#deps.store.whySetAside(task, stepRef(index));
        throw new UnreadableActor(task, stepRef(index), `step ${dependency} was set aside: ${why}`);
      }
      return [dependency, (on.context as Partial<StepContext>).output ?? null] as const;
    });
    return {
      taskId: entry.id,
      step: name,
      attempt: context.attempt,
      token,
      tenantId: entry.tenant,
      handler: handlerOf(entry, ref),
      // Copies, so that what a handler does to its job stays with it.
      payload: copyJson(entry.request.payload),
      dependencies: copyJson({ ...Object.fromEntries(dependencies), ...this.#failuresFor(entry, ref) }),
      idempotencyKey: `${entry.id}/${name}`,
      deadline: new Date(timeoutAt ?? 0).toISOString(),
    };
  }

  /** A failure handler depends on no step, and is told what failed. */
  #failuresFor(entry: TaskEntry, ref: number): Readonly<Record<string, unknown>> {
    const { failuresAs } = definitionOf(entry, ref);
    if (failuresAs === undefined) return {};
    const { memory } = this.#deps;
    const actors = entry.workflow.definition.steps.flatMap(
      (_, index) => memory.actor(entry.no, stepRef(index)) ?? [],
    );
    return { [failuresAs]: failuresOf(entry, actors) };
  }

  async #deliver({ task, ref, token }: Attempt, signal: AbortSignal): Promise<Outcome> {
    const webhook = this.#deps.store.webhookOfActor(task, ref);
    if (webhook === null) throw new Error(`assertion failed: a delivery without its webhook ${task}/${ref}`);
    const { id, url, body } = webhook;
    const outcome = await this.#deps.sender.send({ id, url, body }, signal);
    return { ...outcome, token };
  }

  #report(about: Address, outcome: Outcome): void {
    const { token, record } = outcome;
    const recorded = record === undefined ? {} : { record };
    this.#deps.tell(about, (batch) => {
      const event =
        outcome.status === 'complete'
          ? { type: 'attempt.complete', at: batch.now, token, output: outcome.output, ...recorded }
          : {
              type: 'attempt.failed',
              at: batch.now,
              token,
              error: outcome.error,
              dice: batch.dice(),
              ...recorded,
            };
      batch.take(about, event as ActorEvent);
    });
  }

  #announce(entry: TaskEntry, seq: number, line: JournalEntry): void {
    const { bus, log } = this.#deps;
    const heard = this.#subjectsOf(entry, line).filter((subject) => bus.isHeard(subject));
    if (heard.length === 0) return;
    const data = Buffer.from(JSON.stringify(toFact(entry, seq, line)));
    for (const subject of heard) {
      bus
        .publish(subject, data)
        .catch((err: unknown) => log.warn({ err, subject }, 'a fact was not published'));
    }
  }

  #subjectsOf(entry: TaskEntry, { r: ref, k: fact }: JournalEntry): string[] {
    const { subjects } = this.#deps;
    const { tenant: tenantId, id: taskId } = entry;
    if (fact === undefined) return [];
    if (!isStep(ref)) return [subjects.of({ kind: 'taskFact', tenantId, taskId, fact })];
    const { name: step, channel } = definitionOf(entry, ref);
    return [
      subjects.of({ kind: 'stepFact', tenantId, taskId, step, fact }),
      ...(channel === null ? [] : [subjects.of({ kind: 'channel', tenantId, channel })]),
    ];
  }
}

/** A deep copy of plain JSON; a few times faster than `structuredClone`, which takes anything. */
function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as T;
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    // Assigning this one would set the prototype.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: copyJson(member), enumerable: true });
    else copy[key] = copyJson(member);
  }
  return copy as T;
}
