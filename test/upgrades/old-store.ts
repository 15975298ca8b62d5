/** Stores as earlier releases wrote them, and what of one can be told as if by another version. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { entriesOf, type JournalEntry } from '../../src/kernel/journal.ts';
import { writeEntries } from '../../src/kernel/journal-format.ts';

/** Where the deliveries of those stores go. */
const HOOK = 'http://hooks.invalid/take';

export function writeOldStore(db: string, version: string, hookUrl = HOOK): void {
  const sql = readFileSync(fileURLToPath(new URL(`stores/${version}.sql`, import.meta.url)), 'utf8');
  inFile(db, (file) => file.exec(sql.replaceAll(HOOK, hookUrl)));
}

export function inFile<T>(db: string, use: (file: Database.Database) => T): T {
  const file = new Database(db);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

/** Makes the first step of a task one of a machine before the first, which called its states otherwise. */
export function age(db: string, task: number, nameOf: (state: string) => string): void {
  inFile(db, (file) => {
    const { state } = file.prepare('SELECT state FROM actors WHERE task = ? AND ref = 1').get(task) as {
      state: string;
    };
    file
      .prepare("UPDATE actors SET machine = 'step@0', state = ? WHERE task = ? AND ref = 1")
      .run(nameOf(state), task);
    type Row = { pos: number; entries: string };
    for (const row of file.prepare('SELECT pos, entries FROM journal WHERE task = ?').all(task) as Row[]) {
      const entries = entriesOf(row).map((entry) => (entry.r === 1 ? aged(entry, nameOf) : entry));
      file.prepare('UPDATE journal SET entries = ? WHERE pos = ?').run(writeEntries(entries), row.pos);
    }
    file.exec("INSERT OR REPLACE INTO meta VALUES ('machines', 'task@1 step@0')");
  });
}

function aged(entry: JournalEntry, nameOf: (state: string) => string): JournalEntry {
  const born = entry.e.type === 'step.spawned' ? { machine: 'step@0' } : {};
  return { ...entry, e: { ...entry.e, ...born }, t: nameOf(entry.t) };
}
