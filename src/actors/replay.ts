/** Any moment of a task's past, computed again by the machines from the journal. */

import type { AnyMachineSnapshot } from 'xstate';
import { Refusal } from '../errors.ts';
import type { SnapshotView } from '../orchestrator.ts';
import type { JournalRow } from '../store/rows.ts';
import { actorName, kindOf, TASK_REF, type TaskEntry } from './actor.ts';
import { BIRTHS, entriesOf } from './journal.ts';
import { beginTurn, persistedOf, takeTurn } from './turn.ts';

/** Snapshots by ref, as they were after journal entry `seq`; without it, after the last. */
export function replay(
  rows: Iterable<JournalRow>,
  seq = Number.POSITIVE_INFINITY,
): Map<number, AnyMachineSnapshot> {
  const snapshots = new Map<number, AnyMachineSnapshot>();
  for (const row of rows) {
    for (const [index, line] of entriesOf(row).entries()) {
      if (row.seq + index > seq) return snapshots;
      const kind = kindOf(line.r);
      const before = snapshots.get(line.r);
      if (BIRTHS[line.e.type]) snapshots.set(line.r, beginTurn(kind, line.e['input']).snapshot);
      else if (before !== undefined) snapshots.set(line.r, takeTurn(kind, before, line.e).snapshot);
    }
  }
  return snapshots;
}

/** Those snapshots in the form XState persists them in. */
export function snapshotView(
  entry: TaskEntry,
  snapshots: ReadonlyMap<number, AnyMachineSnapshot>,
  seq: number,
): SnapshotView {
  const task = snapshots.get(TASK_REF);
  if (task === undefined) {
    throw new Refusal('not_found', 'NO_SUCH_MOMENT', `task ${entry.id} has no journal entry ${seq}`);
  }
  const steps = [...snapshots].filter(([ref]) => ref !== TASK_REF);
  return {
    seq,
    task: persistedOf('task', task),
    steps: Object.fromEntries(
      steps.map(([ref, snapshot]) => [
        actorName(entry, ref).replace(/^step:/, ''),
        persistedOf('step', snapshot),
      ]),
    ),
  };
}
