/** A task as it was after some entry of its journal, from the file alone. */

import { Refusal } from '../errors.ts';
import { replay, snapshotView } from '../history/replay.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import type { SnapshotView } from '../views/orchestrator.ts';
import { openRecords } from './records.ts';

/** `seq` null: as it is after the last. Refused: TASK_NOT_FOUND, NO_SUCH_MOMENT. */
export function taskAt(store: SqliteStore, id: string, seq: number | null): SnapshotView {
  const row = store.taskById(id);
  if (row === null) throw new Refusal('TASK_NOT_FOUND', `there is no task ${id}`);
  const last = store.lastSeq(row.no);
  const moment = seq ?? last;
  if (moment > last || last === 0) {
    const has = last === 0 ? 'no journal: it was restored without' : `${last} journal entries`;
    throw new Refusal('NO_SUCH_MOMENT', `task ${id} has ${has}, there is no entry ${moment}`);
  }
  const entry = openRecords(store).cache.entryOf(row);
  return snapshotView(entry, replay(store.journal(row.no), moment), moment);
}
