/** Opens the stores that are held to one contract. */

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { SqliteStore } from '../../../src/store/sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { temporaryFolder } from '../../support.ts';
import { ReferenceStore } from '../reference-store.ts';

export function sqlite(path: string): SqliteStore {
  const store = new SqliteStore(path);
  onTestFinished(() => store.close());
  return store;
}

/** Each opens one that is empty, for one test. */
export const STORES: readonly (readonly [name: string, open: () => Store])[] = [
  ['a SQLite file', () => sqlite(join(temporaryFolder(), 'troupe.db'))],
  ['SQLite in memory', () => sqlite(':memory:')],
  ['the reference', () => new ReferenceStore()],
];
