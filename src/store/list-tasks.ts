/**
 * Tasks that match a filter, the newest first. Numbers rise with time unless somebody has turned back the clock, so a
 * range of times is first made a range of numbers, from the index of times alone, and every row in it is then asked.
 */

import type { Connection } from './database.ts';
import type { TaskFilter, TaskRow } from './rows.ts';

export function listTasks(db: Connection, filter: TaskFilter): TaskRow[] {
  const { createdFrom, createdTo } = filter;
  const clauses: string[] = [];
  const add = (clause: string, value: unknown): void => {
    if (value !== undefined) clauses.push(clause);
  };
  add('tenant = @tenant', filter.tenant);
  add('status = @status', filter.status);
  add('name = @name', filter.name);
  add('correlation = @correlation', filter.correlation);
  add('no IN (SELECT task FROM tags WHERE tag = @tag)', filter.tag);
  add('no < @before', filter.before);
  add('created_at >= @createdFrom', createdFrom);
  add('created_at < @createdTo', createdTo);
  if (createdFrom !== undefined || createdTo !== undefined) {
    const numbers = numbersWithin(db, createdFrom ?? 0, createdTo ?? Number.MAX_SAFE_INTEGER);
    if (numbers === null) return [];
    clauses.push(`no BETWEEN ${numbers.first} AND ${numbers.last}`);
  }
  const where = clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`;
  return db.prepare(`SELECT * FROM tasks ${where} ORDER BY no DESC LIMIT @limit`).all(filter) as TaskRow[];
}

function numbersWithin(db: Connection, from: number, to: number): { first: number; last: number } | null {
  const { first, last } = db
    .prepare('SELECT min(no) AS first, max(no) AS last FROM tasks WHERE created_at >= ? AND created_at < ?')
    .get(from, to) as { first: number | null; last: number | null };
  return first === null || last === null ? null : { first, last };
}
