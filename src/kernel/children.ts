/** Child tasks: spawned by a wait, told what its task is told, and heard when they end; all in one store and one commit. */

import { uuidv7 } from 'uuidv7';
import { type FailureCode, failure } from '../../machines/failure-codes.ts';
import type { WaitEvent } from '../../machines/index.ts';
import { Refusal } from '../errors.ts';
import { addressOf, refOf, taskAt, waitAt } from '../store/address.ts';
import type { ActorKey, ParentRow, TaskRow } from '../store/rows.ts';
import { LIMITS } from '../workflow/definition.ts';
import { nameKey } from '../workflow/name-key.ts';
import { validatePayload } from '../workflow/payload.ts';
import { isSingle } from '../workflow/registry.ts';
import { waitOf } from '../workflow/steps/index.ts';
import type { Children } from '../workflow/steps/kind.ts';
import { definitionOf, type StoredRequest, type TaskEntry, type WaitActor } from './actor.ts';
import type { Batch } from './batch.ts';
import { isAskedOf, leavesWork } from './compensations.ts';
import { writeRequest } from './request-format.ts';
import { bornInput } from './submit.ts';
import { scopeOf } from './wait-scope.ts';
import { resultOf } from './webhooks.ts';

/** Actors that one turn may bring to life. */
const MOST_BORN = 200;
const MOST_CHILDREN = 100;
/** Children that are read at once. */
const CHILDREN_READ = 100;

const LOST: ReadonlySet<string> = new Set(['failed', 'cancelled']);

/** Completes what the wait asks for: its children are checked before the first is spawned. */
export function askForChildren(batch: Batch, wait: WaitActor, asked: object): WaitEvent {
  const at = batch.now;
  const { entry } = wait;
  const invalid = (code: FailureCode, message: string): WaitEvent => ({
    type: 'wait.invalid',
    at,
    error: failure('WaitInvalid', code, message),
  });
  const plan = childrenOf(batch, wait);
  const found = targetOf(batch, wait, plan);
  if ('invalid' in found) return invalid('UNKNOWN_WORKFLOW', found.invalid);
  const path = pathTo(batch, entry);
  if (path.length >= LIMITS.depth) {
    const names = path.map(({ name }) => name).join(' → ');
    return invalid('TOO_DEEP', `children of children go at most ${LIMITS.depth} deep: ${names}`);
  }
  try {
    for (let index = 0; index < plan.total; index++) validatePayload(found.workflow, plan.payloadOf(index));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return invalid('INVALID_PAYLOAD', error.message);
  }
  const actors = 1 + found.workflow.roots.length;
  const wave = Math.max(1, Math.min(MOST_CHILDREN, Math.floor(MOST_BORN / actors)));
  return { type: 'wait.begin', at, ...asked, wave };
}

function childrenOf(batch: Batch, { entry, index }: WaitActor): Children {
  const definition = definitionOf(entry, index);
  const asking = { scope: scopeOf(batch, entry, index), now: batch.now, correlation: entry.correlation };
  const plan = waitOf(definition)?.children?.(definition, asking);
  if (plan === undefined || 'invalid' in plan)
    throw new Error(`assertion failed: step ${definition.name} has children`);
  return plan;
}

type Target = { readonly key: string; readonly workflow: TaskEntry['workflow'] };

function targetOf(
  batch: Batch,
  { entry, index }: WaitActor,
  { target }: Children,
): Target | { readonly invalid: string } {
  const key = 'handler' in target ? null : (entry.request.pins?.[definitionOf(entry, index).name] ?? null);
  try {
    const found =
      'handler' in target
        ? batch.registry.keyOfHandler(target.handler)
        : (key ?? batch.registry.keyOf(target.workflow, target.version ?? null));
    const workflow = batch.registry.open(found);
    if (workflow !== null && ('handler' in target || !isSingle(found))) return { key: found, workflow };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { invalid: error.message };
  }
  const name = 'handler' in target ? target.handler : target.workflow;
  return { invalid: `there is no workflow ${name}: register it, then retry this step` };
}

/** The task and those above it, the nearest first. */
function pathTo(batch: Batch, entry: TaskEntry): TaskEntry[] {
  const path = [entry];
  for (let at = entry.parent; at !== null && path.length <= LIMITS.depth; ) {
    const above = batch.task(at.task);
    path.push(above);
    at = above.parent;
  }
  return path;
}

/** Spawns those from `from` up to `to`. */
export function spawnChildren(batch: Batch, wait: WaitActor, from: number, to: number): void {
  if (from >= to) return;
  const plan = childrenOf(batch, wait);
  for (let index = from; index < to; index++) spawnChild(batch, wait, plan, index, 0);
}

