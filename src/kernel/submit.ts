/** Submission: everything that can be refused is found before the first row is written. */

import { uuidv7 } from 'uuidv7';
import type { TaskInput } from '../../machines/index.ts';
import { type Fault, Refusal } from '../errors.ts';
import type { Quota } from '../scheduling/quota.ts';
import { taskAt } from '../store/address.ts';
import type { TaskRow } from '../store/rows.ts';
import type { CompiledWorkflow } from '../workflow/definition.ts';
import { nameKey } from '../workflow/name-key.ts';
import { isSingle, type WorkflowRegistry } from '../workflow/registry.ts';
import { correlationIdField, type TaskRequest } from '../workflow/task-request.ts';
import type { StoredRequest, TaskEntry } from './actor.ts';
import type { Batch } from './batch.ts';
import { deadlineMsOf } from './deadlines.ts';
import { type Planned, planDependencies, type Resolution } from './dependencies.ts';
import { hashOf, writeRequest } from './request-format.ts';
import { checkSignal, signalTask } from './signals.ts';

export interface Submitted {
  readonly taskId: string;
  readonly replayed: boolean;
}

export interface SubmitDeps {
  readonly registry: WorkflowRegistry;
  /** Payload fields that stand for a missing correlationId, the first that is there. */
  readonly correlationKeys: readonly string[];
  readonly quota: Pick<Quota, 'refusal' | 'took'>;
  readonly validatePayload: (workflowKey: string, payload: TaskRequest['payload']) => TaskRequest['payload'];
}

/** Stores the tasks, all or none. A request whose idempotency key is known gives the first task again. */
export function submit(
  batch: Batch,
  deps: SubmitDeps,
  requests: readonly TaskRequest[],
  isBatch: boolean,
): Submitted[] {
  const placed = requests.map((request, index) => ({ request, pointer: isBatch ? `/tasks/${index}` : '' }));
  const replays = placed.map((each) => findReplay(batch, each));
  const fresh = placed.filter((_, index) => replays[index] === null);
  refuseRepeatedKeys(fresh);
  const counts = admitAll(batch, deps, fresh);
  const planned = collectFaults(fresh, (each) => plan(batch, deps, each));
  const rest = [...planned];
  const entries = replays.map((replay) => (replay === null ? rest.shift()?.entry : batch.task(replay.no)));
  const known = entries.filter((entry) => entry !== undefined);
  planDependencies(batch, planned, isBatch ? known : []);
  for (const task of planned) store(batch, task);
  for (const task of planned) begin(batch, task);
  for (const [index, each] of placed.entries()) bringSignals(batch, known[index], each);
  batch.afterCommit(() => {
    for (const [tenant, count] of counts) deps.quota.took(tenant, count);
  });
  return known.map(({ id }, index) => ({ taskId: id, replayed: replays[index] !== null }));
}

/** One request, and where it stands in what was sent. */
type PlacedRequest = Pick<Planned, 'request' | 'pointer'>;

function findReplay(batch: Batch, { request, pointer }: PlacedRequest): TaskRow | null {
  if (request.idempotencyKey === null) return null;
  const known = batch.draft.taskByIdempotencyKey(request.tenantId, request.idempotencyKey);
  if (known === null || known.request_hash === hashOf(request)) return known;
  throw new Refusal(
    'IDEMPOTENCY_KEY_REUSED',
    `idempotency key ${request.idempotencyKey} belongs to task ${known.id}, which was asked for with another body`,
    { faults: [{ pointer: `${pointer}/idempotencyKey`, message: 'already used with another body' }] },
  );
}

function refuseRepeatedKeys(placed: readonly PlacedRequest[]): void {
  const seen = new Set<string>();
  for (const { request, pointer } of placed) {
    const { tenantId, idempotencyKey } = request;
    if (idempotencyKey === null) continue;
    const key = `${tenantId}\n${idempotencyKey}`;
    if (seen.has(key)) {
      throw new Refusal('IDEMPOTENCY_KEY_REUSED', `key ${idempotencyKey} stands twice in one batch`, {
        faults: [{ pointer: `${pointer}/idempotencyKey`, message: 'stands twice in this batch' }],
      });
    }
    seen.add(key);
  }
}

