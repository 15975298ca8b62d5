/**
 * Tasks that match a filter, the newest first. Numbers rise with time unless somebody has turned back the clock, so a
 * range of times is first made a range of numbers, from the index of times alone, and every row in it is then asked.
 */

import type { Connection } from './database.ts';
import type { TaskFilter, TaskOutline, TaskRow } from './rows.ts';
import type { SqliteStore } from './sqlite-store.ts';
import { tasksOfWorkflow } from './workflow-tasks.ts';

/** Tells how much there is of each task, and reads nothing of what it holds. */
export const outlineTasks = ({ connection }: SqliteStore, filter: TaskFilter): TaskOutline[] =>
  select(connection, filter, 'no, tenant, workflow, octet_length(request) AS bytes') as TaskOutline[];

export const listTasks = ({ connection }: SqliteStore, filter: TaskFilter): TaskRow[] =>
  select(connection, filter, '*') as TaskRow[];

function select(db: Connection, filter: TaskFilter, columns: string): unknown[] {
  const { createdFrom, createdTo } = filter;
  const clauses: string[] = [];
  const add = (clause: string, value: unknown): void => {
    if (value !== undefined) clauses.push(clause);
  };
  add('tenant = @tenant', filter.tenant);
  add('status = @status', filter.status);
  const workflow = filter.name === undefined ? null : tasksOfWorkflow(db, filter.name);
  const name = workflow?.name ?? filter.name;
  add('name = @name', name);
  if (workflow !== null) clauses.push('workflow IN (SELECT value FROM json_each(@hashes))');
  add('correlation = @correlation', filter.correlation);
  add('no IN (SELECT task FROM tags WHERE tag = @tag)', filter.tag);
  add(AWAITING, filter.awaitsFrom);
  add('id IN (SELECT value FROM json_each(@ids))', filter.ids);
  clauses.push(filter.parent === undefined ? 'parent IS NULL' : 'parent = @parent');
  add('no < @before', filter.before);
  add('created_at >= @createdFrom', createdFrom);
  add('created_at < @createdTo', createdTo);
  if (createdFrom !== undefined || createdTo !== undefined) {
    const numbers = numbersWithin(db, createdFrom ?? 0, createdTo ?? Number.MAX_SAFE_INTEGER);
    if (numbers === null) return [];
    clauses.push(`no BETWEEN ${numbers.first} AND ${numbers.last}`);
  }
  const values = { ...filter, name, hashes: JSON.stringify(workflow?.hashes ?? []) };
  const where = clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`;
  return db.prepare(`SELECT ${columns} FROM tasks ${where} ORDER BY no DESC LIMIT @limit`).all(values);
}

/** A task has few waits: they are gone through sooner than all that waits for the same. */
const AWAITING =
  'EXISTS (SELECT 1 FROM actors a WHERE a.task = tasks.no AND a.awaits >= @awaitsFrom AND a.awaits < @awaitsTo)';

function numbersWithin(db: Connection, from: number, to: number): { first: number; last: number } | null {
  const { first, last } = db
    .prepare('SELECT min(no) AS first, max(no) AS last FROM tasks WHERE created_at >= ? AND created_at < ?')
    .get(from, to) as { first: number | null; last: number | null };
  return first === null || last === null ? null : { first, last };
}
