/** The composition root: what runs, and on it what can be asked of it and told to it. */

import type { Bus } from './bus/bus.ts';
import type { Subjects } from './bus/subjects.ts';
import { Checkpoints } from './history/checkpoints.ts';
import { systemClock } from './kernel/clock.ts';
import type { SubmitDeps } from './kernel/submit.ts';
import { addGauges } from './monitoring/gauges.ts';
import { type HealthParts, healthOf } from './monitoring/health.ts';
import { overviewOf } from './monitoring/overview.ts';
import { Approvals } from './operations/approvals.ts';
import { Changes } from './operations/changes.ts';
import { isStoredAsBefore } from './operations/defined.ts';
import { handleOf } from './operations/handle.ts';
import { type Library, type LibraryOperations, libraryOf } from './operations/library.ts';
import { Runs } from './operations/runs.ts';
import { Signals } from './operations/signals.ts';
import { Submissions, versionKey } from './operations/submissions.ts';
import { Webhooks } from './operations/webhooks.ts';
import { Workflows } from './operations/workflows.ts';
import { assertOptions, type TroupeOptions } from './options.ts';
import type { InspectionEvent } from './publication/inspection.ts';
import { Answers } from './queries/answers.ts';
import { Queries } from './queries/queries.ts';
import { pruneSome } from './recovery/prune.ts';
import { Retention } from './recovery/retention.ts';
import { upgradeSnapshots } from './recovery/upgrade.ts';
import { Quota } from './scheduling/quota.ts';
import { SqliteStore } from './store/sqlite-store.ts';
import { System, type SystemOptions, silent } from './system.ts';
import { activeTraceparent } from './tracing/spans.ts';
import type { Orchestrator, Scope } from './views/orchestrator.ts';
import { validatePayload } from './workflow/payload.ts';
import type { WorkflowRegistry } from './workflow/registry.ts';
import type { InputSchema } from './workflow/standard-schema.ts';
import { inCamelCase } from './workflow/steps/index.ts';
import { warningsOf } from './workflow/warnings.ts';

export type { TroupeOptions } from './options.ts';

/** Code may do this with a Troupe; as an `Orchestrator`, with a tenant to each call, it serves HTTP and NATS. */
export interface Troupe extends Orchestrator, Omit<Library, 'submit' | 'submitBatch'> {
  readonly bus: Bus;
  readonly subjects: Subjects;
  /** The id of its store among those on one NATS. */
  readonly node: string;
  /** Returns the messages for XState's inspector about a task so far; later ones are on `troupe.inspect.>`. */
  inspection(scope: Scope, id: string): Iterable<InspectionEvent>;
  /** Refuses a webhook target that could never be called, or null. */
  checkWebhookUrl(url: string): string | null;
}

export async function createTroupe(options: TroupeOptions): Promise<Troupe> {
  assertOptions(options);
  const store = openStore(options);
  const system = await startOn(store, options);
  const retention = retentionOf(system, store, options);
  retention?.start();
  const queries = new Queries({ ...system, store, checkpoints: new Checkpoints(store) });
  const answers = new Answers({ ...system, store, queries });
  const health = (): HealthParts => ({ ...system.healthParts(), store });
  const operations = operationsOn(system, { store, queries, answers, health }, options);
  await registerGiven(operations.registerWorkflow, system.registry, options);
  const { reader, facts } = system;
  const actorOf: LibraryOperations['actorOf'] = (scope, id, step) => handleOf(system, scope, id, step);
  const factsOf: LibraryOperations['factsOf'] = (scope, id, after, signal) =>
    facts.ofTask(reader.find(scope, id), after, signal);
  const runs = new Runs({ getTask: operations.getTask, actorOf });
  let closing: Promise<void> | null = null;
  /** No new work → what runs finishes, or is found again at the next start → commit → close. */
  const close = async (graceMs: number, keepClaim: boolean): Promise<void> => {
    await system.drain(graceMs);
    runs.close();
    retention?.stop();
    await system.stop();
    await answers.close();
    store.close({ keepClaim });
  };
  return {
    ...libraryOf({ ...operations, actorOf, factsOf }, runs),
    ...operations,
    bus: system.bus,
    subjects: system.subjects,
    node: system.node,
    checkWebhookUrl: (url) => system.policy.checkUrl(url),
    health: () => healthOf(health()),
    metrics: () => system.metrics.exposition(),
    close: ({ graceMs = 20_000, keepClaim = false } = {}) => {
      closing ??= close(graceMs, keepClaim);
      return closing;
    },
  };
}

