/** The composition root: a store, a bus, a worker and the engine between them, behind one interface. */

import { type Logger, pino } from 'pino';
import { type Actor, actorName, kindOf, stepRef, TASK_REF, type TaskEntry } from './actors/actor.ts';
import type { ActorEvent, Batch } from './actors/batch.ts';
import { Census } from './actors/census.ts';
import { type Clock, systemClock } from './actors/clock.ts';
import { readContext } from './actors/context-format.ts';
import { addDependencies } from './actors/dependencies.ts';
import { Dispatcher } from './actors/dispatcher.ts';
import { Engine } from './actors/engine.ts';
import { Facts } from './actors/facts.ts';
import { type ActorHandle, createHandle, keyOf, Watchers } from './actors/handle.ts';
import { historyAfter } from './actors/history.ts';
import { Memory } from './actors/memory.ts';
import { momentView, whatIf } from './actors/moment.ts';
import { Quota } from './actors/quota.ts';
import { Reader } from './actors/reader.ts';
import { snapshotView } from './actors/replay.ts';
import { Scenes } from './actors/scenes.ts';
import { type SubmitDeps, type Submitted, submit } from './actors/submit.ts';
import { JournalTail } from './actors/tail.ts';
import { stepNamed } from './actors/task-effects.ts';
import { pageOf } from './actors/task-list.ts';
import { persistedOf, snapshotOf } from './actors/turn.ts';
import { tellStep, tellTask } from './actors/verbs.ts';
import type { TaskView, WebhookView } from './actors/views.ts';
import type { Reasons } from './actors/waiting.ts';
import type { Bus } from './bus/bus.ts';
import { InProcessBus } from './bus/in-process.ts';
import { streamsOf } from './bus/streams.ts';
import { Subjects } from './bus/subjects.ts';
import { Refusal } from './errors.ts';
import { Gatekeeper } from './gate.ts';
import { type HealthParts, healthOf } from './health.ts';
import { nodeOf } from './jobs/node.ts';
import { RemoteJobs } from './jobs/remote-jobs.ts';
import { Metrics } from './metrics.ts';
import type {
  HealthStatus,
  MomentView,
  Orchestrator,
  Overview,
  PlanView,
  Scope,
  TaskQuery,
  WhatIf,
  WhatIfView,
} from './orchestrator.ts';
import { createTargetPolicy } from './outbound/target.ts';
import { overviewOf } from './overview.ts';
import { type InspectionEvent, inspectJournal } from './publication/inspection.ts';
import { inspectAll, inspectTask } from './publication/inspection-feed.ts';
import { Publication } from './publication/publication.ts';
import { Retention } from './recovery/retention.ts';
import { upgradeSnapshots } from './recovery/upgrade.ts';
import type { TaskRow, WebhookRow } from './store/rows.ts';
import { Store } from './store/store.ts';
import { Spans } from './tracing/spans.ts';
import { workflowDiagram } from './view/workflow-diagram.ts';
import { createWebhookSender, type WebhookSender } from './webhooks/send.ts';
import { createHttpCaller, type HttpCaller } from './worker/http-step.ts';
import type { HandlerEntry } from './worker/job.ts';
import { WorkerPool } from './worker/pool.ts';
import { refuseBuiltIn } from './workflow/built-in.ts';
import { compileWorkflow } from './workflow/compile.ts';
import { checkInput, type DefinedWorkflow, type InputSchema } from './workflow/define.ts';
import type { WorkflowDefinition } from './workflow/definition.ts';
import { compileInput, validatePayload } from './workflow/payload.ts';
import { WorkflowRegistry } from './workflow/registry.ts';
import type { TaskRequest } from './workflow/task-request.ts';

