/**
 * A task whose rows cannot be read any more, to those who ask for it: it is told as far as its columns go, or refused
 * by name. It is one task's trouble: a list with it in is still a list.
 */

import { failure } from '../../machines/failure-codes.ts';
import type { StepError } from '../../machines/index.ts';
import { Refusal } from '../errors.ts';
import type { TaskRow } from '../store/rows.ts';
import { isStorageFailure } from '../store/storage-failure.ts';
import { errorSummary, errorView } from '../views/errors.ts';
import type { TaskStatus, TaskSummary, TaskView } from '../views/tasks.ts';

/** Nothing mends it by itself. */
const RETRY_AFTER_SECONDS = 60;

/** Refuses with TASK_UNREADABLE what cannot be read. */
export function refuseUnreadable<T>(row: TaskRow, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(row, error);
  }
}

/** The same, of what is read bit by bit. */
export function* refusingUnreadable<T>(row: TaskRow, items: Iterable<T>): Generator<T> {
  try {
    yield* items;
  } catch (error) {
    throw unreadable(row, error);
  }
}

/** Returns what `read` gives, or else what `instead` makes of the reason. */
export function orUnreadable<T>(read: () => T, instead: (why: string) => T): T {
  try {
    return read();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return instead(reasonOf(error));
  }
}

/** Refusals are answers, and a disk that fails is told by itself. */
const isDamage = (error: unknown): boolean => !(error instanceof Refusal) && !isStorageFailure(error);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Returns the error to throw in place of one met while reading a task. */
export function unreadable({ id }: TaskRow, error: unknown): unknown {
  if (!isDamage(error)) return error;
  const message = `what is stored of task ${id} cannot be read (${reasonOf(error)}): ask "troupe doctor --deep" what to do`;
  return new Refusal('TASK_UNREADABLE', message, {
    cause: error,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

type Head = Omit<TaskView, 'payload' | 'result' | 'waitingFor' | 'steps' | 'error'>;

export const unreadableTask = (row: TaskRow, why: string): TaskView => ({
  ...headOf(row),
  error: { ...errorView(errorOf(why)), step: null },
  payload: {},
  result: null,
  waitingFor: [],
  steps: [],
});

export const unreadableSummary = (row: TaskRow, why: string): TaskSummary => ({
  ...headOf(row),
  error: { ...errorSummary(errorOf(why)), step: null },
  waitingFor: [],
  waitingForCount: 0,
  stepCounts: {},
});

function errorOf(why: string): StepError {
  const message = `what is stored of it cannot be read (${why}): ask "troupe doctor --deep" what to do`;
  return failure('UnreadableTask', 'TASK_UNREADABLE', message);
}

function headOf(row: TaskRow): Head {
  return {
    id: row.id,
    name: row.name,
    workflow: null,
    tenantId: row.tenant,
    status: row.status as TaskStatus,
    priority: row.priority,
    retryCount: 0,
    maxRetries: null,
    correlationId: row.correlation,
    tags: [],
    dependencies: [],
    idempotencyKey: row.idempotency_key,
    notificationUrl: null,
    notificationTypes: [],
    initiator: null,
    reason: null,
    sourceSystem: null,
    createdAt: createdAtOf(row),
    startedAt: null,
    finishedAt: null,
    parent: null,
    rootId: row.id,
    deadline: null,
    ending: null,
    compensation: null,
    compensated: false,
  };
}

/** The id says it too, in case its column says nothing. */
function createdAtOf({ id, created_at: at }: TaskRow): string {
  const date = new Date(Number.isFinite(at) ? at : Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
