/** Stands beside every commit of the stores it watches: once all is written, and once it is true. */

import type { Commit } from '../../../src/store/commit.ts';
import type { RowWriter } from '../../../src/store/row-writer.ts';
import { SqliteStore } from '../../../src/store/sqlite-store.ts';

export interface CommitWatcher {
  /** Everything of the transaction is written, nothing is committed. What it throws fails the commit. */
  before(): void;
  /** It is committed, and nothing that follows from it has left the process. `actors`: how many it has changed. */
  after(actors: number): void;
}

const watchers = new Map<string, CommitWatcher>();
const { commit, rewrite } = SqliteStore.prototype;

/** In the commit that is being written. */
let actors = 0;

SqliteStore.prototype.commit = function (this: SqliteStore, value: Partial<Commit>): number[] {
  actors = (value.actors?.length ?? 0) + (value.newActors?.length ?? 0);
  try {
    return commit.call(this, value);
  } finally {
    actors = 0;
  }
};

SqliteStore.prototype.rewrite = function <T>(this: SqliteStore, write: (rows: RowWriter) => T): T {
  const watcher = watchers.get(this.path);
  if (watcher === undefined) return rewrite.call(this, write) as T;
  const result = rewrite.call(this, (rows: RowWriter) => {
    const written = write(rows);
    watcher.before();
    return written;
  }) as T;
  watcher.after(actors);
  return result;
};

export function watchCommits(path: string, watcher: CommitWatcher): () => void {
  watchers.set(path, watcher);
  return () => void watchers.delete(path);
}
