/** Checks that a store has the tables of its migrations: a flipped bit in their text can rename a column. */

import Database from 'better-sqlite3';
import type { Connection } from './database.ts';
import { MIGRATIONS } from './migrations.ts';

interface Definition {
  readonly name: string;
  readonly sql: string;
}

/**
 * The first table or index that is not as the first `version` migrations made it, or null; more than was made is no
 * fault.
 */
export function changedDefinition(db: Connection, version: number): string | null {
  const found = new Map(definitionsIn(db).map(({ name, sql }) => [name, sql]));
  const changed = definitionsMade(version).find(({ name, sql }) => found.get(name) !== sql);
  return changed === undefined ? null : changed.name;
}

function definitionsMade(version: number): Definition[] {
  const fresh = new Database(':memory:');
  try {
    for (const sql of MIGRATIONS.slice(0, version)) fresh.exec(sql);
    return definitionsIn(fresh);
  } finally {
    fresh.close();
  }
}

function definitionsIn(db: Connection): Definition[] {
  return db.prepare('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL').all() as Definition[];
}
