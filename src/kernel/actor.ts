/** An actor as it lives in memory: its state and context, its timers, and the task it belongs to. Never changed, only replaced. */

import type { StepContext, TaskContext, WaitContext } from '../../machines/index.ts';
import { TIMEOUT } from '../../machines/step-time.ts';
import {
  type Address,
  type AttemptAddress,
  addressOf,
  type DeliveryAddress,
  refOf,
  STEP_REFS,
  type StepAddress,
  type StepPlace,
  stepAt,
  type TaskAddress,
  type WaitAddress,
  waitAt,
} from '../store/address.ts';
import type { ActorRow, ParentRow } from '../store/rows.ts';
import { isBuiltIn, NOTHING_HANDLER } from '../workflow/built-in.ts';
import type { CompiledWorkflow, StepDefinition } from '../workflow/definition.ts';
import { nameKey } from '../workflow/name-key.ts';
import type { TaskRequest } from '../workflow/task-request.ts';
import { awaitsOf } from './awaits.ts';
import { readContext, writeContext } from './context-format.ts';
import { hasState, isFinalState, type Kind, MACHINE_VERSION, statesOf } from './turn.ts';

/** The machine that an actor runs. */
export const kindOf = ({ kind }: Pick<Address, 'kind'>): Kind => (kind === 'delivery' ? 'step' : kind);

/** The address of a step of the workflow, counted from 0: no worker does some of them. */
export const placeOf = ({ no, workflow }: Pick<TaskEntry, 'no' | 'workflow'>, index: number): StepPlace =>
  workflow.waits.has(index) ? waitAt(no, index) : stepAt(no, index);

/** The handler name under which deliveries queue; no user's handler may take it. */
export const WEBHOOK_HANDLER = 'troupe.webhook';

/** A task is stored with these fields of its request; the rest is in columns or spent at submission. */
export type StoredRequest = Pick<
  TaskRequest,
  | 'payload'
  | 'maxRetries'
  | 'timeoutSeconds'
  | 'notificationUrl'
  | 'notificationTypes'
  | 'tags'
  | 'initiator'
  | 'reason'
  | 'sourceSystem'
  | 'traceparent'
> & {
  readonly onDependencyFailure: TaskRequest['onDependencyFailure'];
  /** The workflows that its steps run in the version current at submission: keys by step. */
  readonly pins?: Readonly<Record<string, string>>;
};

/** These fields never change in the life of a task. */
export interface TaskEntry {
  readonly no: number;
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly priority: number;
  readonly correlation: string | null;
  readonly createdAt: number;
  readonly workflowKey: string;
  readonly workflow: CompiledWorkflow;
  readonly request: StoredRequest;
  /** The wait whose child it is, or null. */
  readonly parent: ParentRow | null;
}

/** The types of the events that are to come by themselves, and when: epoch milliseconds. */
export type ArmedTimers = Readonly<Record<string, number>>;

interface Life<Context> {
  readonly entry: TaskEntry;
  readonly state: string;
  readonly context: Context;
  readonly timers: ArmedTimers;
}

export type TaskActor = TaskAddress & Life<TaskContext>;
export type StepActor = StepAddress & Life<StepContext>;
export type WaitActor = WaitAddress & Life<WaitContext>;
export type DeliveryActor = DeliveryAddress & Life<StepContext>;

/** A step of the workflow, whoever ends it. */
export type PlaceActor = StepActor | WaitActor;

/** An actor is also its own address. */
export type Actor = TaskActor | StepActor | WaitActor | DeliveryActor;

/** The actor that stands at an address of this type. */
export type ActorAt<A extends Address> = Extract<Actor, { readonly kind: A['kind'] }>;

/** All are made here, field by field: a literal that spreads another object takes ten times as long. */
export const taskActor = (
  { task }: TaskAddress,
  { entry, state, context, timers }: Life<TaskContext>,
): TaskActor => ({ kind: 'task', task, entry, state, context, timers });