export interface TroupeOptions {
  /** Path of the store, or `:memory:` for one that dies with the process. */
  readonly db: string;
  readonly handlers: readonly HandlerEntry[];
  readonly workflows?: readonly (WorkflowDefinition | DefinedWorkflow)[];
  /** Attempts at once in this process; default 100. */
  readonly concurrency?: number;
  /** Attempts at once of one tenant; default no limit of its own. */
  readonly tenantConcurrency?: number;
  /** Unfinished tasks one tenant may have before more are refused (LIMIT_REACHED); null, the default: no limit. */
  readonly maxBacklogPerTenant?: number | null;
  /** New tasks a second one tenant may submit before more are refused (RATE_EXCEEDED); null, the default: no limit. */
  readonly ratePerTenant?: number | null;
  /** How many of them may come at once after a silence; null, the default: one second's worth. */
  readonly burstPerTenant?: number | null;
  /** Payload fields that stand for a missing correlationId; default correlationId, orderId. */
  readonly correlationKeys?: readonly string[];
  readonly webhooks?: { readonly secret: string | null; readonly allow: readonly string[] };
  /** What `${ENV:NAME}` in an HTTP call stands for when it is made; default: the environment of the process. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Default: one inside the process. */
  readonly bus?: Bus;
  /**
   * Whose steps the handlers given here do: of the agent `default`, or of all. Default: all without a `bus`, where
   * nobody else could do them, and `default` with one.
   */
  readonly agents?: 'default' | 'all';
  /** How long a worker on the bus that has begun an attempt may give no sign of it; default 30 s. */
  readonly heartbeatTimeoutMs?: number;
  /** First token of every subject; default `troupe`. */
  readonly prefix?: string;
  /** Publishes what XState's inspector understands on `troupe.inspect.>` over NATS too; in this process whoever listens hears it. */
  readonly inspect?: boolean;
  /** How long tasks are kept that are complete or cancelled; null, the default: for ever. */
  readonly retentionMs?: number | null;
  readonly log?: Logger;
  readonly clock?: Clock;
  /** Dice in [0, 1), for jitter. */
  readonly random?: () => number;
}

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

/** Of a task, an event of its history. */
interface Moment {
  readonly row: TaskRow;
  readonly entry: TaskEntry;
  readonly seq: number;
  readonly last: number;
}

