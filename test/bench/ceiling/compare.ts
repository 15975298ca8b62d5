/** Throws unless two stores hold the same rows of what work on tasks writes, byte for byte. */

import Database from 'better-sqlite3';

const TABLES: Readonly<Record<string, string>> = {
  tasks: 'no',
  actors: 'task, ref',
  journal: 'pos',
};

export function compareStores(engine: string, bare: string): void {
  const one = new Database(engine, { readonly: true });
  const other = new Database(bare, { readonly: true });
  try {
    for (const [table, order] of Object.entries(TABLES)) {
      const sql = `SELECT * FROM ${table} ORDER BY ${order}`;
      const expected = one.prepare(sql).all();
      const found = other.prepare(sql).all();
      const at = expected.findIndex((row, index) => JSON.stringify(row) !== JSON.stringify(found[index]));
      if (at < 0 && found.length === expected.length) continue;
      const rows = [found[at], expected[at]].map((row) => JSON.stringify(row)).join('\nand not\n');
      throw new Error(`the ceiling is not of the engine's work: ${table} has ${found.length} rows\n${rows}`);
    }
  } finally {
    one.close();
    other.close();
  }
}