export const attemptActor = (
  { kind, task, index }: AttemptAddress,
  { entry, state, context, timers }: Life<StepContext>,
): StepActor | DeliveryActor => ({ kind, task, index, entry, state, context, timers });

export const waitActor = (
  { task, index }: WaitAddress,
  { entry, state, context, timers }: Life<WaitContext>,
): WaitActor => ({ kind: 'wait', task, index, entry, state, context, timers });

export const isPlaceActor = (actor: Actor): actor is PlaceActor =>
  actor.kind === 'step' || actor.kind === 'wait';

export const isAt = <A extends Address>(actor: Actor, { kind }: A): actor is ActorAt<A> =>
  actor.kind === kind;

/** Its address alone, for what outlives this state of it. */
export const addressIn = ({ kind, task, index }: StepActor | DeliveryActor): AttemptAddress => ({
  kind,
  task,
  index,
});

export const NO_TIMERS: ArmedTimers = {};

export function openActor(entry: TaskEntry, row: ActorRow): Actor {
  const address = addressOf(row.task, row.ref);
  const kind = kindOf(address);
  if (row.machine !== MACHINE_VERSION[kind]) {
    throw new Error(`its snapshot is of machine ${row.machine}, this is ${MACHINE_VERSION[kind]}`);
  }
  if (!hasState(kind, row.state)) throw new Error(`machine ${row.machine} has no state ${row.state}`);
  const { state, context } = row;
  const timers = row.timers === null ? NO_TIMERS : (JSON.parse(row.timers) as ArmedTimers);
  if (address.kind === 'task')
    return taskActor(address, { entry, state, context: readContext<TaskContext>(context), timers });
  if (address.kind === 'wait') {
    definitionOf(entry, address.index);
    return waitActor(address, { entry, state, context: readContext<WaitContext>(context), timers });
  }
  if (address.kind === 'step') definitionOf(entry, address.index);
  return attemptActor(address, { entry, state, context: readContext<StepContext>(context), timers });
}

export function rowOf(actor: Actor): ActorRow {
  const dueAt = dueAtOf(actor);
  return {
    task: actor.task,
    ref: refOf(actor),
    machine: MACHINE_VERSION[kindOf(actor)],
    state: actor.state,
    context: writeContext(actor.context),
    due_at: isRunningAttempt(actor) ? null : dueAt,
    timers: dueAt === null ? null : JSON.stringify(actor.timers),
    queue: isAttempt(actor) && isQueued(actor.state) ? writeQueue(queueOf(actor.entry, actor)) : null,
    awaits: actor.kind === 'wait' ? awaitsOf(actor) : null,
    runs_on: isAttempt(actor) && runsOn(actor) ? 1 : null,
  };
}

/** When the first of its timers goes off, or null. */
export function dueAtOf({ timers }: Pick<Actor, 'timers'>): number | null {
  let first: number | null = null;
  for (const event in timers) {
    const dueAt = timers[event];
    if (dueAt !== undefined && (first === null || dueAt < first)) first = dueAt;
  }
  return first;
}

/** Returns when the attempt that runs times out; null while its job cannot be sent, so that its time stands still. */
export const timeoutAtOf = ({ timers }: Pick<Actor, 'timers'>): number | null => timers[TIMEOUT] ?? null;

/**
 * Its timeout stands in its row, and not in the index of what is due: nearly every attempt ends before that, and
 * those that run are few enough to be watched in memory.
 */
export const isRunningAttempt = (actor: Actor): actor is StepActor | DeliveryActor =>
  isAttempt(actor) && actor.state === RUNNING;

const isAttempt = (actor: Actor): actor is StepActor | DeliveryActor =>
  actor.kind === 'step' || actor.kind === 'delivery';

const RUNNING = 'running';

const runsOn = ({ state, context }: StepActor | DeliveryActor): boolean =>
  state === STOPPING || (state === RUNNING && context.held === true);

/** The state of a step that was cut off while it ran, and whose worker has not stopped. */
export const STOPPING = 'waiting.stopping';

