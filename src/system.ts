/**
 * The parts that run: the bus, the workers and the engine between them, from their start to their end. The store is given
 * to them, open; its owner closes it after them.
 */

import { type Logger, pino } from 'pino';
import type { Bus } from './bus/bus.ts';
import { InProcessBus } from './bus/in-process.ts';
import { streamsOf } from './bus/streams.ts';
import { Subjects } from './bus/subjects.ts';
import { HandlerExecutor } from './execution/handlers.ts';
import { OwnStepExecutor } from './execution/own-steps.ts';
import { Trials } from './execution/trials.ts';
import { WebhookExecutor } from './execution/webhook-deliveries.ts';
import { Facts } from './history/facts.ts';
import { JournalFollower } from './history/journal-follower.ts';
import { nodeOf } from './jobs/node.ts';
import { RemoteJobs } from './jobs/remote-jobs.ts';
import { readHandlerKey } from './kernel/actor.ts';
import { ActorCache } from './kernel/actor-cache.ts';
import { ApprovalLinks } from './kernel/approval-links.ts';
import type { Batch } from './kernel/batch.ts';
import { type Clock, systemClock } from './kernel/clock.ts';
import { Engine, NOBODY } from './kernel/engine.ts';
import { Watchers } from './kernel/handle.ts';
import { OutputGate } from './kernel/output-gate.ts';
import type { HealthParts } from './monitoring/health.ts';
import { Metrics } from './monitoring/metrics.ts';
import { TaskCounts } from './monitoring/task-counts.ts';
import { earlierHandlers } from './operations/defined.ts';
import { handlerEntries, type TroupeOptions } from './options.ts';
import { createTargetPolicy } from './outbound/target.ts';
import { Publication } from './publication/publication.ts';
import type { Reasons } from './queries/reasons.ts';
import { TaskReader } from './queries/task-reader.ts';
import { loadWorkflows } from './recovery/records.ts';
import { Dispatcher } from './scheduling/dispatcher.ts';
import type { Address } from './store/address.ts';
import type { Store } from './store/store.ts';
import { FailureLog } from './tracing/failure-log.ts';
import { Spans } from './tracing/spans.ts';
import { createWebhookSender, type WebhookSender } from './webhooks/send.ts';
import { createHttpCaller, type HttpCaller } from './worker/http-step.ts';
import { DEFAULT_CONCURRENCY, type HandlerEntry } from './worker/job.ts';
import { sinkInto } from './worker/job-log.ts';
import { lateLogger, WorkerPool } from './worker/pool.ts';
import type { Progress } from './worker/progress.ts';
import { foundByName } from './workflow/built-in.ts';
import { meantHandler } from './workflow/meant-handler.ts';
import { WorkflowRegistry } from './workflow/registry.ts';

export const silent = pino({ level: 'silent' });

/** A worker elsewhere says its share alone. */
const shareOnly = (share: number | null): Progress | null => (share === null ? null : { share, note: null });

/** The store has its own: where it is, and how long tasks are kept in it. */
export type SystemOptions = Omit<TroupeOptions, 'db' | 'retentionMs'>;

export class System {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly #options: SystemOptions;
  readonly store: Store;
  readonly node: string;
  readonly registry = new WorkflowRegistry();
  readonly cache: ActorCache;
  readonly dispatcher: Dispatcher;
  readonly engine: Engine;
  readonly reasons: Reasons;
  readonly reader: TaskReader;
  readonly links: ApprovalLinks;
  readonly follower: JournalFollower;
  readonly facts: Facts;
  readonly publication: Publication;
  readonly #pool: WorkerPool;
  readonly #jobs: RemoteJobs;
  readonly #spans = new Spans();
  readonly watchers: Watchers;
  readonly taskCounts = new TaskCounts();
  readonly metrics = new Metrics();
  readonly policy: ReturnType<typeof createTargetPolicy>;
  readonly #sender: WebhookSender;
  readonly #http: HttpCaller;
  #isStopping = false;

