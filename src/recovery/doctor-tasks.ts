/**
 * Checks whether the stored parts of each task still agree. Bits flipped inside a value leave the file whole, and
 * show when the machines are asked to make the same again.
 */

import type { SqliteStore } from '../store/sqlite-store.ts';
import { countTasks } from '../store/whole-tasks.ts';
import type { Ailment, Diagnosis } from './doctor.ts';
import { type Finding, verifyStore } from './verify.ts';

/** All tasks, or as many as are verified in a few seconds. */
export type Depth = 'bounded' | 'all';

const BOUND_MS = 3_000;
const MOST_LISTED = 10;

const ADVICE =
  'the other tasks go on. Restore this one from a backup ("troupe snapshot export" from it, "troupe snapshot ' +
  'restore" here), or cancel it and submit it again; find out what else that disk or memory spoils';

export function taskAilments(store: SqliteStore, howDeep: Depth): Diagnosis {
  const endAt = performance.now() + BOUND_MS;
  const { tasks, findings } = verifyStore(store, () => howDeep === 'all' || performance.now() < endAt);
  const all = countTasks(store);
  const told = findings.filter((finding) => !isSetAside(store, finding));
  const ailments = told.slice(0, MOST_LISTED).map(ailmentOf);
  const more = told.length - ailments.length;
  return {
    facts: tasks < all ? [`${tasks} of them verified; --deep verifies all`] : ['all of them verified'],
    ailments:
      more > 0
        ? [...ailments, { code: 'TASK_DAMAGED', problem: `${more} more findings`, advice: VERIFY }]
        : ailments,
  };
}

const VERIFY = 'see them all with "troupe snapshot verify"';

function ailmentOf({ taskId, actor, problem }: Finding): Ailment {
  if (taskId === null) return { code: 'ROWS_DAMAGED', problem, advice: VERIFY };
  return {
    code: 'TASK_DAMAGED',
    problem: `${actor === 'task' || actor === null ? '' : `${actor} of `}task ${taskId}: ${problem}`,
    advice: ADVICE,
  };
}

/** That is told of it already, with why. */
function isSetAside(store: SqliteStore, { taskId }: Finding): boolean {
  const row = taskId === null ? null : store.taskById(taskId);
  return row !== null && store.setAsidesOf(row.no).length > 0;
}