/** States of a step, a wait or a delivery that no worker has. One that is not known must not be taken for one of them. */
export const AT_REST: readonly string[] = [
  ...new Set([
    ...statesOf('step').filter((state) => state !== RUNNING && state !== STOPPING),
    ...statesOf('wait'),
  ]),
];

/** The rows of the steps of a task, and the states in which others need not wait for one. */
export const STEP_ROWS = { ...STEP_REFS, done: ['complete', 'skipped'] } as const;

/** Where the snapshot of a task that has ended says when. */
export const FINISHED_AT = '$.finishedAt';

export const isQueued = (state: string): boolean => state.endsWith('.queued');

export const isFinal = (actor: Actor): boolean => isFinalState(kindOf(actor), actor.state);

/** Steps are counted from 0, as they stand in the workflow. */
export function definitionOf({ id, workflow }: TaskEntry, index: number): StepDefinition {
  const step = workflow.steps[index];
  if (step === undefined) throw new Error(`assertion failed: task ${id} has no step ${index}`);
  return step;
}

/**
 * Names the handler that a step asks for. The name stands alone or, for another agent than `default`, after the
 * agent's name and a line break, which no name holds.
 */
export type HandlerKey = string;

export const DEFAULT_AGENT = 'default';

export const handlerKeyOf = (entry: TaskEntry, { kind, index }: AttemptAddress): HandlerKey =>
  kind === 'delivery' ? WEBHOOK_HANDLER : keyOfStep(definitionOf(entry, index));

const keyOfStep = ({ agent, handler }: StepDefinition): HandlerKey =>
  isBuiltIn(handler) ? handler : toHandlerKey(agent, nameKey(handler));

/** Steps ask workers for these. */
export const handlerKeysOf = ({ steps, waits }: CompiledWorkflow): ReadonlySet<HandlerKey> =>
  new Set(
    steps.filter(({ handler }, index) => !waits.has(index) && handler !== NOTHING_HANDLER).map(keyOfStep),
  );

export const toHandlerKey = (agent: string, handler: string): HandlerKey =>
  agent === DEFAULT_AGENT ? handler : `${agent}\n${handler}`;

export function readHandlerKey(key: HandlerKey): { agent: string; handler: string } {
  const end = key.indexOf('\n');
  return end < 0
    ? { agent: DEFAULT_AGENT, handler: key }
    : { agent: key.slice(0, end), handler: key.slice(end + 1) };
}

/** Actors wait for a worker in a queue; each priority, handler and tenant has its own. */
export interface Queue {
  readonly priority: number;
  readonly key: HandlerKey;
  readonly tenant: string;
}

export const queueOf = (entry: TaskEntry, address: AttemptAddress): Queue => ({
  priority: entry.priority,
  key: handlerKeyOf(entry, address),
  tenant: entry.tenant,
});

/** As it stands in rows: `[priority, key, tenant]`. */
export const writeQueue = ({ priority, key, tenant }: Queue): string =>
  JSON.stringify([priority, key, tenant]);

/** The highest priority of a task; see task-request.ts. */
const MOST_PRIORITY = 10;

/** Null for a text that no version has written. */
export function readQueue(text: string): Queue | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    // Damaged: nobody stands in such a queue.
    return null;
  }
  if (!Array.isArray(read) || read.length !== 3) return null;
  const [priority, key, tenant] = read as unknown[];
  const isQueue = Number.isInteger(priority) && typeof key === 'string' && typeof tenant === 'string';
  return isQueue && Number(priority) >= 0 && Number(priority) <= MOST_PRIORITY
    ? { priority: Number(priority), key, tenant }
    : null;
}

/** How an actor is called in journals and facts. */
export function actorName(entry: TaskEntry, address: Address): string {
  switch (address.kind) {
    case 'task':
      return 'task';
    case 'step':
    case 'wait':
      return `step:${definitionOf(entry, address.index).name}`;
    case 'delivery':
      return `webhook:${address.index + 1}`;
  }
}
