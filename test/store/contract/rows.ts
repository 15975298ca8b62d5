/** Builds rows with defaults; a test names what it is about, and how actors are addressed is said here alone. */

import type { Commit, SetAside } from '../../../src/store/commit.ts';
import type {
  ActorKey,
  ActorRow,
  DependencyRow,
  NewTaskRow,
  SignalRow,
  TaskRow,
  WebhookRow,
  WorkflowRow,
} from '../../../src/store/rows.ts';
import { parentColumns } from '../reference-store.ts';

const FIRST_DELIVERY = 1_000_000;

export const TASK_ITSELF = 0;
export const step = (index: number): number => index + 1;
export const delivery = (index: number): number => FIRST_DELIVERY + index;

/** Before every actor. */
export const FIRST: ActorKey = { task: 0, ref: 0 };

export const newTask = (no: number, more: Partial<NewTaskRow> = {}): NewTaskRow => ({
  no,
  id: `task-${no}`,
  tenant: 'a',
  name: 'Order',
  workflow: 'handler:Order',
  status: 'pending',
  priority: 5,
  correlation: null,
  idempotencyKey: null,
  requestHash: null,
  createdAt: no,
  request: '{}',
  tags: [],
  parent: null,
  ...more,
});

/** As it is read once it is stored. */
export function stored({
  tags: _tags,
  idempotencyKey,
  requestHash,
  createdAt,
  parent,
  ...same
}: NewTaskRow): TaskRow {
  return {
    ...same,
    ...parentColumns(parent),
    idempotency_key: idempotencyKey,
    request_hash: requestHash,
    created_at: createdAt,
  };
}

export const actor = (task: number, ref: number, more: Partial<ActorRow> = {}): ActorRow => ({
  task,
  ref,
  machine: 'step@1',
  state: 'pending.queued',
  context: '{}',
  due_at: null,
  timers: null,
  queue: null,
  awaits: null,
  runs_on: null,
  ...more,
});

export const address = ({ task, ref }: ActorKey): ActorKey => ({ task, ref });

export const entry = (task: number, seq: number, count = 1): Commit['journal'][number] => ({
  task,
  seq,
  count,
  entries: `entries of ${task} from ${seq}`,
});

export const dependency = (
  task: number,
  position: number,
  more: Partial<DependencyRow> = {},
): DependencyRow => ({
  task,
  position,
  name: 'Order',
  on_task: null,
  tenant: 'a',
  ...more,
});

export const webhook = (task: number, index: number, more: Partial<WebhookRow> = {}): WebhookRow => ({
  id: `webhook-${task}-${index}`,
  task,
  ref: delivery(index),
  tenant: 'a',
  type: 'task.complete',
  url: 'http://hooks.invalid/',
  body: '{}',
  status: 'pending',
  created_at: 1,
  ...more,
});

/** One that was sent to a task keeps its number; give `key` and `until` for another. */
export const signal = (no: number, more: Partial<SignalRow> = {}): SignalRow => ({
  no,
  tenant: 'a',
  name: 'paid',
  key: null,
  task: 1,
  id: `signal-${no}`,
  at: 1,
  until: null,
  by: 'somebody',
  data: '{}',
  taken_at: null,
  ...more,
});

export const workflow = (hash: string, more: Partial<WorkflowRow> = {}): WorkflowRow => ({
  hash,
  namespace: 'shop',
  name: 'Order',
  version: hash,
  definition: '{}',
  created_at: 1,
  ...more,
});

export const aside = (task: number, ref: number, why: string): SetAside => ({ task, ref, at: 7, why });
