/** Statements about tasks with everything they own, which recovery and retention use and nobody else. */

import type { SetAside } from './commit.ts';
import type { Connection } from './database.ts';
import type { ActorRow, TaskRow, WebhookRow } from './rows.ts';
import type { SqliteStore } from './sqlite-store.ts';

/** In `on_task`: the task it depended on has been pruned. No task has this number, and no name answers it. */
export const PRUNED = 0;

const PAGE = 500;

/** All tasks, or those in one of these states, oldest first. */
export function* allTasks({ connection }: SqliteStore, statuses: readonly string[] = []): Generator<TaskRow> {
  const among = statuses.length === 0 ? '' : `AND status IN (${statuses.map(() => '?').join(', ')})`;
  const page = connection.prepare(`SELECT * FROM tasks WHERE no > ? ${among} ORDER BY no LIMIT ${PAGE}`);
  for (let after = 0; ; ) {
    const rows = page.all(after, ...statuses) as TaskRow[];
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.no;
  }
}

export function countTasks({ connection }: SqliteStore, statuses: readonly string[] = []): number {
  const among = statuses.length === 0 ? '' : `WHERE status IN (${statuses.map(() => '?').join(', ')})`;
  return connection.prepare(`SELECT count(*) FROM tasks ${among}`).pluck().get(statuses) as number;
}

export function webhooksOf({ connection }: SqliteStore, task: number): WebhookRow[] {
  return connection.prepare('SELECT * FROM webhooks WHERE task = ? ORDER BY ref').all(task) as WebhookRow[];
}

export function allSetAsides({ connection }: SqliteStore): SetAside[] {
  return connection.prepare('SELECT * FROM set_aside').all() as SetAside[];
}

/** Rows of tasks that are not there, by table. */
export function orphans({ connection }: SqliteStore): { table: string; count: number }[] {
  return [
    'actors',
    'journal',
    'dependencies',
    'webhooks',
    'tags',
    'set_aside',
    'signals',
    'signals_taken',
    'child_waves',
  ]
    .map((table) => ({
      table,
      count: connection
        .prepare(
          `SELECT count(*) FROM ${table} WHERE task IS NOT NULL AND task NOT IN (SELECT no FROM tasks)`,
        )
        .pluck()
        .get() as number,
    }))
    .filter(({ count }) => count > 0);
}

interface Ended {
  readonly statuses: readonly string[];
  /** Epoch milliseconds. */
  readonly endedBefore: number;
  /** The path in the snapshot of a task at which the time of its end stands. */
  readonly finishedAt: string;
  readonly limit: number;
}

/**
 * Ended tasks that nobody needs any more, children apart, which go with the task above them: not one that an unfinished task depends on, whose webhook is still to be
 * delivered, or whose facts are still to be published. The newest task and the newest entry of the journal stay,
 * because numbers count on from them and cursors hold such numbers.
 */
export function prunableTasks(
  { connection }: SqliteStore,
  { statuses, endedBefore, finishedAt, limit }: Ended,
  after: number,
): TaskRow[] {
  return connection
    .prepare(
      `SELECT t.* FROM tasks t JOIN actors a ON a.task = t.no AND a.ref = 0
        WHERE t.no > ? AND t.parent IS NULL AND t.no < (SELECT max(no) FROM tasks)
          AND t.status IN (${statuses.map(() => '?').join(', ')})
          AND json_valid(a.context) AND json_extract(a.context, ?) < ?
          AND NOT EXISTS (SELECT 1 FROM dependencies d JOIN tasks w ON w.no = d.task
            WHERE d.on_task = t.no AND w.status NOT IN ('complete', 'cancelled'))
          AND NOT EXISTS (SELECT 1 FROM webhooks w WHERE w.task = t.no AND w.status IN ('pending', 'retrying'))
          AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.task = t.no AND j.pos >= ${KEPT_FROM})
        ORDER BY t.no LIMIT ?`,
    )
    .all(after, ...statuses, finishedAt, endedBefore, limit) as TaskRow[];
}

/** A task and all below it, itself first: children come after their parents. */
export function familyOf({ connection }: SqliteStore, no: number): TaskRow[] {
  return connection
    .prepare(
      `WITH RECURSIVE family (no) AS (SELECT ? UNION SELECT t.no FROM family f JOIN tasks t ON t.parent = f.no)
        SELECT t.* FROM family f JOIN tasks t ON t.no = f.no ORDER BY t.no`,
    )
    .all(no) as TaskRow[];
}

/** The first journal position that stays: what is not published yet, and in any case the last. */
const KEPT_FROM = `min((SELECT max(pos) FROM journal),
  coalesce((SELECT CAST(value AS INTEGER) + 1 FROM meta WHERE key = 'published'), 9e18))`;

/** With all it owns, inside a transaction; what depended on it keeps the name. */
export function deleteTask(connection: Connection, { no, request }: Pick<TaskRow, 'no' | 'request'>): void {
  for (const table of [
    'actors',
    'journal',
    'dependencies',
    'webhooks',
    'set_aside',
    'signals',
    'signals_taken',
    'child_waves',
  ]) {
    connection.prepare(`DELETE FROM ${table} WHERE task = ?`).run(no);
  }
  // By tag: the index of tags begins with it.
  const untag = connection.prepare('DELETE FROM tags WHERE tag = ? AND task = ?');
  for (const tag of tagsOf(request)) untag.run(tag, no);
  connection.prepare('UPDATE dependencies SET on_task = ? WHERE on_task = ?').run(PRUNED, no);
  connection.prepare('DELETE FROM tasks WHERE no = ?').run(no);
}

export function tagsOf(request: string): string[] {
  const { tags } = JSON.parse(request) as { tags?: unknown };
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}

/** Actors of unfinished tasks, counted by the machine that wrote them and their state. */
export function unfinishedActors({ connection }: SqliteStore): (Pick<
  ActorRow,
  'ref' | 'machine' | 'state'
> & {
  count: number;
  example: string;
})[] {
  return connection
    .prepare(
      `SELECT min(a.ref) AS ref, a.machine, a.state, count(*) AS count, min(t.id) AS example
        FROM tasks t JOIN actors a ON a.task = t.no
        WHERE t.status NOT IN ('complete', 'cancelled') GROUP BY 2, 3 ORDER BY 2, 3`,
    )
    .all() as ReturnType<typeof unfinishedActors>;
}
