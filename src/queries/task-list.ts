/** A page of the tasks that match a query, the newest first, and where the next one begins. */

import { Refusal } from '../errors.ts';
import { awaitsRange } from '../store/list-awaiting.ts';
import { listTasks } from '../store/list-tasks.ts';
import type { TaskFilter, TaskRow } from '../store/rows.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import type { Scope, TaskQuery } from '../views/orchestrator.ts';

export interface TaskPage {
  readonly rows: readonly TaskRow[];
  readonly nextCursor: string | null;
}

export function pageOf(store: SqliteStore, query: TaskQuery): TaskPage {
  const { limit } = query;
  const rows = listTasks(store, { ...filterOf(store, query), limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > limit && last !== undefined ? last.id : null };
}

/** Refuses a cursor that leads nowhere. */
export function filterOf(store: SqliteStore, query: TaskQuery): TaskFilter {
  const { tenantId, status, name, correlationId, tag, parentId, waitsFor, ids, limit, cursor } = query;
  const { createdAfter, createdBefore } = query;
  return {
    ...(tenantId === null ? {} : { tenant: tenantId }),
    ...(status === undefined ? {} : { status }),
    ...(name === undefined ? {} : { name }),
    ...(correlationId === undefined ? {} : { correlation: correlationId }),
    ...(tag === undefined ? {} : { tag }),
    ...(createdAfter === undefined ? {} : { createdFrom: Date.parse(createdAfter) }),
    ...(createdBefore === undefined ? {} : { createdTo: Date.parse(createdBefore) }),
    ...(parentId === undefined ? {} : { parent: numberOf(store, tenantId, parentId) }),
    ...(waitsFor === undefined ? {} : awaitsWithin(waitsFor, tenantId)),
    ...(ids === undefined ? {} : { ids: JSON.stringify(ids) }),
    ...(cursor === undefined ? {} : { before: positionOf(store, tenantId, cursor) }),
    limit,
  };
}

function awaitsWithin(kind: string, tenant: Scope): Pick<TaskFilter, 'awaitsFrom' | 'awaitsTo'> {
  const { start: awaitsFrom, end: awaitsTo } = awaitsRange(kind, tenant);
  return { awaitsFrom, awaitsTo };
}

/** No task has the number 0. */
function numberOf(store: SqliteStore, scope: Scope, id: string): number {
  const row = store.taskById(id);
  return row !== null && (scope === null || row.tenant === scope) ? row.no : 0;
}

/** A cursor is the id of the last task seen. */
function positionOf(store: SqliteStore, scope: Scope, cursor: string): number {
  const row = store.taskById(cursor);
  if (row !== null && (scope === null || row.tenant === scope)) return row.no;
  const message = 'this cursor leads nowhere: send the nextCursor of the page before';
  const faults = [{ pointer: '/cursor', message: 'no cursor of this list' }];
  throw new Refusal('INVALID_CURSOR', message, { faults });
}