/** How many new tasks each tenant asks for, if all may have them. */
function admitAll(
  batch: Batch,
  { quota }: SubmitDeps,
  placed: readonly PlacedRequest[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { request } of placed) counts.set(request.tenantId, (counts.get(request.tenantId) ?? 0) + 1);
  for (const [tenant, count] of counts) {
    const refusal = quota.refusal(tenant, count, batch.submitted.get(tenant) ?? 0);
    if (refusal !== null) throw refusal;
  }
  return counts;
}

/** Plans every request; what is wrong with any is told of all of them at once. */
function collectFaults(
  placed: readonly PlacedRequest[],
  planOne: (each: PlacedRequest) => Planned,
): Planned[] {
  const faults: Fault[] = [];
  let first: Refusal | null = null;
  const planned: Planned[] = [];
  for (const each of placed) {
    try {
      planned.push(planOne(each));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      first ??= error;
      faults.push(...error.faults.map((fault) => ({ ...fault, pointer: each.pointer + fault.pointer })));
    }
  }
  if (first !== null) throw new Refusal(first.code, first.message, { faults });
  return planned;
}

function plan(batch: Batch, deps: SubmitDeps, { request, pointer }: PlacedRequest): Planned {
  const workflowKey = deps.registry.keyOf(request.name, request.workflowVersion);
  const workflow = deps.registry.open(workflowKey);
  if (workflow === null) throw new Error(`assertion failed: no workflow ${workflowKey}`);
  const payload = deps.validatePayload(workflowKey, request.payload);
  request.signals?.forEach(({ name, data }, index) => {
    checkSignal({ workflow }, { name, data: data ?? null }, `/signals/${index}`);
  });
  const stored: StoredRequest = {
    payload,
    maxRetries: request.maxRetries,
    timeoutSeconds: request.timeoutSeconds,
    notificationUrl: request.notificationUrl,
    notificationTypes: request.notificationTypes,
    tags: request.tags,
    initiator: request.initiator,
    reason: request.reason,
    sourceSystem: request.sourceSystem,
    onDependencyFailure: request.onDependencyFailure,
    ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
    ...pinsOf(deps.registry, workflow),
  };
  const entry: Omit<TaskEntry, 'createdAt'> = {
    no: batch.nextTaskNo(),
    id: uuidv7(),
    tenant: request.tenantId,
    // Its workflow's own, however it was asked for.
    name: isSingle(workflowKey) ? request.name : nameKey(workflow.definition.name),
    priority: request.priority,
    correlation: correlationOf(request, deps.correlationKeys),
    workflowKey,
    workflow,
    request: stored,
    parent: null,
  };
  return { request, pointer, entry: { ...entry, createdAt: 0 }, dependencies: [], answers: [] };
}

/** Children are of the versions that are current now, whenever they are spawned; one that is unknown is looked for then. */
function pinsOf(
  registry: WorkflowRegistry,
  { waits, definition }: CompiledWorkflow,
): Pick<StoredRequest, 'pins'> {
  const pins: Record<string, string> = {};
  for (const index of waits) {
    const { name, run } = definition.steps[index] ?? {};
    const found =
      name === undefined || run === undefined ? null : registry.find(run.workflow, run.version ?? null);
    if (name !== undefined && found !== null) pins[name] = found.hash;
  }
  return Object.keys(pins).length === 0 ? {} : { pins };
}

/** Takes the correlation from the payload by the rules of a given one; one that breaks them is none. */
function correlationOf(request: TaskRequest, keys: readonly string[]): string | null {
  if (request.correlationId !== null) return request.correlationId;
  for (const key of keys) {
    const value = Object.hasOwn(request.payload, key) ? request.payload[key] : undefined;
    if (typeof value !== 'string' && !Number.isFinite(value)) continue;
    const { data } = correlationIdField.safeParse(String(value));
    if (data !== undefined) return data;
  }
  return null;
}