const versionKey = ({ name, version }: WorkflowDefinition): string => `${name}@${version}`;

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
  readonly #scenes: Scenes;
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
  readonly #submitDeps: SubmitDeps;
  readonly #retention: Retention | null;
  /** Input schemas of workflows defined in code, by name and version. */
  readonly #inputs = new Map<string, InputSchema<unknown>>();
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
    for (const { definition, input } of defined)
      if (input !== null) this.#inputs.set(versionKey(definition), input);
    this.#pool = new WorkerPool(handlers);
    this.#dispatcher = new Dispatcher({
      anyAgent: (options.agents ?? (options.bus === undefined ? 'all' : 'default')) === 'all',
      total: options.concurrency ?? 100,
      perTenant: options.tenantConcurrency ?? null,
    });
    for (const { name, concurrency } of handlers) this.#dispatcher.serve(name, concurrency);
    this.#scenes = new Scenes(this.#store);
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
    this.#submitDeps = this.#createSubmitDeps();
    this.#retention = this.#createRetention(clock, log);
    this.#addGauges();
    this.#start();
  }

  #start(): void {
    for (const row of this.#store.workflows()) {
      this.#registry.add(compileWorkflow(JSON.parse(row.definition) as WorkflowDefinition));
    }
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

  #addGauges(): void {
    const metrics = this.#metrics;
    metrics.gauges('troupe_tasks', 'Tasks by state.', 'status', () => this.#census.byStatus);
    metrics.gauge('troupe_attempts_running', 'Attempts running now.', () => this.#dispatcher.running);
    metrics.gauge('troupe_attempts_queued', 'Attempts waiting for a worker.', () =>
      this.#store.queueLengths().reduce((sum, { count }) => sum + count, 0),
    );
    metrics.gauge('troupe_commits', 'Commits since the start.', () => this.#store.commits);
    metrics.gauge(
      'troupe_commit_failures',
      'Failed commits since the start.',
      () => this.#engine.counters.commitFailures,
    );
    metrics.gauge(
      'troupe_events_ignored',
      'Events no state had a use for.',
      () => this.#engine.counters.turnsIgnored,
    );
    metrics.gauge(
      'troupe_actors_set_aside',
      'Actors that cannot go on.',
      () => this.#store.setAsides().length,
    );
    metrics.gauge(
      'troupe_publication_backlog',
      'Journal rows whose facts the bus has not confirmed yet.',
      () => this.#publication.backlog,
    );
    metrics.gauge('troupe_store_bytes', 'Size of the store.', () => this.#store.bytes());
    metrics.gauges('troupe_webhooks', 'Deliveries by state.', 'status', () =>
      Object.fromEntries(this.#store.webhookCounts(null).map(({ status, count }) => [status, count])),
    );
  }

  async submit(request: TaskRequest): ReturnType<Orchestrator['submit']> {
    const [submitted] = await this.#submit([request], false);
    if (submitted === undefined) throw new Error('assertion failed: one submission makes one task');
    const { taskId, replayed } = submitted;
    const read = (): TaskView => this.getTask(null, taskId);
    return {
      taskId,
      replayed,
      get task() {
        return read();
      },
    };
  }

  async submitBatch(requests: readonly TaskRequest[]): ReturnType<Orchestrator['submitBatch']> {
    const submitted = await this.#submit(requests, true);
    return {
      tasks: submitted.map(({ taskId }) => this.getTask(null, taskId)),
      replayed: submitted.length > 0 && submitted.every(({ replayed }) => replayed),
    };
  }

  async #submit(requests: readonly TaskRequest[], isBatch: boolean): Promise<Submitted[]> {
    this.#checkTargets(requests, isBatch);
    const checked =
      this.#inputs.size === 0 ? requests : await Promise.all(requests.map((each) => this.#checkInput(each)));
    return this.#engine.perform((batch) => submit(batch, this.#submitDeps, checked, isBatch));
  }

  async #checkInput(request: TaskRequest): Promise<TaskRequest> {
    const workflow = this.#registry.find(request.name, request.workflowVersion);
    const input = workflow === null ? undefined : this.#inputs.get(versionKey(workflow.definition));
    return input === undefined ? request : { ...request, payload: await checkInput(input, request.payload) };
  }

  #checkTargets(requests: readonly TaskRequest[], isBatch: boolean): void {
    const faults = requests.flatMap(({ notificationUrl }, index) => {
      const message = notificationUrl === null ? null : this.#policy.checkUrl(notificationUrl);
      return message === null
        ? []
        : [{ pointer: `${isBatch ? `/tasks/${index}` : ''}/notificationUrl`, message }];
    });
    if (faults[0] !== undefined)
      throw new Refusal('invalid', 'INVALID_WEBHOOK_URL', faults[0].message, { faults });
  }

  checkWebhookUrl(url: string): string | null {
    return this.#policy.checkUrl(url);
  }

  getTask(scope: Scope, id: string): TaskView {
    return this.#reader.task(this.#reader.find(scope, id));
  }

  listTasks(query: TaskQuery): ReturnType<Orchestrator['listTasks']> {
    const { rows, nextCursor } = pageOf(this.#store, query);
    return { tasks: rows.map((row) => this.#reader.task(row)), nextCursor };
  }

  summarizeTasks(query: TaskQuery): ReturnType<Orchestrator['summarizeTasks']> {
    const { rows, nextCursor } = pageOf(this.#store, query);
    return { tasks: rows.map((row) => this.#reader.summary(row)), nextCursor };
  }

  getStep(scope: Scope, id: string, step: string): ReturnType<Orchestrator['getStep']> {
    return this.#reader.step(this.#reader.find(scope, id), step);
  }

  history(scope: Scope, id: string, after = 0): ReturnType<Orchestrator['history']> {
    const row = this.#reader.find(scope, id);
    return historyAfter(this.#store, this.#scenes, this.#memory.entryOf(row), after);
  }

  snapshot(scope: Scope, id: string, seq?: number): ReturnType<Orchestrator['snapshot']> {
    const { entry, seq: at } = this.#momentOf(scope, id, seq);
    return snapshotView(entry, this.#scenes.at(entry, at).actors, at);
  }

  moment(scope: Scope, id: string, seq?: number): MomentView {
    const { row, entry, seq: at, last } = this.#momentOf(scope, id, seq);
    return momentView(entry, this.#scenes.at(entry, at), last, () => this.#store.actors(row.no));
  }

  whatIf(scope: Scope, id: string, ask: WhatIf, seq?: number): WhatIfView {
    const { entry, seq: at } = this.#momentOf(scope, id, seq);
    return whatIf(entry, this.#scenes.at(entry, at), ask);
  }

  #momentOf(scope: Scope, id: string, seq?: number): Moment {
    const row = this.#reader.find(scope, id);
    const last = this.#store.lastSeq(row.no);
    if (seq !== undefined && (seq < 1 || seq > last)) {
      throw new Refusal('not_found', 'NO_SUCH_MOMENT', `the journal of task ${id} runs from 1 to ${last}`);
    }
    return { row, entry: this.#memory.entryOf(row), seq: seq ?? last, last };
  }

  inspection(scope: Scope, id: string): Iterable<InspectionEvent> {
    const row = this.#reader.find(scope, id);
    return inspectJournal(this.#memory.entryOf(row), this.#store.journal(row.no));
  }

  async *inspect({ tenantId, taskId, signal }: Parameters<Orchestrator['inspect']>[0]) {
    const parts = { store: this.#store, memory: this.#memory, tail: this.#tail };
    if (taskId === undefined) yield* inspectAll(parts, tenantId, signal);
    else yield* inspectTask(parts, this.#reader.find(tenantId, taskId).no, signal);
  }

  diagram(scope: Scope, id: string, format: 'mermaid' | 'dot'): string {
    const { workflow, statuses } = this.plan(scope, id);
    return workflowDiagram(workflow, format, statuses);
  }

  plan(scope: Scope, id: string): PlanView {
    const stored = this.#reader.open(this.#reader.find(scope, id));
    const { workflow } = stored.entry;
    const statuses = workflow.definition.steps.map((_, index) => this.#reader.stepView(stored, index).status);
    return { workflow, statuses };
  }

  taskVerb(...[scope, id, verb, options]: Parameters<Orchestrator['taskVerb']>): Promise<TaskView> {
    return this.#change(scope, id, (batch, entry) => tellTask(batch, entry, verb, options));
  }

  stepVerb(...[scope, id, step, verb, options]: Parameters<Orchestrator['stepVerb']>): Promise<TaskView> {
    return this.#change(scope, id, (batch, entry) => tellStep(batch, entry, step, verb, options));
  }

  addDependencies(scope: Scope, id: string, dependsOn: readonly string[], by: string): Promise<TaskView> {
    return this.#change(scope, id, (batch, entry) => {
      const status = batch.taskStatus(entry.no);
      if (status !== 'pending') {
        throw new Refusal(
          'conflict',
          'WRONG_STATE',
          `task ${id} is ${status}: only a pending task takes dependencies`,
        );
      }
      addDependencies(batch, entry, dependsOn, by);
    });
  }

  async #change(
    scope: Scope,
    id: string,
    change: (batch: Batch, entry: TaskEntry) => void,
  ): Promise<TaskView> {
    const row = this.#reader.find(scope, id);
    await this.#engine.perform((batch) => change(batch, batch.task(row.no)));
    return this.getTask(scope, id);
  }

  events(filter: Parameters<Orchestrator['events']>[0]): ReturnType<Orchestrator['events']> {
    return this.#facts.follow(filter);
  }

  async registerWorkflow(
    ...[definition, source]: Parameters<Orchestrator['registerWorkflow']>
  ): ReturnType<Orchestrator['registerWorkflow']> {
    compileInput(definition);
    this.#registry.check(definition);
    return this.#engine.perform((batch) => {
      const { workflow, isNew } = this.#registry.check(definition);
      if (isNew) {
        const { name, version } = definition;
        const row = {
          hash: workflow.hash,
          name,
          version,
          definition: JSON.stringify(definition),
          created_at: batch.now,
        };
        batch.store.insertWorkflow(row);
        batch.afterCommit(() => this.#registry.add(workflow));
      }
      if (source !== undefined) batch.store.insertWorkflowSource({ hash: workflow.hash, ...source });
      return { workflow, created: isNew };
    });
  }

  workflowSource(hash: string): ReturnType<Orchestrator['workflowSource']> {
    return this.#store.workflowSource(hash);
  }

  listWorkflows(): ReturnType<Orchestrator['listWorkflows']> {
    return this.#registry.list();
  }

  getWorkflow(name: string, version?: string): ReturnType<Orchestrator['getWorkflow']> {
    const workflow = this.#registry.find(name, version);
    if (workflow !== null) return workflow;
    const what = version === undefined ? `workflow ${name}` : `version ${version} of workflow ${name}`;
    throw new Refusal('not_found', 'WORKFLOW_NOT_FOUND', `there is no ${what}`);
  }

  listWebhooks(scope: Scope, status?: WebhookView['status'], limit = 100): WebhookView[] {
    return this.#store.webhooks(scope, status ?? null, limit).map((row) => this.#webhookView(row));
  }

  async redeliverWebhook(scope: Scope, id: string, by: string): Promise<WebhookView> {
    const row = this.#store.webhook(id);
    if (row === null || (scope !== null && row.tenant !== scope)) {
      throw new Refusal('not_found', 'WEBHOOK_NOT_FOUND', `there is no webhook ${id}`);
    }
    await this.#engine.perform((batch) => {
      const event = { type: 'step.retry', at: batch.now, by } as ActorEvent;
      if (batch.take({ task: row.task, ref: row.ref }, event) === 'taken') return;
      const message = `webhook ${id} is ${row.status}: only a dead one is sent again`;
      throw new Refusal('conflict', 'WRONG_STATE', message);
    });
    return this.#webhookView(this.#store.webhook(id) ?? row);
  }

  #webhookView(row: WebhookRow): WebhookView {
    const actor = this.#store.actor(row.task, row.ref);
    const context = readContext(actor?.context ?? '{}') as {
      attempt?: number;
      retryAt?: number;
      error?: WebhookView['error'];
    };
    return {
      id: row.id,
      taskId: this.#memory.task(row.task).id,
      tenantId: row.tenant,
      url: row.url,
      type: row.type as WebhookView['type'],
      status: row.status as WebhookView['status'],
      attempts: context.attempt ?? 0,
      nextAttemptAt: context.retryAt === undefined ? null : new Date(context.retryAt).toISOString(),
      createdAt: new Date(row.created_at).toISOString(),
      error: context.error ?? null,
    };
  }

  actor(id: string, step?: string): ActorHandle {
    const row: TaskRow = this.#reader.find(null, id);
    const entry = this.#memory.entryOf(row);
    const index = step === undefined ? null : stepNamed(entry, step);
    if (step !== undefined && index === null) {
      throw new Refusal('not_found', 'STEP_NOT_FOUND', `task ${id} has no step ${step}`);
    }
    const ref = index === null ? TASK_REF : stepRef(index);
    const read = (): Actor => {
      const actor = this.#memory.actor(row.no, ref);
      if (actor !== null) return actor;
      throw new Refusal(
        'not_found',
        'STEP_NOT_SPAWNED',
        `step ${step} of task ${id} has not been spawned yet`,
      );
    };
    return createHandle({
      id: `${id}/${actorName(entry, ref)}`,
      key: keyOf(row.no, ref),
      watchers: this.#watchers,
      read: () => {
        const { state, context } = read();
        return snapshotOf(kindOf(ref), state, context);
      },
      persist: () => {
        const { state, context } = read();
        return persistedOf(kindOf(ref), state, context);
      },
      send: (event) => {
        this.#engine.tell({ task: row.no, ref }, (batch) => {
          batch.take({ task: row.no, ref }, {
            by: 'code',
            reason: null,
            ...event,
            at: batch.now,
          } as ActorEvent);
        });
      },
    });
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
