/** Which tasks are meant by the full name of a workflow, `namespace/name`; each of them bears its bare name. */

import type { Connection } from './database.ts';

export interface WorkflowTasks {
  readonly name: string;
  /** The hashes of every version, as tasks are stored with them. */
  readonly hashes: readonly string[];
}

/** Null for whatever is not the full name of a stored workflow: then it is a task's own name. */
export function tasksOfWorkflow(db: Connection, reference: string): WorkflowTasks | null {
  if (!reference.includes('/')) return null;
  const rows = db
    .prepare("SELECT name, hash FROM workflows WHERE namespace || '/' || name = ? ORDER BY length(namespace)")
    .all(reference) as { name: string; hash: string }[];
  const [first] = rows;
  if (first === undefined) return null;
  return {
    name: first.name,
    hashes: rows.filter(({ name }) => name === first.name).map(({ hash }) => hash),
  };
}
