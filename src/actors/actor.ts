/** An actor as it lives in memory: a snapshot, its timers, and the task it belongs to. Never changed, only replaced. */

import type { AnyMachineSnapshot } from 'xstate';
import type { ActorRow } from '../store/rows.ts';
import type { CompiledWorkflow, StepDefinition } from '../workflow/definition.ts';
import type { TaskRequest } from '../workflow/task-request.ts';
import { type Kind, MACHINE_VERSION, openSnapshot } from './turn.ts';

/** Which actor: the number of its task, and its place in it. */
export interface Address {
  readonly task: number;
  readonly ref: number;
}

export const TASK_REF = 0;
export const FIRST_WEBHOOK_REF = 1_000_000;
export const stepRef = (index: number): number => index + 1;
export const stepIndex = (ref: number): number => ref - 1;
export const isStep = (ref: number): boolean => ref > TASK_REF && ref < FIRST_WEBHOOK_REF;
export const isWebhook = (ref: number): boolean => ref >= FIRST_WEBHOOK_REF;
export const kindOf = (ref: number): Kind => (ref === TASK_REF ? 'task' : 'step');

/** The handler name under which deliveries queue; no user's handler may take it. */
export const WEBHOOK_HANDLER = 'troupe.webhook';

/** What of a request is stored with its task; the rest is in columns or spent at submission. */
export type StoredRequest = Pick<
  TaskRequest,
  | 'payload'
  | 'maxRetries'
  | 'timeoutSeconds'
  | 'notificationUrl'
  | 'tags'
  | 'initiator'
  | 'reason'
  | 'sourceSystem'
> & { readonly onDependencyFailure: TaskRequest['onDependencyFailure'] };

/** What never changes in the life of a task. */
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
}

export interface Timer {
  /** Epoch milliseconds. */
  readonly dueAt: number;
  readonly event: { readonly type: string };
}

export interface Actor {
  readonly entry: TaskEntry;
  readonly ref: number;
  readonly snapshot: AnyMachineSnapshot;
  readonly state: string;
  readonly timers: Readonly<Record<string, Timer>>;
}

export function openActor(entry: TaskEntry, row: ActorRow): Actor {
  const kind = kindOf(row.ref);
  if (row.machine !== MACHINE_VERSION[kind]) {
    throw new Error(`its snapshot is of machine ${row.machine}, this is ${MACHINE_VERSION[kind]}`);
  }
  return {
    entry,
    ref: row.ref,
    state: row.state,
    snapshot: openSnapshot(kind, row.state, JSON.parse(row.context)),
    timers: row.timers === null ? {} : (JSON.parse(row.timers) as Record<string, Timer>),
  };
}

export function rowOf(actor: Actor): ActorRow {
  const timers = Object.values(actor.timers);
  return {
    task: actor.entry.no,
    ref: actor.ref,
    machine: MACHINE_VERSION[kindOf(actor.ref)],
    state: actor.state,
    context: JSON.stringify(actor.snapshot.context),
    due_at: timers.length === 0 ? null : Math.min(...timers.map((timer) => timer.dueAt)),
    timers: timers.length === 0 ? null : JSON.stringify(actor.timers),
    queue: isQueued(actor.state) ? queueOf(actor.entry, actor.ref) : null,
  };
}

export const isQueued = (state: string): boolean => state.endsWith('.queued');

export const isFinal = (actor: Actor): boolean => actor.snapshot.status === 'done';

export function definitionOf(entry: TaskEntry, ref: number): StepDefinition {
  const step = entry.workflow.definition.steps[stepIndex(ref)];
  if (step === undefined) throw new Error(`assertion failed: task ${entry.id} has no step ${stepIndex(ref)}`);
  return step;
}

export const handlerOf = (entry: TaskEntry, ref: number): string =>
  isWebhook(ref) ? WEBHOOK_HANDLER : definitionOf(entry, ref).handler;

/** The queue an actor waits in, as one text: `[priority, handler, tenant]`. */
export const queueOf = (entry: TaskEntry, ref: number): string =>
  JSON.stringify([entry.priority, handlerOf(entry, ref), entry.tenant]);

/** How an actor is called in journals and facts. */
export function actorName(entry: TaskEntry, ref: number): string {
  if (ref === TASK_REF) return 'task';
  if (isWebhook(ref)) return `webhook:${ref - FIRST_WEBHOOK_REF + 1}`;
  return `step:${definitionOf(entry, ref).name}`;
}