function spawnChild(batch: Batch, wait: WaitActor, plan: Children, index: number, tried: number): void {
  const target = targetOf(batch, wait, plan);
  if ('invalid' in target) throw new Error(`assertion failed: ${target.invalid}`);
  const { entry: above, task } = wait;
  const parent: ParentRow = { task, ref: refOf(wait), index, try: tried };
  const { key: workflowKey, workflow } = target;
  const entry: TaskEntry = {
    no: batch.nextTaskNo(),
    id: uuidv7(),
    tenant: above.tenant,
    name: isSingle(workflowKey) ? workflow.definition.name : nameKey(workflow.definition.name),
    priority: above.priority,
    correlation: above.correlation,
    createdAt: batch.now,
    workflowKey,
    workflow,
    request: requestOf(above, validatePayload(workflow, plan.payloadOf(index))),
    parent,
  };
  batch.draft.insertTask({
    no: entry.no,
    id: entry.id,
    tenant: entry.tenant,
    name: entry.name,
    workflow: workflowKey,
    status: 'pending',
    priority: entry.priority,
    correlation: entry.correlation,
    idempotencyKey: null,
    requestHash: null,
    createdAt: batch.now,
    request: writeRequest(entry.request),
    tags: [],
    parent,
  });
  batch.spawn(entry, taskAt(entry.no), bornInput(batch, workflow, { startAt: batch.now, unmet: 0 }));
}

/** Children have the initiator and the trace of their parent; its limits are its own. */
function requestOf({ request }: TaskEntry, payload: StoredRequest['payload']): StoredRequest {
  const { initiator, sourceSystem, traceparent } = request;
  return {
    payload,
    maxRetries: null,
    timeoutSeconds: null,
    notificationUrl: null,
    notificationTypes: [],
    tags: [],
    initiator,
    reason: null,
    sourceSystem,
    onDependencyFailure: 'wait',
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

const keyOf = (wait: WaitActor): ActorKey => ({ task: wait.task, ref: refOf(wait) });

/** The newest child of each item of this wait, from that item on, in the order of the items; read as they are asked for. */
export function* newestChildren(batch: Batch, { task, ref }: ActorKey, from = 0): Generator<TaskRow> {
  for (let next = from; ; ) {
    const rows = batch.draft.childrenOf(task, ref, next, CHILDREN_READ);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHILDREN_READ) return;
    next = (last.parent_index ?? 0) + 1;
  }
}

/**
 * So many more lost children try again: one that has failed does so in place, and another takes the place of one that
 * was cancelled or taken back.
 */
export function retryNext(batch: Batch, wait: WaitActor, count: number): void {
  if (count === 0) return;
  let left = count;
  let plan: Children | null = null;
  for (const row of newestChildren(batch, keyOf(wait), wait.context.from)) {
    const { no, id, parent_index: place, parent_try: tried } = row;
    const status = batch.taskStatus(no);
    if (!LOST.has(status)) continue;
    const task = taskAt(no);
    const index = place ?? 0;
    if (status === 'failed' && batch.actor(task)?.context.compensation === undefined)
      batch.send(task, { type: 'task.retry', at: batch.now, by: 'parent', reason: null, fromParent: true });
    else {
      plan ??= childrenOf(batch, wait);
      spawnChild(batch, wait, plan, index, (tried ?? 0) + 1);
      batch.send(waitAt(wait.task, wait.index), { type: 'child.revived', at: batch.now, index, taskId: id });
    }
    left--;
    if (left === 0) return;
  }
}

type News = Extract<WaitEvent, { type: `child.${string}` }>['type'];

/** A parent hears of its child in the same commit. */
export function tellParent(batch: Batch, entry: TaskEntry, type: News): void {
  const { id, parent } = entry;
  if (parent === null) return;
  const address = addressOf(parent.task, parent.ref);
  if (address.kind !== 'wait') throw new Error(`assertion failed: task ${id} is the child of a wait`);
  const isLost = type === 'child.failed' || type === 'child.cancelled';
  const unknown = isLost && isAskedOf(batch, entry) && leavesWork(batch, entry);
  const news = { at: batch.now, index: parent.index, taskId: id };
  batch.send(address, unknown ? { type, ...news, unknown } : { type, ...news });
}

/** Gathers what the children made, in the order of their items: null for one that was lost. */
export function collect(batch: Batch, wait: WaitActor): void {
  const { entry, index, context } = wait;
  const { total = 0, done = 0, lost = 0 } = context;
  const { collect: how, target } = childrenOf(batch, wait);
  const at = batch.now;
  if (how === 'counts') {
    batch.send(wait, { type: 'children.collected', at, output: { total, done, lost } });
    return;
  }
  const outputs: unknown[] = Array.from({ length: total }, () => null);
  let bytes = 2;
  for (const { no, parent_index: place } of newestChildren(batch, keyOf(wait))) {
    if (batch.taskStatus(no) !== 'complete') continue;
    const child = batch.task(no);
    const result = resultOf(child, (step) => batch.actor(step));
    const output = 'handler' in target ? (Object.values(result)[0] ?? null) : result;
    outputs[place ?? 0] = output;
    bytes += Buffer.byteLength(JSON.stringify(output)) + 1;
    if (bytes > LIMITS.outputBytes) break;
  }
  if (bytes > LIMITS.outputBytes) {
    const { name } = definitionOf(entry, index);
    const advice = how === 'outputs' ? 'say "collect: counts", or let them store' : 'let it store';
    const message = `what the child tasks of ${name} made is over ${LIMITS.outputBytes} bytes of JSON: ${advice} it elsewhere and hand on references`;
    batch.send(wait, {
      type: 'children.uncollected',
      at,
      error: failure('TooLarge', 'OUTPUT_TOO_LARGE', message),
    });
    return;
  }
  batch.send(wait, { type: 'children.collected', at, output: how === 'result' ? outputs[0] : outputs });
}