  constructor(options: SystemOptions, store: Store) {
    const { webhooks = { secret: null, allow: [] }, clock = systemClock, log = silent } = options;
    const handlers = handlersOf(options, store);
    this.#options = options;
    this.subjects = new Subjects(options.prefix);
    this.policy = createTargetPolicy(webhooks.allow);
    this.#sender = createWebhookSender({ secret: webhooks.secret, policy: this.policy });
    this.#http = createHttpCaller({
      policy: this.policy,
      ...(options.variables === undefined ? {} : { variables: options.variables }),
    });
    this.store = store;
    this.node = nodeOf(store);
    const { publicUrl = null } = options;
    this.links = new ApprovalLinks(store, typeof publicUrl === 'function' ? publicUrl : () => publicUrl);
    this.bus =
      options.bus ??
      new InProcessBus({
        streams: streamsOf(this.subjects),
        onError: (err, subject) => log.warn({ err, subject }, 'a subscriber failed'),
      });
    this.watchers = new Watchers((err) => log.warn({ err }, 'a subscriber of an actor failed'));
    this.cache = new ActorCache(this.store, this.registry);
    this.follower = new JournalFollower(this.store);
    this.facts = new Facts(this.store, this.follower, this.cache);
    this.publication = new Publication({
      store: this.store,
      cache: this.cache,
      follower: this.follower,
      bus: this.bus,
      subjects: this.subjects,
      log,
      inspect: options.inspect ?? false,
    });
    const { host = null } = options;
    this.#pool = new WorkerPool(handlers, {
      host,
      onLate: lateLogger(log),
      log: sinkInto(log),
    });
    const limits = {
      anyAgent: (options.agents ?? (options.bus === undefined ? 'all' : 'default')) === 'all',
      total: options.concurrency ?? DEFAULT_CONCURRENCY,
      perTenant: options.tenantConcurrency ?? null,
    };
    this.dispatcher = new Dispatcher(limits, (key) => this.#jobs.want(key));
    this.dispatcher.serveOnly([...(host?.handlers ?? []), ...handlers]);
    host?.onHandlers((loaded) => {
      this.dispatcher.serveOnly([...loaded, ...handlers]);
      this.engine.wake();
    });
    this.reasons = this.#reasonsOf();
    this.reader = new TaskReader(this.store, this.cache, this.reasons);
    this.#jobs = this.#createJobs(clock, log);
    this.engine = new Engine(
      {
        store: this.store,
        cache: this.cache,
        dispatcher: this.dispatcher,
        clock,
        random: options.random ?? Math.random,
        registry: this.registry,
        log,
      },
      this.#createGate(clock, log),
    );
    this.#start(log);
  }

  #start(log: Logger): void {
    for (const { name, why } of loadWorkflows(this.store, this.registry))
      log.error({ workflow: name, why }, 'a workflow cannot be opened, and none of its tasks');
    this.taskCounts.load(this.store);
    this.publication.start();
    this.engine.start();
  }

  #reasonsOf(): Reasons {
    const dispatcher = this.dispatcher;
    return {
      isServed: (key) => dispatcher.isServed(key),
      meant: (key) => {
        const { agent, handler } = readHandlerKey(key);
        return meantHandler(handler, dispatcher.servedTo(agent));
      },
      limitReached: (key, tenant) => dispatcher.limitReached(key, tenant),
      get unreachable() {
        return dispatcher.unreachable;
      },
      progressOf: (token) => this.#pool.progressOf(token) ?? shareOnly(this.#jobs.progressOf(token)),
      progress: () => {
        const progress = this.#pool.progress();
        for (const [token, share] of this.#jobs.progress) progress.set(token, { share, note: null });
        return progress;
      },
    };
  }

  /** Lists who runs attempts, and who is told of each commit, in this order. */
  #createGate(clock: Clock, log: Logger): OutputGate {
    const { store, cache, links } = this;
    const parts = {
      store,
      cache,
      links,
      pool: this.#pool,
      spans: this.#spans,
      clock,
      tell: (address: Address, work: (batch: Batch) => void) => this.engine.tell(address, work),
      flush: () => this.engine.flush(),
    };
    const trials = new Trials({
      store,
      clock,
      commit: (write, then) =>
        this.engine.tell(NOBODY, (batch) => {
          write(batch.draft);
          batch.afterCommit(then);
        }),
    });
    const failures = new FailureLog(log, (step) => cache.readable(step));
    return new OutputGate({
      executors: [
        this.#jobs,
        new WebhookExecutor(parts, this.#sender),
        new OwnStepExecutor(parts, { http: this.#http }),
        new HandlerExecutor(parts, trials),
      ],
      listeners: [this.taskCounts, this.metrics, this.watchers, this.publication, this.#spans, failures],
      trials,
    });
  }

  #createJobs(clock: Clock, log: Logger): RemoteJobs {
    return new RemoteJobs({
      bus: this.bus,
      subjects: this.subjects,
      node: this.node,
      store: this.store,
      cache: this.cache,
      links: this.links,
      dispatcher: this.dispatcher,
      metrics: this.metrics,
      spans: this.#spans,
      clock,
      log,
      silenceMs: this.#options.heartbeatTimeoutMs ?? 30_000,
      tell: (address, work) => this.engine.tell(address, work),
      wake: () => this.engine.wake(),
    });
  }

  /** Hears workers elsewhere from now on. */
  async open(): Promise<void> {
    await this.#jobs.open();
  }

  /** Health and the overview are made of these. */
  healthParts(): Omit<HealthParts, 'store'> {
    // Seen by who asks next: this answer says what was seen before.
    this.#jobs.look();
    return {
      dispatcher: this.dispatcher,
      taskCounts: this.taskCounts,
      cache: this.cache,
      bus: this.bus,
      trouble: this.#isStopping ? 'stopping' : this.engine.trouble,
    };
  }

  /** Takes no new work and gives what runs so long to finish. */
  async drain(graceMs: number): Promise<void> {
    this.#isStopping = true;
    this.engine.drain();
    this.dispatcher.stop();
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = systemClock.after(graceMs, resolve);
    });
    await Promise.race([this.#pool.idle(), late]);
    cancel();
  }

  /** Attempts that still run are found again at the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#jobs.close();
    this.engine.close();
    this.#pool.abortAll();
    this.#pool.close();
    await this.publication.close();
    this.follower.close();
    await this.bus.close();
    await this.#sender.close();
    await this.#http.close();
  }
}

/** Handlers come alone or with workflows written in code; a stored workflow may know one by an earlier name. */
function handlersOf({ handlers, workflows = [] }: SystemOptions, store: Store): readonly HandlerEntry[] {
  const defined = workflows.filter((workflow) => 'definition' in workflow);
  const now = [
    ...foundByName(handlerEntries(handlers)),
    ...foundByName(defined.flatMap((workflow) => workflow.handlers)),
  ];
  return [...now, ...earlierHandlers(defined, store, now)];
}
