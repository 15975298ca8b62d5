/** Checks whether a file is whole as SQLite sees it: its pages, its trees, and last, its indexes. */

import { reasonOf } from '../errors.ts';
import { explain } from '../store/database.ts';
import { openReadOnly, type ReadOnly } from '../store/read-only.ts';
import { isDamage } from '../store/storage-failure.ts';

const MOST_LINES = 20;

/** Returns SQLite's findings, at most twenty lines; empty for a whole file. Throws what kept it from looking. */
export function damageOf(path: string): string[] {
  let opened: ReadOnly | null = null;
  try {
    opened = openReadOnly(path);
    const { db } = opened;
    // The quick check finds what is broken before the slow one stumbles over it.
    for (const check of ['quick_check', 'integrity_check']) {
      const lines = db.prepare(`PRAGMA ${check}(${MOST_LINES})`).pluck().all() as string[];
      const damage = lines.flatMap((line) => line.split('\n')).filter((line) => line !== 'ok');
      if (damage.length > 0) return damage.slice(0, MOST_LINES);
    }
    return [];
  } catch (error) {
    const told = explain(error, path);
    if (!isDamage(error)) throw told;
    return [reasonOf(told)];
  } finally {
    opened?.db.close();
    opened?.release();
  }
}