const openStore = ({ db, clock = systemClock, log = silent }: TroupeOptions): SqliteStore =>
  new SqliteStore(db, {
    upgrade: (store, rows) => upgradeSnapshots(store, rows, { now: clock.now(), log }),
  });

/** Closes the store if nothing can run on it. */
async function startOn(store: SqliteStore, options: TroupeOptions): Promise<System> {
  let system: System | null = null;
  try {
    system = new System(options, store);
    await system.open();
    return system;
  } catch (error) {
    await system?.drain(0);
    await system?.stop();
    store.close();
    throw error;
  }
}

function retentionOf(
  { cache, taskCounts }: System,
  store: SqliteStore,
  { retentionMs: keepMs = null, clock = systemClock, log = silent }: TroupeOptions,
): Retention | null {
  if (keepMs === null) return null;
  return new Retention({
    keepMs,
    clock,
    log,
    prune: (options, after) => pruneSome(store, options, after),
    pruned: () => {
      cache.forget();
      taskCounts.load(store);
    },
  });
}

type Operations = Omit<Orchestrator, 'health' | 'metrics' | 'close'> & Pick<Troupe, 'inspection'>;

/** Questions beside running tasks need these, and SQLite. */
interface QueryParts {
  readonly store: SqliteStore;
  readonly queries: Queries;
  readonly answers: Answers;
  readonly health: () => HealthParts;
}

/** Each part brings its share of the operations. */
function operationsOn(
  system: System,
  { store, queries, answers, health }: QueryParts,
  options: TroupeOptions,
): Operations {
  const { reader, facts, metrics } = system;
  addGauges(metrics, { ...system, store });
  return {
    ...queries,
    ...answers,
    ...submissionsOn(system, options),
    ...new Changes(system),
    ...new Signals(system),
    ...new Approvals({ ...system, store }),
    ...new Workflows({ ...system, store }),
    ...new Webhooks({ ...system, store }),
    events: (filter) => {
      if (filter.taskId !== undefined) reader.find(filter.tenantId, filter.taskId);
      return facts.follow(filter);
    },
    overview: (scope) => {
      const now = (options.clock ?? systemClock).now();
      const { lastMinute } = metrics;
      return overviewOf({ ...health(), lastMinute, now, answer: answers.answer }, scope);
    },
  };
}

/** Submits tasks to whatever store they run on. */
export function submissionsOn(system: System, options: SystemOptions): Submissions {
  const { registry, taskCounts } = system;
  const { correlationKeys = ['correlationId', 'orderId'], clock = systemClock } = options;
  const { maxBacklogPerTenant, ratePerTenant, burstPerTenant, workflows = [] } = options;
  const inputs = new Map<string, InputSchema<unknown>>();
  for (const workflow of workflows) {
    if (!('definition' in workflow) || workflow.input === null) continue;
    inputs.set(versionKey(workflow.definition), workflow.input);
  }
  const quota = new Quota({
    maxBacklog: maxBacklogPerTenant ?? null,
    ratePerSecond: ratePerTenant ?? null,
    burst: burstPerTenant ?? null,
    openOf: (tenant) => taskCounts.openOf(tenant),
    now: () => clock.now(),
  });
  const deps: SubmitDeps = {
    registry,
    correlationKeys,
    quota,
    validatePayload: (key, payload) => {
      const workflow = registry.open(key);
      return workflow === null ? payload : validatePayload(workflow, payload);
    },
  };
  return new Submissions({ ...system, inputs, deps, callersTrace: activeTraceparent });
}

async function registerGiven(
  register: Orchestrator['registerWorkflow'],
  registry: WorkflowRegistry,
  { workflows = [], log = silent }: TroupeOptions,
): Promise<void> {
  for (const workflow of workflows) {
    const definition = 'definition' in workflow ? workflow.definition : workflow;
    const { name, steps } = definition;
    for (const { path, message } of warningsOf(definition)) {
      const [, index, ...keys] = path;
      log.warn(
        { workflow: name, step: steps[index]?.name },
        `${keys.map(inCamelCase).join('.')}: ${message}`,
      );
    }
    if (!('definition' in workflow)) await register(workflow);
    else if (!isStoredAsBefore(workflow, registry)) await register(workflow.definition);
  }
}
