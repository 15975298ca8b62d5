/** The journal of a task against its snapshots: nothing is missing in it, and the machines make the same of it again. */

import { isDeepStrictEqual } from 'node:util';
import { reasonOf } from '../errors.ts';
import { type ActorState, takeLine } from '../history/replay.ts';
import { entriesOf, isBirth } from '../kernel/journal.ts';
import { TASK_REF } from '../store/address.ts';
import type { OpenedTask, Report } from './verify.ts';

export function journalFindings({ store, row, actors }: OpenedTask, tell: Report): void {
  const again = new Map<number, ActorState>();
  let next: number | null = null;
  for (const page of store.journal(row.no)) {
    const entries = entriesOf(page);
    const isBeginning =
      next === null && page.seq === 1 && entries[0] !== undefined && entries[0].r === TASK_REF;
    // Restored without its journal, it begins in the middle of a life: there is nothing to replay it from.
    if (next === null && !(isBeginning && isBirth(entries[0]?.e.type ?? ''))) return;
    if (next !== null && page.seq !== next)
      tell(TASK_REF, `journal entry ${next} is followed by ${page.seq}`);
    if (entries.length !== page.count)
      tell(TASK_REF, `at journal entry ${page.seq} stand ${entries.length} entries, not ${page.count}`);
    for (const [index, line] of entries.entries()) {
      try {
        takeLine(again, line);
      } catch (error) {
        tell(line.r, `journal entry ${page.seq + index} cannot be replayed: ${reasonOf(error)}`);
        return;
      }
    }
    next = page.seq + page.count;
  }
  if (next === null) return;
  for (const [ref, { state, context }] of actors) {
    const moment = again.get(ref);
    if (moment === undefined) tell(ref, 'its journal does not say how it came to be');
    else if (moment.state !== state)
      tell(ref, `its journal leads to ${moment.state}, its snapshot is ${state}`);
    else if (!isDeepStrictEqual(JSON.parse(JSON.stringify(moment.context)), context)) {
      tell(ref, 'its journal leads to another context than its snapshot has');
    }
  }
}
