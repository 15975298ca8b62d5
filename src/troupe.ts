/** The composition root: what runs, and on it what can be asked of it and told to it. */

import type { Bus } from './bus/bus.ts';
import type { Subjects } from './bus/subjects.ts';
import { Checkpoints } from './history/checkpoints.ts';
import { systemClock } from './kernel/clock.ts';
import type { SubmitDeps } from './kernel/submit.ts';
import { addGauges } from './monitoring/gauges.ts';
import { healthOf } from './monitoring/health.ts';
import { overviewOf } from './monitoring/overview.ts';
import { Changes } from './operations/changes.ts';
import { isStoredAsBefore } from './operations/defined.ts';
import { handleOf } from './operations/handle.ts';
import { type Library, type LibraryOperations, libraryOf } from './operations/library.ts';
import { Runs } from './operations/runs.ts';
import { Submissions, versionKey } from './operations/submissions.ts';
import { Webhooks } from './operations/webhooks.ts';
import { Workflows } from './operations/workflows.ts';
import type { TroupeOptions } from './options.ts';
import type { InspectionEvent } from './publication/inspection.ts';
import { Answers } from './queries/answers.ts';
import { Queries } from './queries/queries.ts';
import { Quota } from './scheduling/quota.ts';
import { System } from './system.ts';
import { activeTraceparent } from './tracing/spans.ts';
import type { Orchestrator, Scope } from './views/orchestrator.ts';
import type { InputSchema } from './workflow/define.ts';
import { validatePayload } from './workflow/payload.ts';
import type { WorkflowRegistry } from './workflow/registry.ts';

export type { TroupeOptions } from './options.ts';

/** Code may do this with a Troupe; as an `Orchestrator`, with a tenant to each call, it serves HTTP and NATS. */
export interface Troupe extends Orchestrator, Omit<Library, 'submit' | 'submitBatch'> {
  readonly bus: Bus;
  readonly subjects: Subjects;
  /** What XState's inspector would have been told of a task so far; what comes then is on `troupe.inspect.>`. */
  inspection(scope: Scope, id: string): Iterable<InspectionEvent>;
  /** Refuses a webhook target that could never be called, or null. */
  checkWebhookUrl(url: string): string | null;
}

export async function createTroupe(options: TroupeOptions): Promise<Troupe> {
  const system = new System(options);
  try {
    await system.open();
  } catch (error) {
    await system.drain(0);
    await system.stop();
    system.store.close({});
    throw error;
  }
  const queries = new Queries({ ...system, scenes: new Checkpoints(system.store) });
  const answers = new Answers({ ...system, queries });
  const operations = operationsOn(system, { queries, answers }, options);
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
    await system.stop();
    await answers.close();
    system.store.close({ keepClaim });
  };
  return {
    ...libraryOf({ ...operations, actorOf, factsOf }, runs),
    ...operations,
    bus: system.bus,
    subjects: system.subjects,
    checkWebhookUrl: (url) => system.policy.checkUrl(url),
    health: () => healthOf(system.healthParts()),
    metrics: () => system.metrics.exposition(),
    close: ({ graceMs = 20_000, keepClaim = false } = {}) => {
      closing ??= close(graceMs, keepClaim);
      return closing;
    },
  };
}

type Operations = Omit<Orchestrator, 'health' | 'metrics' | 'close'> & Pick<Troupe, 'inspection'>;

/** Each part brings its share of the operations. */
function operationsOn(
  system: System,
  { queries, answers }: { readonly queries: Queries; readonly answers: Answers },
  options: TroupeOptions,
): Operations {
  const { reader, facts, metrics } = system;
  addGauges(metrics, system);
  return {
    ...queries,
    ...answers,
    ...submissionsOn(system, options),
    ...new Changes(system),
    ...new Workflows(system),
    ...new Webhooks(system),
    events: (filter) => {
      if (filter.taskId !== undefined) reader.find(filter.tenantId, filter.taskId);
      return facts.follow(filter);
    },
    overview: (scope) => {
      const now = (options.clock ?? systemClock).now();
      const { lastMinute } = metrics;
      return overviewOf({ ...system.healthParts(), lastMinute, now, answer: answers.answer }, scope);
    },
  };
}

function submissionsOn(system: System, options: TroupeOptions): Submissions {
  const { registry, census } = system;
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
    openOf: (tenant) => census.openOf(tenant),
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
  { workflows = [] }: TroupeOptions,
): Promise<void> {
  for (const workflow of workflows) {
    if (!('definition' in workflow)) await register(workflow);
    else if (!isStoredAsBefore(workflow, registry)) await register(workflow.definition);
  }
}
