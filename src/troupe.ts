/** The composition root: a store, a bus, a worker and the engine between them, behind one interface. */

import { type Logger, pino } from 'pino';
import { Census } from './actors/census.ts';
import { type Clock, systemClock } from './actors/clock.ts';
import { Dispatcher } from './actors/dispatcher.ts';
import { Engine } from './actors/engine.ts';
import { Facts } from './actors/facts.ts';
import { type ActorHandle, Watchers } from './actors/handle.ts';
import { Memory } from './actors/memory.ts';
import { Quota } from './actors/quota.ts';
import { Reader } from './actors/reader.ts';
import { Scenes } from './actors/scenes.ts';
import type { SubmitDeps } from './actors/submit.ts';
import { JournalTail } from './actors/tail.ts';
import type { Reasons } from './actors/waiting.ts';
import type { Bus } from './bus/bus.ts';
import { InProcessBus } from './bus/in-process.ts';
import { streamsOf } from './bus/streams.ts';
import { Subjects } from './bus/subjects.ts';
import { Gatekeeper } from './gate.ts';
import { type HealthParts, healthOf } from './health.ts';
import { nodeOf } from './jobs/node.ts';
import { RemoteJobs } from './jobs/remote-jobs.ts';
import { Metrics } from './metrics.ts';
import { Changes } from './operations/changes.ts';
import { addGauges } from './operations/gauges.ts';
import { handleOf } from './operations/handle.ts';
import { Queries } from './operations/queries.ts';
import { Submissions, versionKey } from './operations/submissions.ts';
import { Webhooks } from './operations/webhooks.ts';
import { Workflows } from './operations/workflows.ts';
import type { TroupeOptions } from './options.ts';
import type { HealthStatus, Orchestrator, Overview, Scope } from './orchestrator.ts';
import { createTargetPolicy } from './outbound/target.ts';
import { overviewOf } from './overview.ts';
import type { InspectionEvent } from './publication/inspection.ts';
import { Publication } from './publication/publication.ts';
import { loadWorkflows } from './recovery/records.ts';
import { Retention } from './recovery/retention.ts';
import { upgradeSnapshots } from './recovery/upgrade.ts';
import { Store } from './store/store.ts';
import { Spans } from './tracing/spans.ts';
import { createWebhookSender, type WebhookSender } from './webhooks/send.ts';
import { createHttpCaller, type HttpCaller } from './worker/http-step.ts';
import { DEFAULT_CONCURRENCY } from './worker/job.ts';
import { WorkerPool } from './worker/pool.ts';
import { refuseBuiltIn } from './workflow/built-in.ts';
import type { InputSchema } from './workflow/define.ts';
import { validatePayload } from './workflow/payload.ts';
import { WorkflowRegistry } from './workflow/registry.ts';

export type { TroupeOptions } from './options.ts';

/** What code beside the interfaces may use: XState handles on durable actors, and the bus. */
export interface Troupe extends Orchestrator {
  readonly bus: Bus;
  readonly subjects: Subjects;
  /** The actor of a task, or of one of its steps, in XState's actor-ref shape. */
  actor(id: string, step?: string): ActorHandle;
  /** What XState's inspector would have been told of a task so far; what comes then is on `troupe.inspect.>`. */
  inspection(scope: Scope, id: string): Iterable<InspectionEvent>;
  /** Refuses a webhook target that could never be called, or null. */
  checkWebhookUrl(url: string): string | null;
}

const silent = pino({ level: 'silent' });

export async function createTroupe(options: TroupeOptions): Promise<Troupe> {
  const troupe = new LocalTroupe(options);
  try {
    await troupe.open();
  } catch (error) {
    await troupe.close({ graceMs: 0 });
    throw error;
  }
  for (const workflow of options.workflows ?? []) {
    await troupe.registerWorkflow('definition' in workflow ? workflow.definition : workflow);
  }
  return troupe;
}

