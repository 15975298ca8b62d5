/** Reads from its store what an engine did: every event its machines took, by the commit that made it true. */

import Database from 'better-sqlite3';
import type { TaskEntry } from '../../../src/kernel/actor.ts';
import { entriesOf, type JournalEntry } from '../../../src/kernel/journal.ts';
import { readRequest } from '../../../src/kernel/request-format.ts';
import type { JournalRow, TaskRow } from '../../../src/store/rows.ts';
import { compileWorkflow } from '../../../src/workflow/compile.ts';
import type { WorkflowDefinition } from '../../../src/workflow/definition.ts';

/** One commit gave this to one task: its events, numbered from `seq`. */
export interface Share {
  readonly task: TaskEntry;
  readonly seq: number;
  readonly entries: readonly JournalEntry[];
}

export interface Tape {
  readonly commits: readonly (readonly Share[])[];
}

export function readTape(path: string): Tape {
  const db = new Database(path, { readonly: true });
  const tasks = readTasks(db);
  const commits: Share[][] = [];
  let at = 0;
  let known = new Set<number>();
  for (const row of db.prepare('SELECT * FROM journal ORDER BY pos').iterate() as Iterable<JournalRow>) {
    const entries = entriesOf(row);
    const commitAt = entries.at(-1)?.e.at ?? 0;
    // A commit has one time and one row for each of its tasks, so either tells that a new one begins.
    if (commitAt !== at || known.has(row.task)) {
      commits.push([]);
      known = new Set();
    }
    at = commitAt;
    known.add(row.task);
    const task = tasks.get(row.task);
    if (task === undefined) throw new Error(`task ${row.task} has a journal and no row`);
    commits.at(-1)?.push({ task, seq: row.seq, entries });
  }
  db.close();
  return { commits };
}

function readTasks(db: Database.Database): Map<number, TaskEntry> {
  const definitions = db.prepare('SELECT hash, definition FROM workflows').all() as {
    hash: string;
    definition: string;
  }[];
  const workflows = new Map(
    definitions.map(({ hash, definition }) => [
      hash,
      compileWorkflow(JSON.parse(definition) as WorkflowDefinition),
    ]),
  );
  const rows = db.prepare('SELECT * FROM tasks').all() as TaskRow[];
  return new Map(
    rows.map((row) => {
      const workflow = workflows.get(row.workflow);
      if (workflow === undefined) throw new Error(`task ${row.id} has no workflow`);
      const { no, id, tenant, name, priority, correlation, created_at: createdAt } = row;
      const request = readRequest(row.request);
      const entry = { no, id, tenant, name, priority, correlation, createdAt, request, parent: null };
      return [no, { ...entry, workflowKey: row.workflow, workflow }];
    }),
  );
}