function store(batch: Batch, task: Planned): void {
  const { entry, request } = task;
  task.entry = { ...entry, createdAt: batch.now };
  batch.submitted.set(entry.tenant, (batch.submitted.get(entry.tenant) ?? 0) + 1);
  batch.draft.insertTask({
    no: entry.no,
    id: entry.id,
    tenant: entry.tenant,
    name: entry.name,
    workflow: entry.workflowKey,
    status: 'pending',
    priority: entry.priority,
    correlation: entry.correlation,
    idempotencyKey: request.idempotencyKey,
    requestHash: request.idempotencyKey === null ? null : hashOf(request),
    createdAt: batch.now,
    request: writeRequest(entry.request),
    tags: request.tags,
    parent: null,
  });
  task.dependencies.forEach((dependency, position) => {
    batch.draft.putDependency({
      task: entry.no,
      position,
      name: dependency.name,
      on_task: dependency.task?.no ?? null,
      tenant: entry.tenant,
    });
  });
}

/** A task of the workflow is born with this. */
export const bornInput = (
  { now: at }: Batch,
  { definition, roots, failureHandlers, compensations, firstCompensations }: TaskEntry['workflow'],
  { startAt, unmet }: Pick<TaskInput, 'startAt' | 'unmet'>,
): TaskInput => ({
  at,
  startAt,
  stepCount: definition.steps.length - failureHandlers.length,
  rootCount: roots.length,
  ...(failureHandlers.length === 0 ? {} : { failureHandlerCount: failureHandlers.length }),
  ...(compensations.size === 0
    ? {}
    : {
        compensations: {
          count: compensations.size,
          first: firstCompensations.length,
          ...(definition.compensate === 'by_hand' ? { byHand: true } : {}),
        },
      }),
  unmet,
});

/** Brings the task to life, tells it of dependencies lost already, and answers those who waited for its name. */
function begin(batch: Batch, { entry, request, dependencies, answers }: Planned): void {
  const { workflow } = entry;
  const waits = dependencies.filter((dependency) => dependency.status !== 'complete');
  const startAt = batch.now + Math.round(request.delaySeconds * 1_000);
  const deadlineMs = deadlineMsOf(request.deadlineSeconds, entry);
  const input = {
    ...bornInput(batch, workflow, { startAt, unmet: waits.length }),
    ...(request.onDependencyFailure === 'fail' ? { onDependencyFailure: 'fail' as const } : {}),
    ...(deadlineMs === null ? {} : { deadlineMs }),
  };
  batch.spawn(entry, taskAt(entry.no), input);
  for (const { status, task } of waits) tellIfLost(batch, entry, status, task);
  for (const answer of answers) {
    batch.draft.putDependency({ ...answer, on_task: entry.no });
    batch.send(taskAt(answer.task), {
      type: 'dependency.resolved',
      at: batch.now,
      name: answer.name,
      taskId: entry.id,
    });
  }
}

/** A request that is sent again may bring new ones to the task that is known. */
function bringSignals(batch: Batch, entry: TaskEntry | undefined, { request, pointer }: PlacedRequest): void {
  request.signals?.forEach(({ name, data, id }, index) => {
    if (entry === undefined) return;
    const signal = { name, data: data ?? null, id, by: request.initiator ?? 'submission' };
    signalTask(batch, entry, signal, `${pointer}/signals/${index}`);
  });
}

function tellIfLost(
  batch: Batch,
  entry: TaskEntry,
  status: Resolution['status'],
  on: Resolution['task'],
): void {
  if (on === null || (status !== 'failed' && status !== 'cancelled')) return;
  batch.send(taskAt(entry.no), { type: `dependency.${status}`, at: batch.now, taskId: on.id, name: on.name });
}