class LocalTroupe implements Troupe {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly #options: TroupeOptions;
  readonly #store: Store;
  readonly #registry = new WorkflowRegistry();
  readonly #memory: Memory;
  readonly #dispatcher: Dispatcher;
  readonly #engine: Engine;
  readonly #reader: Reader;
  readonly #tail: JournalTail;
  readonly #facts: Facts;
  readonly #publication: Publication;
  readonly #pool: WorkerPool;
  readonly #jobs: RemoteJobs;
  readonly #spans = new Spans();
  readonly #watchers: Watchers;
  readonly #census = new Census();
  readonly #metrics = new Metrics();
  readonly #policy: ReturnType<typeof createTargetPolicy>;
  readonly #sender: WebhookSender;
  readonly #http: HttpCaller;
  readonly #submissions: Submissions;
  readonly #queries: Queries;
  readonly #changes: Changes;
  readonly #workflows: Workflows;
  readonly #webhooks: Webhooks;
  readonly #retention: Retention | null;
  #closing: Promise<void> | null = null;

  constructor(options: TroupeOptions) {
    const { webhooks = { secret: null, allow: [] }, clock = systemClock, log = silent } = options;
    refuseBuiltIn(options.handlers);
    this.#options = options;
    this.subjects = new Subjects(options.prefix);
    this.#policy = createTargetPolicy(webhooks.allow);
    this.#sender = createWebhookSender({ secret: webhooks.secret, policy: this.#policy });
    this.#http = createHttpCaller({
      policy: this.#policy,
      ...(options.variables === undefined ? {} : { variables: options.variables }),
    });
    this.#store = new Store(options.db, {
      upgrade: (store) => upgradeSnapshots(store, { now: clock.now(), log }),
    });
    this.bus =
      options.bus ??
      new InProcessBus({
        streams: streamsOf(this.subjects),
        onError: (err, subject) => log.warn({ err, subject }, 'a subscriber failed'),
      });
    this.#watchers = new Watchers((err) => log.warn({ err }, 'a subscriber of an actor failed'));
    this.#memory = new Memory(this.#store, this.#registry);
    this.#tail = new JournalTail(this.#store);
    this.#facts = new Facts(this.#tail, this.#memory);
    this.#publication = new Publication({
      store: this.#store,
      memory: this.#memory,
      tail: this.#tail,
      bus: this.bus,
      subjects: this.subjects,
      log,
      inspect: options.inspect ?? false,
    });
    const defined = (options.workflows ?? []).filter((workflow) => 'definition' in workflow);
    const handlers = [...options.handlers, ...defined.flatMap((workflow) => workflow.handlers)];
    const inputs = new Map<string, InputSchema<unknown>>();
    for (const { definition, input } of defined)
      if (input !== null) inputs.set(versionKey(definition), input);
    this.#pool = new WorkerPool(handlers);
    this.#dispatcher = new Dispatcher({
      anyAgent: (options.agents ?? (options.bus === undefined ? 'all' : 'default')) === 'all',
      total: options.concurrency ?? DEFAULT_CONCURRENCY,
      perTenant: options.tenantConcurrency ?? null,
    });
    for (const { name, concurrency } of handlers) this.#dispatcher.serve(name, concurrency);
    this.#reader = new Reader(this.#store, this.#memory, this.#reasons());
    this.#jobs = this.#createJobs(clock, log);
    const gate = new Gatekeeper({
      store: this.#store,
      memory: this.#memory,
      pool: this.#pool,
      jobs: this.#jobs,
      sender: this.#sender,
      http: this.#http,
      publication: this.#publication,
      spans: this.#spans,
      watchers: this.#watchers,
      census: this.#census,
      metrics: this.#metrics,
      clock,
      log,
      tell: (about, work) => this.#engine.tell(about, work),
    });
    this.#engine = new Engine(
      {
        store: this.#store,
        memory: this.#memory,
        dispatcher: this.#dispatcher,
        clock,
        random: options.random ?? Math.random,
        log,
      },
      gate,
    );
    const parts = {
      store: this.#store,
      memory: this.#memory,
      registry: this.#registry,
      dispatcher: this.#dispatcher,
      engine: this.#engine,
      reader: this.#reader,
      census: this.#census,
      publication: this.#publication,
    };
    this.#submissions = new Submissions({
      ...parts,
      policy: this.#policy,
      inputs,
      deps: this.#createSubmitDeps(),
    });
    this.#queries = new Queries({ ...parts, scenes: new Scenes(this.#store), tail: this.#tail });
    this.#changes = new Changes(parts);
    this.#workflows = new Workflows(parts);
    this.#webhooks = new Webhooks(parts);
    addGauges(this.#metrics, parts);
    this.#retention = this.#createRetention(clock, log);
    this.#start(log);
  }

  #start(log: Logger): void {
    for (const { name, why } of loadWorkflows(this.#store, this.#registry))
      log.error({ workflow: name, why }, 'a workflow cannot be opened, and none of its tasks');
    this.#census.load(this.#store);
    this.#publication.start();
    this.#engine.start();
    this.#retention?.start();
  }

  #reasons(): Reasons {
    const dispatcher = this.#dispatcher;
    return {
      isServed: (key) => dispatcher.isServed(key),
      limitReached: (key, tenant) => dispatcher.limitReached(key, tenant),
      get unreachable() {
        return dispatcher.unreachable;
      },
      progressOf: (token) => this.#jobs.progressOf(token),
    };
  }

  #createRetention(clock: Clock, log: Logger): Retention | null {
    const keepMs = this.#options.retentionMs ?? null;
    if (keepMs === null) return null;
    return new Retention({
      keepMs,
      clock,
      log,
      perform: (work) => this.#engine.perform(work),
      pruned: () => {
        this.#memory.forget();
        this.#census.load(this.#store);
      },
    });
  }

  #createJobs(clock: Clock, log: Logger): RemoteJobs {
    return new RemoteJobs({
      bus: this.bus,
      subjects: this.subjects,
      node: nodeOf(this.#store),
      store: this.#store,
      memory: this.#memory,
      dispatcher: this.#dispatcher,
      metrics: this.#metrics,
      spans: this.#spans,
      clock,
      log,
      silenceMs: this.#options.heartbeatTimeoutMs ?? 30_000,
      tell: (about, work) => this.#engine.tell(about, work),
      wake: () => this.#engine.wake(),
    });
  }

  /** Hears workers elsewhere from now on. */
  async open(): Promise<void> {
    await this.#jobs.open();
  }

  #createSubmitDeps(): SubmitDeps {
    const { correlationKeys = ['correlationId', 'orderId'] } = this.#options;
    const { maxBacklogPerTenant, ratePerTenant, burstPerTenant } = this.#options;
    const { clock = systemClock } = this.#options;
    return {
      registry: this.#registry,
      correlationKeys,
      validatePayload: (key, payload) => {
        const workflow = this.#registry.open(key);
        return workflow === null ? payload : validatePayload(workflow, payload);
      },
      quota: new Quota({
        maxBacklog: maxBacklogPerTenant ?? null,
        ratePerSecond: ratePerTenant ?? null,
        burst: burstPerTenant ?? null,
        openOf: (tenant) => this.#census.openOf(tenant),
        now: () => clock.now(),
      }),
    };
  }

  submit(...args: Parameters<Orchestrator['submit']>): ReturnType<Orchestrator['submit']> {
    return this.#submissions.submit(...args);
  }

  submitBatch(...args: Parameters<Orchestrator['submitBatch']>): ReturnType<Orchestrator['submitBatch']> {
    return this.#submissions.submitBatch(...args);
  }

  checkWebhookUrl(url: string): string | null {
    return this.#policy.checkUrl(url);
  }

  getTask(...args: Parameters<Orchestrator['getTask']>): ReturnType<Orchestrator['getTask']> {
    return this.#queries.getTask(...args);
  }

  listTasks(...args: Parameters<Orchestrator['listTasks']>): ReturnType<Orchestrator['listTasks']> {
    return this.#queries.listTasks(...args);
  }

  summarizeTasks(
    ...args: Parameters<Orchestrator['summarizeTasks']>
  ): ReturnType<Orchestrator['summarizeTasks']> {
    return this.#queries.summarizeTasks(...args);
  }

  getStep(...args: Parameters<Orchestrator['getStep']>): ReturnType<Orchestrator['getStep']> {
    return this.#queries.getStep(...args);
  }

  history(...args: Parameters<Orchestrator['history']>): ReturnType<Orchestrator['history']> {
    return this.#queries.history(...args);
  }

  snapshot(...args: Parameters<Orchestrator['snapshot']>): ReturnType<Orchestrator['snapshot']> {
    return this.#queries.snapshot(...args);
  }

  moment(...args: Parameters<Orchestrator['moment']>): ReturnType<Orchestrator['moment']> {
    return this.#queries.moment(...args);
  }

  whatIf(...args: Parameters<Orchestrator['whatIf']>): ReturnType<Orchestrator['whatIf']> {
    return this.#queries.whatIf(...args);
  }

  inspection(scope: Scope, id: string): Iterable<InspectionEvent> {
    return this.#queries.inspection(scope, id);
  }

  inspect(...args: Parameters<Orchestrator['inspect']>): ReturnType<Orchestrator['inspect']> {
    return this.#queries.inspect(...args);
  }

  diagram(...args: Parameters<Orchestrator['diagram']>): ReturnType<Orchestrator['diagram']> {
    return this.#queries.diagram(...args);
  }

  plan(...args: Parameters<Orchestrator['plan']>): ReturnType<Orchestrator['plan']> {
    return this.#queries.plan(...args);
  }

  taskVerb(...args: Parameters<Orchestrator['taskVerb']>): ReturnType<Orchestrator['taskVerb']> {
    return this.#changes.taskVerb(...args);
  }

  stepVerb(...args: Parameters<Orchestrator['stepVerb']>): ReturnType<Orchestrator['stepVerb']> {
    return this.#changes.stepVerb(...args);
  }

  addDependencies(
    ...args: Parameters<Orchestrator['addDependencies']>
  ): ReturnType<Orchestrator['addDependencies']> {
    return this.#changes.addDependencies(...args);
  }

  events(filter: Parameters<Orchestrator['events']>[0]): ReturnType<Orchestrator['events']> {
    return this.#facts.follow(filter);
  }

  registerWorkflow(
    ...args: Parameters<Orchestrator['registerWorkflow']>
  ): ReturnType<Orchestrator['registerWorkflow']> {
    return this.#workflows.register(...args);
  }

  workflowSource(
    ...args: Parameters<Orchestrator['workflowSource']>
  ): ReturnType<Orchestrator['workflowSource']> {
    return this.#workflows.sourceOf(...args);
  }

  listWorkflows(
    ...args: Parameters<Orchestrator['listWorkflows']>
  ): ReturnType<Orchestrator['listWorkflows']> {
    return this.#workflows.list(...args);
  }

  getWorkflow(...args: Parameters<Orchestrator['getWorkflow']>): ReturnType<Orchestrator['getWorkflow']> {
    return this.#workflows.get(...args);
  }

  listWebhooks(...args: Parameters<Orchestrator['listWebhooks']>): ReturnType<Orchestrator['listWebhooks']> {
    return this.#webhooks.list(...args);
  }

  redeliverWebhook(
    ...args: Parameters<Orchestrator['redeliverWebhook']>
  ): ReturnType<Orchestrator['redeliverWebhook']> {
    return this.#webhooks.redeliver(...args);
  }

  actor(id: string, step?: string): ActorHandle {
    const [memory, reader, engine, watchers] = [this.#memory, this.#reader, this.#engine, this.#watchers];
    return handleOf({ memory, reader, engine, watchers }, id, step);
  }

  health(): HealthStatus {
    return healthOf(this.#healthParts());
  }

  overview(scope: Scope): Overview {
    const parts = { ...this.#healthParts(), reader: this.#reader, lastMinute: this.#metrics.lastMinute };
    return overviewOf({ ...parts, now: (this.#options.clock ?? systemClock).now() }, scope);
  }

  #healthParts(): HealthParts {
    // Seen by who asks next: this answer says what was seen before.
    this.#jobs.look();
    return {
      store: this.#store,
      dispatcher: this.#dispatcher,
      census: this.#census,
      memory: this.#memory,
      bus: this.bus,
      trouble: this.#closing === null ? this.#engine.trouble : 'stopping',
    };
  }

  async metrics(): Promise<{ contentType: string; text: string }> {
    const { registry } = this.#metrics;
    return { contentType: registry.contentType, text: await registry.metrics() };
  }

  close({ graceMs = 20_000 }: { graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  /** No new work → what runs finishes, or is found again at the next start → commit → close. */
  async #close(graceMs: number): Promise<void> {
    this.#engine.drain();
    this.#dispatcher.stop();
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = systemClock.after(graceMs, resolve);
    });
    await Promise.race([this.#pool.idle(), late]);
    cancel();
    this.#jobs.close();
    this.#retention?.stop();
    this.#engine.close();
    this.#pool.abortAll();
    await this.#publication.close();
    this.#tail.close();
    await this.bus.close();
    await this.#sender.close();
    await this.#http.close();
    this.#store.close();
  }
}
