/** The rows of a store as text, by the task they belong to, so that of two stores is known which tasks differ. */

import Database from 'better-sqlite3';

const TABLES = [
  'meta',
  'workflows',
  'tasks',
  'actors',
  'journal',
  'dependencies',
  'webhooks',
  'tags',
] as const;

/** The number of its task; null for a row of none. */
type Rows = ReadonlyMap<string, number | null>;

export interface StoreRows {
  readonly rows: Rows;
  /** By id. */
  readonly tasks: ReadonlyMap<string, number>;
  /** Which task waits for which. */
  readonly waits: readonly (readonly [task: number, on: number])[];
}

export function readRows(path: string): StoreRows {
  const file = new Database(path, { readonly: true });
  try {
    const rows = new Map<string, number | null>();
    for (const table of TABLES) {
      // By the table itself: an index may say something else.
      for (const row of file.prepare(`SELECT * FROM ${table} NOT INDEXED`).all() as Record<
        string,
        unknown
      >[]) {
        const no = table === 'tasks' ? row['no'] : row['task'];
        rows.set(`${table} ${JSON.stringify(row)}`, typeof no === 'number' ? no : null);
      }
    }
    const tasks = file.prepare('SELECT id, no FROM tasks').all() as { id: string; no: number }[];
    const waits = file.prepare('SELECT task, on_task AS "on" FROM dependencies WHERE on_task > 0').all();
    return {
      rows,
      tasks: new Map(tasks.map(({ id, no }) => [id, no])),
      waits: (waits as { task: number; on: number }[]).map(({ task, on }) => [task, on] as const),
    };
  } finally {
    file.close();
  }
}

/** Tasks with another row than before, and those that wait for one of them; null: it may be any. */
export function concerned(before: StoreRows, after: Rows): ReadonlySet<number> | null {
  const changed = [...before.rows, ...after].filter(([row]) => !(before.rows.has(row) && after.has(row)));
  const tasks = new Set<number>();
  for (const [, no] of changed) {
    if (no === null) return null;
    tasks.add(no);
  }
  // Grows while it is read: those that wait for those that wait.
  for (const no of tasks) for (const [task, on] of before.waits) if (on === no) tasks.add(task);
  return tasks;
}
