/** The steps of a task for lists, which count those that are done and do not read them. */

import type { ActorRow } from './rows.ts';
import type { SqliteStore } from './sqlite-store.ts';

/** Which rows of a task are its steps, and in which states one is done: others need not wait for it. */
export interface StepRows {
  readonly first: number;
  readonly last: number;
  readonly done: readonly string[];
}

/** As parameters of a statement. */
const bound = (task: number, { first, last, done }: StepRows) => ({
  task,
  first,
  last,
  done: JSON.stringify(done),
});

/** Gives the state of each actor of a task. */
export const statesOf = ({ statements }: SqliteStore, task: number): Pick<ActorRow, 'ref' | 'state'>[] =>
  statements.states.all(task) as Pick<ActorRow, 'ref' | 'state'>[];

/** Counts the steps of a task by state; those that have not been spawned are in none. */
export const countSteps = (
  { statements }: SqliteStore,
  task: number,
  steps: StepRows,
): { state: string; count: number }[] =>
  statements.stepCounts.all(bound(task, steps)) as { state: string; count: number }[];

/** Gives the refs of the steps that others need not wait for. */
export const doneSteps = ({ statements }: SqliteStore, task: number, steps: StepRows): number[] =>
  statements.doneSteps.pluck().all(bound(task, steps)) as number[];

/** Gives a task, unless it is complete, and its steps but for those that are done. */
export const openActors = ({ statements }: SqliteStore, task: number, steps: StepRows): ActorRow[] =>
  statements.openActors.all(bound(task, steps)) as ActorRow[];
