/** Checks whether a file of snapshots could be restored, and would then be sound, by trying it in memory. */

import { SqliteStore } from '../store/sqlite-store.ts';
import { restore } from './restore.ts';
import { type Verified, verifyStore } from './verify.ts';

export function verifyFile(path: string): Verified {
  const store = new SqliteStore(':memory:');
  try {
    // Tasks that it depends on may be in the store it is meant for.
    const { problems } = restore(store, path, { partial: true, allowMissing: true });
    const { tasks, findings } = verifyStore(store);
    const unfit = problems.map(({ line, taskId, problem }) => ({
      taskId,
      actor: taskId === null ? null : 'task',
      problem: `line ${line}: ${problem}`,
    }));
    return { tasks, findings: [...unfit, ...findings] };
  } finally {
    store.close();
  }
}
